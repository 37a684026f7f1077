namespace Trunkline.Mail.Smtp;

/// <summary>
/// Finds the end of a message and takes the stuffed dots out (RFC 5321, 4.5.2), over any cutting of the input. The message ends with CRLF . CRLF and nothing
/// else: a bare CR or LF anywhere is an error at once, which is what defeats the smuggling of a second message behind an ending that only one side sees.
/// </summary>
internal struct SmtpDataDecoder(int maxLineBytes)
{
    private State _state = State.LineStart;
    private int _lineBytes;

    private enum State
    {
        LineStart,
        Text,
        Cr,

        /// <summary>After a dot at the start of a line.</summary>
        Dot,

        /// <summary>After a dot and a CR.</summary>
        DotCr,
    }

    /// <summary>Takes input; what belongs to the message goes to <paramref name="sink"/>. Input is taken up to the verdict's cause.</summary>
    public SmtpDataVerdict Decode(ReadOnlySpan<byte> input, MessageSpool sink, out int consumed)
    {
        // What is between `start` and `i` belongs to the message and was not handed on yet.
        var start = 0;
        var i = 0;
        while (i < input.Length)
        {
            var c = input[i];
            switch (_state)
            {
                case State.LineStart when c == '.':
                    sink.Append(input[start..i]);
                    start = ++i;
                    _lineBytes = 1;
                    _state = State.Dot;
                    break;
                case State.LineStart:
                    _lineBytes = 0;
                    _state = State.Text;
                    break;
                case State.Dot when c == '\r':
                    // Not handed on yet: whether it ends a line of the message or the message, the next byte says.
                    i++;
                    _state = State.DotCr;
                    break;
                case State.Dot:
                    _state = State.Text;
                    break;
                case State.DotCr:
                    consumed = i + 1;
                    return c == '\n' ? SmtpDataVerdict.Complete : SmtpDataVerdict.BareLineEnding;
                case State.Cr:
                    i++;
                    if (c != '\n')
                    {
                        consumed = i;
                        return SmtpDataVerdict.BareLineEnding;
                    }
                    _state = State.LineStart;
                    break;
                case State.Text:
                    var run = input[i..].IndexOfAny((byte)'\r', (byte)'\n');
                    _lineBytes += run < 0 ? input.Length - i : run;
                    if (_lineBytes > maxLineBytes)
                    {
                        consumed = i;
                        return SmtpDataVerdict.LineTooLong;
                    }
                    if (run < 0)
                    {
                        i = input.Length;
                        break;
                    }
                    i += run + 1;
                    if (input[i - 1] == '\n')
                    {
                        consumed = i;
                        return SmtpDataVerdict.BareLineEnding;
                    }
                    _state = State.Cr;
                    break;
            }
        }

        consumed = input.Length;
        if (_state != State.DotCr)
            sink.Append(input[start..]);
        return SmtpDataVerdict.More;
    }
}
