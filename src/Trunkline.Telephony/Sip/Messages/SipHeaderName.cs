using System.Collections.Frozen;
using System.Text;

namespace Trunkline.Telephony.Sip.Messages;

/// <summary>The names of header fields in their usual spelling, and the one-letter forms of RFC 3261 section 7.3.3.</summary>
internal static class SipHeaderName
{
    public const string Accept = "Accept";
    public const string Allow = "Allow";
    public const string Authorization = "Authorization";
    public const string CallId = "Call-ID";
    public const string Contact = "Contact";
    public const string ContentEncoding = "Content-Encoding";
    public const string ContentLength = "Content-Length";
    public const string ContentType = "Content-Type";
    public const string CSeq = "CSeq";
    public const string Expires = "Expires";
    public const string From = "From";
    public const string MaxForwards = "Max-Forwards";
    public const string MinExpires = "Min-Expires";
    public const string MinSe = "Min-SE";
    public const string ProxyAuthenticate = "Proxy-Authenticate";
    public const string ProxyAuthorization = "Proxy-Authorization";
    public const string RAck = "RAck";
    public const string Reason = "Reason";
    public const string RecordRoute = "Record-Route";
    public const string Require = "Require";
    public const string RetryAfter = "Retry-After";
    public const string Route = "Route";
    public const string RSeq = "RSeq";
    public const string SessionExpires = "Session-Expires";
    public const string Supported = "Supported";
    public const string To = "To";
    public const string Unsupported = "Unsupported";
    public const string UserAgent = "User-Agent";
    public const string Via = "Via";
    public const string WwwAuthenticate = "WWW-Authenticate";

    private static readonly string[] Known =
    [
        Accept, Allow, Authorization, CallId, Contact, ContentEncoding, ContentLength, ContentType, CSeq, From, MaxForwards, ProxyAuthenticate,
        ProxyAuthorization, Reason, RecordRoute, Require, RetryAfter, Route, Supported, To, Unsupported, UserAgent, Via, WwwAuthenticate,
        "Proxy-Require", "Subject", "Server", "Warning", SessionExpires, "P-Asserted-Identity", RAck, RSeq, MinSe, MinExpires, Expires,
    ];

    private static readonly Dictionary<string, string> Spellings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["c"] = ContentType, ["e"] = ContentEncoding, ["f"] = From, ["i"] = CallId, ["k"] = Supported, ["l"] = ContentLength,
        ["m"] = Contact, ["s"] = "Subject", ["t"] = To, ["v"] = Via, ["x"] = SessionExpires,
    };

    private static readonly FrozenDictionary<string, string> ByName =
        Spellings.Concat(Known.Select(n => KeyValuePair.Create(n, n))).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Header fields that carry comma lists; in others (Date, Subject, the digest fields) a comma is only a comma.</summary>
    private static readonly FrozenSet<string> Lists = new[]
    {
        Accept, Allow, Contact, ContentEncoding, Reason, RecordRoute, Require, "Proxy-Require", Route, Supported, Unsupported, Via,
        "P-Asserted-Identity",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The usual spelling of a name as it came; an unknown one keeps its own.</summary>
    public static string Canonical(ReadOnlySpan<byte> name)
    {
        Span<char> chars = stackalloc char[64];
        if (name.Length > chars.Length)
            return Encoding.ASCII.GetString(name);
        var length = Encoding.ASCII.GetChars(name, chars);
        return BySpan.TryGetValue(chars[..length], out var known) ? known : new string(chars[..length]);
    }

    public static bool IsList(string name) => Lists.Contains(name);
}
