using System.Globalization;
using System.Text;

namespace Trunkline.Telephony.Sip.Messages;

/// <summary>What came of a datagram.</summary>
/// <param name="Message">The message, when enough of it could be read to answer it; else null.</param>
/// <param name="Fault">Why it cannot be used, or null when it can.</param>
/// <param name="Status">With which status a faulty request is answered.</param>
internal readonly record struct SipParseResult(SipMessage? Message, string? Fault, int Status)
{
    public static SipParseResult Discard(string fault) => new(null, fault, 0);
}

/// <summary>
/// Reads one SIP message from one datagram (RFC 3261 sections 7, 18.3 and 25). Never throws, whatever the bytes; everything is bounded by
/// <see cref="SipLimits"/>.
/// </summary>
internal static class SipParser
{
    public static SipParseResult Parse(ReadOnlySpan<byte> datagram)
    {
        // CRLF before a message is a keep-alive and no part of it (RFC 3261 section 7.5).
        datagram = datagram.TrimStart("\r\n"u8);
        if (datagram.IsEmpty)
            return SipParseResult.Discard("keep-alive");
        if (datagram.Length > SipLimits.MessageBytes)
            return SipParseResult.Discard("longer than a message may be");

        var rest = datagram;
        if (!TryLine(ref rest, out var first) || first.Length > SipLimits.LineBytes)
            return SipParseResult.Discard("no first line");
        if (!TryFields(ref rest, out var fields, out var fault))
            return SipParseResult.Discard(fault);

        var (message, firstFault, status) = FirstLine(first, fields);
        if (message is null)
            return SipParseResult.Discard(firstFault ?? "no first line");
        foreach (var (name, value) in fields)
            message.Headers.Add(name, value);
        if (MandatoryFault(message) is { } mandatory)
            return SipParseResult.Discard(mandatory);
        if (firstFault is not null)
            return new SipParseResult(message, firstFault, status);
        return Body(message, rest);
    }

    private static (SipMessage? Message, string? Fault, int Status) FirstLine(ReadOnlySpan<byte> line, List<KeyValuePair<string, string>> fields)
    {
        if (line.StartsWith("SIP/2.0 "u8))
        {
            line = line[8..].TrimStart((byte)' ');
            if (line.Length < 3 || (line.Length > 3 && line[3] != ' ') || !TryNumber(line[..3], out var status) || status is < 100 or > 699)
                return (null, "unreadable status line", 0);
            var method = SipCSeq.Parse(fields.Find(f => f.Key == SipHeaderName.CSeq).Value)?.Method;
            var reason = line.Length > 4 ? Encoding.UTF8.GetString(line[4..]) : "";
            return method is null ? (null, "a response without CSeq", 0) : (SipMessage.Response(status, reason, method), null, 0);
        }

        var space = line.IndexOf((byte)' ');
        var last = line.LastIndexOf((byte)' ');
        if (space <= 0 || last <= space || !SipText.IsToken(line[..space]))
            return (null, "unreadable request line", 0);
        var uri = line[(space + 1)..last];
        var message = SipMessage.Request(Encoding.ASCII.GetString(line[..space]), Encoding.UTF8.GetString(uri));
        var version = line[(last + 1)..];
        if (!version.StartsWith("SIP/"u8))
            return (null, "not SIP", 0);
        if (!version.SequenceEqual("SIP/2.0"u8))
            return (message, "another version of SIP", 505);
        return uri.ContainsAny((byte)' ', (byte)'<', (byte)'>') || uri.IsEmpty ? (message, "unreadable Request-URI", 400) : (message, null, 0);
    }

    private static bool TryFields(ref ReadOnlySpan<byte> rest, out List<KeyValuePair<string, string>> fields, out string fault)
    {
        fields = new List<KeyValuePair<string, string>>(16);
        fault = "no empty line after the headers";
        while (TryLine(ref rest, out var line))
        {
            if (line.IsEmpty)
                return true;
            if (line.Length > SipLimits.LineBytes)
                return Fail(out fault, "a line is too long");
            // A CR inside a header would come out again in our answer, where others may take it for the end of the line.
            if (line.Contains((byte)'\r'))
                return Fail(out fault, "a stray CR");
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                // A folded line continues the one before; all its white space counts as one space (RFC 3261 section 7.3.1).
                if (fields.Count == 0)
                    return Fail(out fault, "a folded first header");
                var (name, value) = fields[^1];
                if (value.Length + line.Length > SipLimits.LineBytes)
                    return Fail(out fault, "a folded header is too long");
                var more = Encoding.UTF8.GetString(line.Trim(" \t"u8));
                fields[^1] = new(name, value.Length == 0 ? more : value + " " + more);
                continue;
            }
            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || !SipText.IsToken(line[..colon].TrimEnd(" \t"u8)))
                return Fail(out fault, "a line that is no header");
            if (fields.Count == SipLimits.Headers)
                return Fail(out fault, "too many headers");
            fields.Add(new(SipHeaderName.Canonical(line[..colon].TrimEnd(" \t"u8)), Encoding.UTF8.GetString(line[(colon + 1)..].Trim(" \t"u8))));
        }
        return false;
    }

    private static bool Fail(out string fault, string why)
    {
        fault = why;
        return false;
    }

    /// <summary>What every message needs to be answered or matched (RFC 3261 section 8.1.1); null when it has it.</summary>
    private static string? MandatoryFault(SipMessage message)
    {
        var headers = message.Headers;
        if (SipVia.Parse(headers.First(SipHeaderName.Via)) is null)
            return "no readable Via";
        if (SipNameAddress.Parse(headers[SipHeaderName.From]) is null)
            return "no readable From";
        if (SipNameAddress.Parse(headers[SipHeaderName.To]) is null)
            return "no readable To";
        if (message.CallId.Length == 0)
            return "no Call-ID";
        return SipCSeq.Parse(headers[SipHeaderName.CSeq]) is null ? "no readable CSeq" : null;
    }

    private static SipParseResult Body(SipMessage message, ReadOnlySpan<byte> rest)
    {
        if (message.IsRequest && message.CSeq.Method != message.Method)
            return new SipParseResult(message, "the CSeq names another method", 400);
        // RFC 3261 section 18.3: over UDP a missing length means the rest of the datagram, and bytes beyond the length are dropped.
        if (message.Headers[SipHeaderName.ContentLength] is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > rest.Length)
                return new SipParseResult(message, "the Content-Length does not fit the datagram", 400);
            rest = rest[..length];
        }
        message.Body = rest.ToArray();
        return new SipParseResult(message, null, 0);
    }

    /// <summary>One line without its end. A bare LF ends a line too: some senders do that, and nothing is gained by refusing them.</summary>
    private static bool TryLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = default;
            return false;
        }
        line = end > 0 && rest[end - 1] == '\r' ? rest[..(end - 1)] : rest[..end];
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
