using System.Buffers;
using System.Globalization;
using System.Net;

namespace Trunkline.Telephony.Sip.Messages;

/// <summary>A sip:, sips: or tel: URI, taken apart (RFC 3261 section 19.1, RFC 3966).</summary>
/// <param name="Scheme">In lower case.</param>
/// <param name="User">Unescaped, without password and without the user's own parameters; the number of a tel: URI.</param>
/// <param name="Host">A name or an address without brackets; empty for tel:.</param>
/// <param name="Port">0 when it is not given.</param>
/// <param name="Parameters">As written, without the first semicolon.</param>
public sealed record SipUri(string Scheme, string User, string Host, int Port, string Parameters)
{
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create(" \t<>\"@,");

    /// <summary>The value of a URI parameter: empty for a flag such as <c>lr</c>, null when it is not there.</summary>
    public string? Parameter(string name) => SipText.Parameter(Parameters, name);

    /// <summary>The address when the host is a literal one, with 5060 for no port; null when it is a name.</summary>
    public IPEndPoint? EndPoint => IPAddress.TryParse(Host, out var address) ? new IPEndPoint(address, Port == 0 ? 5060 : Port) : null;

    /// <summary>Reads a URI without its angle brackets; null when it is none.</summary>
    public static SipUri? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var colon = text.IndexOf(':');
        if (colon <= 0 || text.Length > SipLimits.LineBytes)
            return null;
        var scheme = text[..colon].ToString().ToLowerInvariant();
        var rest = text[(colon + 1)..];
        return scheme switch
        {
            "sip" or "sips" => ParseSip(scheme, rest),
            "tel" => ParseTel(rest),
            _ => null,
        };
    }

    private static SipUri? ParseTel(ReadOnlySpan<char> rest)
    {
        var number = Cut(rest, ';', out var parameters);
        return number.IsEmpty ? null : new SipUri("tel", number.ToString(), "", 0, parameters.ToString());
    }

    private static SipUri? ParseSip(string scheme, ReadOnlySpan<char> rest)
    {
        // A user part may hold ';' and '?' (RFC 3261 section 25.1), so the last '@' before the headers divides.
        var user = "";
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            user = Uri.UnescapeDataString(Cut(Cut(rest[..at], ':', out _), ';', out _).ToString());
            rest = rest[(at + 1)..];
        }
        rest = Cut(rest, '?', out _);
        var hostPort = Cut(rest, ';', out var parameters);
        return TryHostPort(hostPort, out var host, out var port) ? new SipUri(scheme, user, host, port, parameters.ToString()) : null;
    }

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]</c> or <c>[v6]:port</c>.</summary>
    internal static bool TryHostPort(ReadOnlySpan<char> text, out string host, out int port)
    {
        text = text.Trim();
        (host, port) = ("", 0);
        ReadOnlySpan<char> name, number = default;
        if (text.StartsWith("["))
        {
            var close = text.IndexOf(']');
            if (close < 0 || (close + 1 < text.Length && text[close + 1] != ':'))
                return false;
            name = text[1..close];
            if (close + 1 < text.Length)
                number = text[(close + 2)..];
        }
        else
        {
            var colon = text.IndexOf(':');
            name = (colon < 0 ? text : text[..colon]).Trim();
            if (colon >= 0)
                number = text[(colon + 1)..].Trim();
        }
        if (name.IsEmpty || name.ContainsAny(NotInHosts))
            return false;
        if (!number.IsEmpty && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > 65_535))
            return false;
        host = name.ToString();
        return true;
    }

    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text, char at, out ReadOnlySpan<char> rest)
    {
        var index = text.IndexOf(at);
        rest = index < 0 ? default : text[(index + 1)..];
        return index < 0 ? text : text[..index];
    }
}
