using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip.Digest;

/// <summary>The parameters of a digest header: <c>Digest realm="x", nonce="y"</c>; names without case.</summary>
internal sealed class DigestParameters
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Reads a header value; null when its scheme is not Digest.</summary>
    public static DigestParameters? Parse(string? header)
    {
        const string scheme = "Digest";
        if (header is null || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || header.Length == scheme.Length
            || header[scheme.Length] is not (' ' or '\t'))
            return null;
        List<string> items = [];
        SipText.SplitList(header.AsSpan(scheme.Length + 1), items);
        var parameters = new DigestParameters();
        foreach (var item in items)
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                parameters._values.TryAdd(item[..equals].Trim(), SipText.Unquote(item.AsSpan(equals + 1)));
        }
        return parameters;
    }
}
