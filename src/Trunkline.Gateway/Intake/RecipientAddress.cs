using Trunkline.Core;

namespace Trunkline.Gateway.Intake;

/// <summary>What a recipient address asks for. Read from <c>number@fax.domain</c>, <c>FAX=number@domain</c> (RFC 3192) and their like.</summary>
public abstract record RecipientAddress
{
    /// <summary>A message to a telephone number.</summary>
    /// <param name="Type">Null when the attachments decide (<c>number@domain</c>).</param>
    public sealed record ToNumber(MessageType? Type, PhoneNumber Number, MessageOptions Options) : RecipientAddress;

    /// <summary>A fax to every number of a list that the sender keeps.</summary>
    public sealed record ToList(string Name, MessageOptions Options) : RecipientAddress;

    /// <summary>Mail to somebody at our domain, not to a number.</summary>
    public sealed record ToPerson(string Address) : RecipientAddress;

    /// <summary>None of ours.</summary>
    public sealed record Elsewhere(string Domain) : RecipientAddress;

    /// <summary>For us, but not to be understood.</summary>
    /// <param name="EnhancedCode">RFC 3463.</param>
    /// <param name="Reason">A sentence that says what to write instead.</param>
    public sealed record Invalid(string EnhancedCode, string Reason) : RecipientAddress;
}

/// <summary>The address grammar; docs/reference/addresses.md describes it for users.</summary>
public sealed class RecipientAddressReader(string domain)
{
    private const int MaxAddressLength = 320;

    // No number begins so.
    private const string ListPrefix = "list-";
    private static readonly (string Host, string Attribute, MessageType Type)[] Types =
    [
        ("fax", "FAX", MessageType.Fax),
        ("voice", "VOICE", MessageType.Voice),
        ("page", "PAGE", MessageType.Notification),
        ("video", "VIDEO", MessageType.Video),
    ];

    /// <param name="address">As the envelope gives it, without angle brackets.</param>
    /// <param name="country">Where a number without a country code is dialled from.</param>
    public RecipientAddress Read(string address, string country)
    {
        var at = address.LastIndexOf('@');
        if (address.Length > MaxAddressLength || at <= 0)
            return new RecipientAddress.Invalid("5.1.3", "This is no address. Write for example +12025550100@fax." + domain + ".");
        var local = Unquote(address[..at]);
        var host = address[(at + 1)..];

        if (host.Equals(domain, StringComparison.OrdinalIgnoreCase))
            return ReadPlain(local, address, country);
        foreach (var (name, _, type) in Types)
        {
            if (host.Length == name.Length + 1 + domain.Length && host.StartsWith(name + ".", StringComparison.OrdinalIgnoreCase)
                && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase))
                return ReadNumber(type, local, country);
        }
        return host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase)
            ? new RecipientAddress.Invalid("5.1.2", $"There is no {host} here. Write to fax.{domain}, voice.{domain}, page.{domain} or video.{domain}.")
            : new RecipientAddress.Elsewhere(host);
    }

    private RecipientAddress ReadPlain(string local, string address, string country)
    {
        foreach (var (_, attribute, type) in Types)
        {
            if (local.Length > attribute.Length && local[attribute.Length] == '='
                && local.StartsWith(attribute, StringComparison.OrdinalIgnoreCase))
                return ReadNumber(type, local[(attribute.Length + 1)..], country);
        }
        // A local part that begins as a number does is meant as one; a person's may well end in digits, but does not begin with them.
        return local[0] == '+' || char.IsAsciiDigit(local[0])
            ? ReadNumber(null, local, country)
            : new RecipientAddress.ToPerson(address);
    }

    private RecipientAddress ReadNumber(MessageType? type, string text, string country)
    {
        if (type == MessageType.Fax && text.StartsWith(ListPrefix, StringComparison.OrdinalIgnoreCase))
            return ReadList(text[ListPrefix.Length..]);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var numberText = slash < 0 ? text : text[..slash];
        if (!PhoneNumber.TryParse(numberText, country, out var number))
        {
            return new RecipientAddress.Invalid("5.1.3",
                $"\"{Shown(numberText)}\" is no telephone number. Write it with its country code, for example +12025550100@fax.{domain}.");
        }
        return OptionReader.TryReadAddress(slash < 0 ? "" : text[(slash + 1)..], out var options, out var error)
            ? new RecipientAddress.ToNumber(type, number, options)
            : new RecipientAddress.Invalid("5.1.3", error);
    }

    private static RecipientAddress ReadList(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return OptionReader.TryReadAddress(slash < 0 ? "" : text[(slash + 1)..], out var options, out var error)
            ? new RecipientAddress.ToList((slash < 0 ? text : text[..slash]).ToLowerInvariant(), options)
            : new RecipientAddress.Invalid("5.1.3", error);
    }

    private static string Unquote(string local) =>
        local is ['"', .., '"'] && local.Length > 2 ? local[1..^1].Replace("\\", "", StringComparison.Ordinal) : local;

    private static string Shown(string text) =>
        new([.. (text.Length > 40 ? text[..40] + "…" : text).Where(c => !char.IsControl(c) && c < 0x7f)]);
}
