using System.Net;

namespace Trunkline.Telephony.Sip.Messages;

/// <summary>One Via value (RFC 3261 section 20.42, RFC 3581).</summary>
/// <param name="Transport">UDP, TCP or TLS.</param>
/// <param name="Host">The sent-by host.</param>
/// <param name="Port">The sent-by port; 0 when none is given.</param>
/// <param name="Parameters">As written, without the first semicolon.</param>
internal sealed record SipVia(string Transport, string Host, int Port, string Parameters)
{
    /// <summary>What a branch of RFC 3261 begins with; others are from RFC 2543 and name no transaction.</summary>
    public const string MagicCookie = "z9hG4bK";

    public string? Branch => SipText.Parameter(Parameters, "branch") is { Length: > 0 } branch ? branch : null;

    public bool WantsRport => SipText.Parameter(Parameters, "rport") is not null;

    /// <inheritdoc />
    public override string ToString() => $"SIP/2.0/{Transport} {SentBy}{(Parameters.Length == 0 ? "" : ";" + Parameters)}";

    private string SentBy
    {
        get
        {
            var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
            return Port == 0 ? host : string.Create(null, $"{host}:{Port}");
        }
    }

    /// <summary>
    /// Where a response goes by RFC 3261 section 18.2.2 and RFC 3581: by the connection that the request came by, and when that is gone by a new one to the
    /// port that is named here; by UDP to the address it came from, and to its port when asked.
    /// </summary>
    public SipPeer ReplyTo(SipPeer source) =>
        source.IsReliable ? source with { ReturnPort = Port == 0 ? source.Transport.UsualPort() : Port, HostName = source.HostName ?? Host }
        : WantsRport ? source : source with { Address = new IPEndPoint(source.Address.Address, Port == 0 ? 5060 : Port) };

    /// <summary>The value with where the request really came from written into it.</summary>
    public string Received(IPEndPoint source)
    {
        var parameters = string.Join(';', Parameters.Split(';', SipLimits.ListItems).Where(p =>
            !p.TrimStart().StartsWith("rport", StringComparison.OrdinalIgnoreCase)
            && !p.TrimStart().StartsWith("received", StringComparison.OrdinalIgnoreCase)
            && p.Length > 0));
        var rport = WantsRport ? string.Create(null, $";rport={source.Port}") : "";
        return $"SIP/2.0/{Transport} {SentBy}{(parameters.Length == 0 ? "" : ";" + parameters)};received={source.Address}{rport}";
    }

    public static SipVia? Parse(string? value)
    {
        if (value is null)
            return null;
        var text = value.AsSpan().Trim();
        // The protocol may have spaces around its slashes: SIP / 2.0 / UDP host.
        if (!TakeWord(ref text, "SIP") || !TakeSlash(ref text) || !TakeWord(ref text, "2.0") || !TakeSlash(ref text))
            return null;
        var end = text.IndexOfAny(' ', '\t');
        if (end <= 0)
            return null;
        var transport = text[..end].ToString().ToUpperInvariant();
        text = text[end..].TrimStart();
        var semicolon = text.IndexOf(';');
        var sentBy = semicolon < 0 ? text : text[..semicolon];
        if (!SipUri.TryHostPort(sentBy, out var host, out var port))
            return null;
        return new SipVia(transport, host, port, semicolon < 0 ? "" : text[(semicolon + 1)..].ToString());
    }

    private static bool TakeWord(ref ReadOnlySpan<char> text, string word)
    {
        if (!text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            return false;
        text = text[word.Length..].TrimStart();
        return true;
    }

    private static bool TakeSlash(ref ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("/"))
            return false;
        text = text[1..].TrimStart();
        return true;
    }
}
