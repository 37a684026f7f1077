namespace Trunkline.Mail.Smtp;

/// <summary>The parameters of RCPT TO: those of delivery reports (RFC 3461, 4.1 and 4.2).</summary>
internal readonly record struct SmtpRecipientParameters(SmtpNotify Notify, string? OriginalRecipient)
{
    // RFC 3461, 4.2: the whole parameter has at most 500 characters.
    private const int MaxOriginalRecipient = 500;

    /// <summary>Null when they were read, else the refusal.</summary>
    public static SmtpReply? Read(IReadOnlyDictionary<string, string> parameters, bool isExtended, out SmtpRecipientParameters read)
    {
        read = default;
        foreach (var (name, value) in parameters)
        {
            switch (name)
            {
                case "NOTIFY" when isExtended && TryNotify(value, out var notify):
                    read = read with { Notify = notify };
                    break;
                case "ORCPT" when isExtended && TryOriginal(value, out var original):
                    read = read with { OriginalRecipient = original };
                    break;
                case "NOTIFY" or "ORCPT" when isExtended:
                    return new SmtpReply(501, "5.5.4", $"The parameter {name} is not readable");
                default:
                    return new SmtpReply(555, "5.5.4", $"The parameter {name} is not offered");
            }
        }
        return null;
    }

    private static bool TryNotify(string value, out SmtpNotify notify)
    {
        notify = SmtpNotify.Unspecified;
        foreach (var word in value.Split(','))
        {
            var flag = word.ToUpperInvariant() switch
            {
                "SUCCESS" => SmtpNotify.Success,
                "FAILURE" => SmtpNotify.Failure,
                "DELAY" => SmtpNotify.Delay,
                "NEVER" => SmtpNotify.Never,
                _ => SmtpNotify.Unspecified,
            };
            if (flag == SmtpNotify.Unspecified || notify.HasFlag(flag))
                return false;
            notify |= flag;
        }
        // NEVER stands alone.
        return !notify.HasFlag(SmtpNotify.Never) || notify == SmtpNotify.Never;
    }

    private static bool TryOriginal(string value, out string original)
    {
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        original = "";
        if (semicolon <= 0 || value.Length > MaxOriginalRecipient || !value.AsSpan(0, semicolon).ContainsOnlyAtomCharacters()
            || !Xtext.TryDecode(value[(semicolon + 1)..], MaxOriginalRecipient, out var address))
            return false;
        original = $"{value[..semicolon]};{address}";
        return true;
    }
}

file static class Atoms
{
    public static bool ContainsOnlyAtomCharacters(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }
        return true;
    }
}
