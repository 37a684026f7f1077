namespace Trunkline.Mail.Smtp;

/// <summary>
/// A message as it came over the wire, dots unstuffed, lines ending in CRLF, without our Received header.
/// A small one lies in memory, a large one in a file; both are gone when the transaction ends.
/// </summary>
public sealed class ReceivedData
{
    private readonly ReadOnlyMemory<byte> _memory;

    internal ReceivedData(ReadOnlyMemory<byte> memory, string? path, long size, ReadOnlyMemory<byte> traceHeader)
    {
        _memory = memory;
        Path = path;
        Size = size;
        TraceHeader = traceHeader;
    }

    /// <summary>Bytes, without the trace header.</summary>
    public long Size { get; }

    /// <summary>The file that holds the message, or null when it is in <see cref="Memory"/>.</summary>
    public string? Path { get; }

    /// <summary>The message, when <see cref="Path"/> is null. The buffer is used again after the call.</summary>
    public ReadOnlyMemory<byte> Memory => _memory;

    /// <summary>
    /// Our <c>Received:</c> header with its CRLF (RFC 5321, 4.4), to be put before the message wherever it is kept or forwarded.
    /// The buffer is not used again.
    /// </summary>
    public ReadOnlyMemory<byte> TraceHeader { get; }

    /// <summary>A seekable stream over the message; the caller disposes it.</summary>
    public Stream OpenRead() => Path is null
        ? new ReadOnlyMemoryStream(_memory)
        : new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024);
}
