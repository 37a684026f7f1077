using System.Globalization;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Transport;

/// <summary>What lies at the front of a stream.</summary>
internal enum SipFrame
{
    /// <summary>Nothing whole yet.</summary>
    Incomplete,

    /// <summary>A message.</summary>
    Message,

    /// <summary>CRLF CRLF, to be answered by CRLF (RFC 5626 section 4.4.1).</summary>
    Ping,

    /// <summary>Where the next message begins cannot be known any more: the connection is of no use.</summary>
    Broken,
}

/// <summary>
/// Cuts a stream into messages by their Content-Length (RFC 3261 section 18.3). Lines end as <see cref="SipParser"/> ends them, so that both agree on
/// what is head and what is body. Bounded by <see cref="SipLimits.MessageBytes"/>; never throws, whatever the bytes.
/// </summary>
internal sealed class SipStreamFramer
{
    private const int FirstBytes = 4_096;

    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _end;
    private int _lineStart;
    private int _length = -1;
    private bool _inLength;
    private int _bodyStart = -1;

    /// <summary>True when a message has begun and is not whole.</summary>
    public bool HasBegun => _bodyStart >= 0 || !_buffer.AsSpan(_start, _end - _start).TrimStart("\r\n"u8).IsEmpty;

    /// <summary>Why the stream is of no use any more.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Where the next bytes of the stream go; never empty while the stream is not broken.</summary>
    public Memory<byte> Room()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _lineStart -= _start;
            _bodyStart -= _bodyStart < 0 ? 0 : _start;
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, SipLimits.MessageBytes + 1));
        return _buffer.AsMemory(_end);
    }

    /// <summary>So many bytes were put into <see cref="Room"/>.</summary>
    public void Added(int count) => _end += count;

    /// <summary>Takes what lies at the front; the span is valid until <see cref="Room"/> is called.</summary>
    public SipFrame Next(out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_bodyStart < 0 && SkipKeepAlive() is { } ping)
            return ping;
        while (_bodyStart < 0)
        {
            var rest = _buffer.AsSpan(_lineStart, _end - _lineStart);
            var end = rest.IndexOf((byte)'\n');
            if (end < 0)
                return _end - _start > SipLimits.MessageBytes ? Broken("a head without an end") : SipFrame.Incomplete;
            var line = end > 0 && rest[end - 1] == '\r' ? rest[..(end - 1)] : rest[..end];
            _lineStart += end + 1;
            if (line.IsEmpty)
                _bodyStart = _lineStart;
            else if (!TakeLine(line))
                return Broken("a Content-Length that cannot be read");
        }
        if (_length < 0)
            return Broken("no Content-Length");
        if (_length > SipLimits.MessageBytes - (_bodyStart - _start))
            return Broken("longer than a message may be");
        if (_end - _bodyStart < _length)
            return SipFrame.Incomplete;
        message = _buffer.AsSpan(_start, _bodyStart + _length - _start);
        _start = _lineStart = _bodyStart + _length;
        (_length, _inLength, _bodyStart) = (-1, false, -1);
        return SipFrame.Message;
    }

    /// <summary>Line ends between messages are no part of them (section 7.5); two in a row are a ping.</summary>
    private SipFrame? SkipKeepAlive()
    {
        while (_lineStart == _start && _end > _start && _buffer[_start] is (byte)'\r' or (byte)'\n')
        {
            if (_buffer.AsSpan(_start, _end - _start).StartsWith("\r\n\r\n"u8))
            {
                _start = _lineStart = _start + 4;
                return SipFrame.Ping;
            }
            // A lone CR at the end may be the beginning of more; anything else is skipped.
            if ("\r\n\r"u8.StartsWith(_buffer.AsSpan(_start, _end - _start)))
                return SipFrame.Incomplete;
            _start = ++_lineStart;
        }
        return null;
    }

    private bool TakeLine(ReadOnlySpan<byte> line)
    {
        // A folded length would be read differently by every reader; nobody writes one.
        if (line[0] is (byte)' ' or (byte)'\t')
            return !_inLength;
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? default : line[..colon].TrimEnd(" \t"u8);
        _inLength = name.Length == 1 ? (name[0] | 0x20) == 'l' : System.Text.Ascii.EqualsIgnoreCase(name, "Content-Length"u8);
        if (!_inLength)
            return true;
        return _length < 0 && int.TryParse(line[(colon + 1)..].Trim(" \t"u8), NumberStyles.None, CultureInfo.InvariantCulture, out _length);
    }

    private SipFrame Broken(string why)
    {
        Fault = why;
        return SipFrame.Broken;
    }
}
