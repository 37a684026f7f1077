using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Trunkline.Core.Mail;

namespace Trunkline.Mail.Spf;

/// <summary>The macros of RFC 7208, 7: <c>%{i}._spf.%{d2}</c>.</summary>
internal static partial class SpfMacros
{
    private const int MaxName = 253;

    /// <summary>True for text in which every percent sign begins a macro; the letters c, r and t belong into explanations only.</summary>
    public static bool IsMacroString(string text) => !Macro().Replace(text, "").AsSpan().ContainsAny('%', ' ');

    /// <summary>True for a macro string that may name a host: it ends in a label that is no number, or in a macro.</summary>
    public static bool IsDomainSpec(string text) => text.Length > 0 && IsMacroString(text) && (DomainEnd().IsMatch(text) || MacroAtEnd().IsMatch(text));

    /// <summary>True when the validated name of the client is asked for, which costs questions.</summary>
    public static bool NeedsName(string text) => Macro().Matches(text).Any(m => m.Groups["letter"].Value is "p" or "P");

    /// <summary>The text with its macros replaced, cut from the left to the length of a name.</summary>
    /// <param name="name">The validated name of the client, for <c>p</c>.</param>
    public static string Expand(string text, SpfQuestion question, string domain, string name)
    {
        var expanded = Macro().Replace(text, match => match.Value switch
        {
            "%%" => "%",
            "%_" => " ",
            "%-" => "%20",
            _ => Value(match, question, domain, name),
        });
        while (expanded.Length > MaxName)
        {
            var dot = expanded.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
                return expanded[^MaxName..];
            expanded = expanded[(dot + 1)..];
        }
        return expanded;
    }

    private static string Value(Match match, SpfQuestion question, string domain, string name)
    {
        var letter = match.Groups["letter"].Value[0];
        var local = question.Sender[..Math.Max(0, question.Sender.LastIndexOf('@'))];
        var value = char.ToLowerInvariant(letter) switch
        {
            's' => question.Sender,
            'l' => local,
            'o' => MailDomain.Of(question.Sender),
            'd' => domain,
            'i' => Dotted(question.Client),
            'p' => name,
            'v' => question.Client.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
            _ => question.Helo,
        };
        var delimiters = match.Groups["delimiters"].Value;
        var parts = value.Split(delimiters.Length == 0 ? ['.'] : delimiters.ToCharArray()).ToList();
        if (match.Groups["reverse"].Length > 0)
            parts.Reverse();
        if (match.Groups["digits"].Length > 0)
            parts = parts[^Math.Min(parts.Count, int.Parse(match.Groups["digits"].Value, CultureInfo.InvariantCulture))..];
        var joined = string.Join('.', parts);
        return char.IsAsciiLetterUpper(letter) ? Uri.EscapeDataString(joined) : joined;
    }

    // An IPv6 address is written in nibbles, as in names of ip6.arpa but not reversed.
    private static string Dotted(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return address.ToString();
        var text = new StringBuilder(63);
        foreach (var b in address.GetAddressBytes())
            text.Append(CultureInfo.InvariantCulture, $"{b >> 4:x}.{b & 15:x}.");
        return text.ToString(0, text.Length - 1);
    }

    [GeneratedRegex("%(?:%|_|-|\\{(?<letter>[sloidpvhSLOIDPVH])(?<digits>[1-9][0-9]{0,2})?(?<reverse>[rR])?(?<delimiters>[-.+,/_=]*)\\})")]
    private static partial Regex Macro();

    [GeneratedRegex("\\.(?=[A-Za-z0-9-]*[A-Za-z-])[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\\.?$")]
    private static partial Regex DomainEnd();

    [GeneratedRegex("%\\{[sloidpvhSLOIDPVH][1-9]?[0-9]{0,2}[rR]?[-.+,/_=]*\\}$")]
    private static partial Regex MacroAtEnd();
}
