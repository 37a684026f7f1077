namespace Trunkline.Telephony.Sip.Messages;

/// <summary>The value of From, To, Contact, Route and Record-Route: <c>"Name" &lt;uri&gt;;parameters</c> (RFC 3261 section 20.10).</summary>
/// <param name="DisplayName">Unquoted; empty when none.</param>
/// <param name="UriText">The URI as written.</param>
/// <param name="Parameters">Header parameters as written, without the first semicolon.</param>
public sealed record SipNameAddress(string DisplayName, string UriText, string Parameters)
{
    /// <summary>The tag parameter, or null.</summary>
    public string? Tag => SipText.Parameter(Parameters, "tag") is { Length: > 0 } tag ? tag : null;

    /// <summary>The URI taken apart, or null when its scheme is not ours.</summary>
    public SipUri? Uri => SipUri.Parse(UriText);

    /// <summary>Reads one value; null when it is none.</summary>
    public static SipNameAddress? Parse(string? value)
    {
        if (value is null)
            return null;
        ReadOnlySpan<char> text = value.AsSpan().Trim();
        var open = OpeningBracket(text);
        if (open >= 0)
        {
            var length = text[open..].IndexOf('>');
            if (length < 2)
                return null;
            var uri = text[(open + 1)..(open + length)].Trim();
            var after = text[(open + length + 1)..].Trim();
            if (!uri.Contains(':') || (!after.IsEmpty && after[0] != ';'))
                return null;
            return new SipNameAddress(SipText.Unquote(text[..open]), uri.ToString(), after.IsEmpty ? "" : after[1..].ToString());
        }
        // Without brackets every parameter belongs to the header and not to the URI (RFC 3261 section 20).
        var semicolon = text.IndexOf(';');
        var bare = (semicolon < 0 ? text : text[..semicolon]).Trim();
        if (!bare.Contains(':') || bare.ContainsAny(" \t\"<>"))
            return null;
        return new SipNameAddress("", bare.ToString(), semicolon < 0 ? "" : text[(semicolon + 1)..].ToString());
    }

    /// <inheritdoc />
    public override string ToString() =>
        (DisplayName.Length == 0 ? "" : SipText.Quote(DisplayName) + " ") + "<" + UriText + ">" + (Parameters.Length == 0 ? "" : ";" + Parameters);

    private static int OpeningBracket(ReadOnlySpan<char> text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '\\')
                i++;
            else if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == '<' && !quoted)
                return i;
        }
        return -1;
    }
}
