using System.Buffers;

namespace Trunkline.Mail.Smtp;

/// <summary>
/// Holds a message while it arrives: in a rented buffer, and beyond a threshold in a file. What does not fit, by size or by the disk, is thrown away and
/// remembered, so that the client can be told once it has sent everything.
/// </summary>
internal sealed class MessageSpool(SmtpServerOptions options, string id) : IDisposable
{
    private const int FirstBufferBytes = 16 * 1024;

    private byte[]? _buffer;
    private int _buffered;
    private FileStream? _file;
    private string? _path;

    /// <summary>All bytes that came, kept or not.</summary>
    public long Size { get; private set; }

    /// <summary>More came than a message may have.</summary>
    public bool IsTooLarge => Size > options.MaxMessageBytes;

    /// <summary>Why the file could not be written, or null.</summary>
    public Exception? Fault { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Size += bytes.Length;
        if (bytes.IsEmpty || IsTooLarge || Fault is not null)
            return;

        if (_file is null && _buffered + bytes.Length <= options.MemoryThresholdBytes)
        {
            Grow(_buffered + bytes.Length);
            bytes.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += bytes.Length;
            return;
        }
        Spill(bytes);
    }

    /// <summary>The whole message, unless <see cref="Fault"/> is set then. A file is written but not synced: the backend makes durable what it keeps.</summary>
    public ReceivedData Complete(ReadOnlyMemory<byte> traceHeader)
    {
        Close();
        return _path is null
            ? new ReceivedData(_buffer.AsMemory(0, _buffered), null, Size, traceHeader)
            : new ReceivedData(default, _path, Size, traceHeader);
    }

    public void Dispose()
    {
        Close();
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        if (_path is not null)
            File.Delete(_path);
        _path = null;
    }

    private void Grow(int needed)
    {
        if (_buffer is not null && _buffer.Length >= needed)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBufferBytes, needed));
        _buffer.AsSpan(0, _buffered).CopyTo(larger);
        if (_buffer is not null)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Spill(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_file is null)
            {
                var path = Path.Combine(options.SpillDirectory, id + ".eml");
                _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, 64 * 1024);
                _path = path;
                _file.Write(_buffer.AsSpan(0, _buffered));
            }
            _file.Write(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fault = e;
        }
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException e)
        {
            // The last buffered bytes found no room.
            Fault = e;
        }
        _file = null;
    }
}
