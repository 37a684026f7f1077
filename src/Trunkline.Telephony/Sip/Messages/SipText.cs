namespace Trunkline.Telephony.Sip.Messages;

/// <summary>The small grammar that every header shares: quoted strings, angle brackets, comma lists, parameters (RFC 3261 section 25.1).</summary>
internal static class SipText
{
    /// <summary>The index of <paramref name="wanted"/> outside quotes and angle brackets, or -1.</summary>
    public static int IndexOutside(ReadOnlySpan<char> text, char wanted)
    {
        var quoted = false;
        var angled = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '\\')
                    i++;
                else if (c == '"')
                    quoted = false;
            }
            else if (!angled && c == wanted)
                return i;
            else if (c == '"' && !angled)
                quoted = true;
            else if (c == '<')
                angled = true;
            else if (c == '>')
                angled = false;
        }
        return -1;
    }

    /// <summary>Adds the items of a comma list, trimmed, empty ones left out; stops at <see cref="SipLimits.ListItems"/>.</summary>
    public static void SplitList(ReadOnlySpan<char> text, List<string> into)
    {
        for (var items = 0; items < SipLimits.ListItems; items++)
        {
            var comma = IndexOutside(text, ',');
            var item = (comma < 0 ? text : text[..comma]).Trim();
            if (item.Length > 0)
                into.Add(item.ToString());
            if (comma < 0)
                return;
            text = text[(comma + 1)..];
        }
    }

    /// <summary>The value of a parameter in <c>;a=b;c</c>, unquoted: empty for a flag, null when it is not there.</summary>
    public static string? Parameter(ReadOnlySpan<char> parameters, ReadOnlySpan<char> name)
    {
        for (var items = 0; items < SipLimits.ListItems && !parameters.IsEmpty; items++)
        {
            var next = IndexOutside(parameters, ';');
            var item = next < 0 ? parameters : parameters[..next];
            parameters = next < 0 ? default : parameters[(next + 1)..];
            var equals = item.IndexOf('=');
            var key = (equals < 0 ? item : item[..equals]).Trim();
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return equals < 0 ? "" : Unquote(item[(equals + 1)..]);
        }
        return null;
    }

    /// <summary>The text without surrounding quotes and backslashes.</summary>
    public static string Unquote(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
            return text.ToString();
        text = text[1..^1];
        if (!text.Contains('\\'))
            return text.ToString();
        var plain = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
                i++;
            plain.Append(text[i]);
        }
        return plain.ToString();
    }

    /// <summary>The text as a quoted string. Control characters, which could end a header, become spaces.</summary>
    public static string Quote(string text)
    {
        var quoted = new System.Text.StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\');
            quoted.Append(char.IsControl(c) ? ' ' : c);
        }
        return quoted.Append('"').ToString();
    }

    /// <summary>A token of RFC 3261: what a method and a header name are made of.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && !"-.!%*_+`'~"u8.Contains(c))
                return false;
        }
        return !text.IsEmpty;
    }
}
