using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Trunkline.Core.Mail;

namespace Trunkline.Mail.Mime;

/// <summary>Takes decoded content: hashes it, keeps it in memory while it is small, and moves to a file when it is not.</summary>
internal sealed class ContentSink(MimeLimits limits, DecodedBudget budget, string directory) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _memory = new();
    private FileStream? _file;
    private string? _path;
    private long _size;

    /// <summary>Bytes so far.</summary>
    public long Size => _size;

    /// <summary>The content so far as it is in memory.</summary>
    public ReadOnlySpan<byte> InMemory => _file is null ? _memory.WrittenSpan : [];

    public void Write(ReadOnlySpan<byte> bytes)
    {
        budget.Take(bytes.Length);
        _hash.AppendData(bytes);
        _size += bytes.Length;
        if (_file is null && _size <= limits.InlineBytes)
        {
            _memory.Write(bytes);
            return;
        }
        if (_file is null)
        {
            Directory.CreateDirectory(directory);
            _path = Path.Combine(directory, Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture) + ".part");
            _file = new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024);
            _file.Write(_memory.WrittenSpan);
        }
        _file.Write(bytes);
    }

    /// <summary>The content, which belongs to the caller from now on.</summary>
    public MailContent Complete()
    {
        _file?.Dispose();
        _file = null;
        var content = new MailContent(_size, _hash.GetHashAndReset(), _path is null ? _memory.WrittenMemory : default, _path);
        _path = null;
        return content;
    }

    /// <summary>Removes the file of content that was not completed.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _hash.Dispose();
        if (_path is not null)
            File.Delete(_path);
    }
}
