using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Trunkline.Mail.Spf;

/// <summary>A domain's record, read whole before any of it is used: one mistake spoils all of it (RFC 7208, 4.6).</summary>
/// <param name="Redirect">Whose record counts when no directive matches; null for none.</param>
internal sealed partial record SpfRecord(IReadOnlyList<SpfTerm> Terms, string? Redirect)
{
    private const string Version = "v=spf1";

    // Far more than a record of sense has; a TXT record holds 64 KB.
    private const int MaxTerms = 500;

    /// <summary>True for a TXT record that is meant as an SPF record.</summary>
    public static bool IsRecord(string text) =>
        text.StartsWith(Version, StringComparison.OrdinalIgnoreCase) && (text.Length == Version.Length || text[Version.Length] == ' ');

    /// <summary>Reads what <see cref="IsRecord"/> has found to be one.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out SpfRecord? record)
    {
        record = null;
        var terms = new List<SpfTerm>();
        string? redirect = null;
        var hasExplanation = false;
        var words = text[Version.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > MaxTerms)
            return false;
        foreach (var word in words)
        {
            var modifier = Modifier().Match(word);
            if (modifier.Success)
            {
                var value = word[modifier.Length..];
                switch (modifier.Groups[1].Value.ToLowerInvariant())
                {
                    case "redirect" when redirect is null && SpfMacros.IsDomainSpec(value):
                        redirect = value;
                        break;
                    // Why a mail is refused is what we say, not what a stranger's domain says: read, and not used.
                    case "exp" when !hasExplanation && SpfMacros.IsDomainSpec(value):
                        hasExplanation = true;
                        break;
                    case "redirect" or "exp":
                        return false;
                    default:
                        if (!SpfMacros.IsMacroString(value))
                            return false;
                        break;
                }
            }
            else if (TryReadDirective(word, out var term))
                terms.Add(term);
            else
                return false;
        }
        record = new SpfRecord(terms, redirect);
        return true;
    }

    private static bool TryReadDirective(string word, [NotNullWhen(true)] out SpfTerm? term)
    {
        term = null;
        var result = word[0] switch
        {
            '-' => SpfResult.Fail,
            '~' => SpfResult.SoftFail,
            '?' => SpfResult.Neutral,
            _ => SpfResult.Pass,
        };
        var rest = word[0] is '+' or '-' or '~' or '?' ? word[1..] : word;
        var end = rest.AsSpan().IndexOfAny(':', '/');
        var name = (end < 0 ? rest : rest[..end]).ToLowerInvariant();
        var argument = end < 0 ? "" : rest[end..];
        term = name switch
        {
            "all" => argument.Length == 0 ? new SpfTerm(result, SpfMechanism.All, null) : null,
            "include" => OfDomain(result, SpfMechanism.Include, argument, isNeeded: true),
            "exists" => OfDomain(result, SpfMechanism.Exists, argument, isNeeded: true),
            "ptr" => OfDomain(result, SpfMechanism.Ptr, argument, isNeeded: false),
            "a" => OfHosts(result, SpfMechanism.A, argument),
            "mx" => OfHosts(result, SpfMechanism.Mx, argument),
            "ip4" => OfNetwork(result, SpfMechanism.Ip4, argument),
            "ip6" => OfNetwork(result, SpfMechanism.Ip6, argument),
            _ => null,
        };
        return term is not null;
    }

    private static SpfTerm? OfDomain(SpfResult result, SpfMechanism mechanism, string argument, bool isNeeded)
    {
        if (argument.Length == 0)
            return isNeeded ? null : new SpfTerm(result, mechanism, null);
        return argument[0] == ':' && SpfMacros.IsDomainSpec(argument[1..]) ? new SpfTerm(result, mechanism, argument[1..]) : null;
    }

    private static SpfTerm? OfHosts(SpfResult result, SpfMechanism mechanism, string argument)
    {
        var match = DualCidr().Match(argument);
        if (!match.Success || !TryPrefix(match.Groups["v4"], 32, out var prefix4) || !TryPrefix(match.Groups["v6"], 128, out var prefix6))
            return null;
        var domain = match.Groups["spec"].Value;
        if (domain.Length == 0)
            return new SpfTerm(result, mechanism, null, null, prefix4, prefix6);
        return domain[0] == ':' && SpfMacros.IsDomainSpec(domain[1..]) ? new SpfTerm(result, mechanism, domain[1..], null, prefix4, prefix6) : null;
    }

    private static SpfTerm? OfNetwork(SpfResult result, SpfMechanism mechanism, string argument)
    {
        if (argument.Length < 2 || argument[0] != ':')
            return null;
        var (family, bits) = mechanism == SpfMechanism.Ip4 ? (AddressFamily.InterNetwork, 32) : (AddressFamily.InterNetworkV6, 128);
        var slash = argument.IndexOf('/', StringComparison.Ordinal);
        var text = slash < 0 ? argument[1..] : argument[1..slash];
        // .NET reads "1.2" as an address; nobody else does.
        if ((family == AddressFamily.InterNetwork && text.Count(c => c == '.') != 3) || text.Contains('%', StringComparison.Ordinal)
            || !IPAddress.TryParse(text, out var address) || address.AddressFamily != family)
            return null;
        var prefix = bits;
        if (slash >= 0 && !(Number().IsMatch(argument[(slash + 1)..]) && int.TryParse(argument.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
            && prefix <= bits))
            return null;
        return new SpfTerm(result, mechanism, null, Network(address, prefix));
    }

    /// <summary>The network of an address, whatever bits stand behind the prefix.</summary>
    internal static IPNetwork Network(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    private static bool TryPrefix(Group group, int most, out int prefix)
    {
        prefix = most;
        return !group.Success || (int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= most);
    }

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9_.-]*)=")]
    private static partial Regex Modifier();

    [GeneratedRegex("^(?<spec>.*?)(?:/(?<v4>0|[1-9][0-9]?))?(?://(?<v6>0|[1-9][0-9]{0,2}))?$")]
    private static partial Regex DualCidr();

    [GeneratedRegex("^(0|[1-9][0-9]{0,2})$")]
    private static partial Regex Number();
}
