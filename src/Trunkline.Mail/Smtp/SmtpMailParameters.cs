using System.Globalization;

namespace Trunkline.Mail.Smtp;

/// <summary>The parameters of MAIL FROM that belong to the extensions we offer.</summary>
internal readonly record struct SmtpMailParameters(long? Size, bool Is8Bit, bool IsUtf8, bool WantsWholeMail, string? EnvelopeId)
{
    // RFC 3461, 4.4.
    private const int MaxEnvelopeId = 100;

    /// <summary>Null when they were read, else the refusal.</summary>
    public static SmtpReply? Read(IReadOnlyDictionary<string, string> parameters, bool isExtended, out SmtpMailParameters read)
    {
        read = default;
        foreach (var (name, value) in parameters)
        {
            switch (name)
            {
                // A size beyond what a long holds is as large as can be.
                case "SIZE" when isExtended && value.Length is > 0 and <= 20 && value.All(char.IsAsciiDigit):
                    read = read with { Size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : long.MaxValue };
                    break;
                case "BODY" when isExtended && value.Equals("8BITMIME", StringComparison.OrdinalIgnoreCase):
                    read = read with { Is8Bit = true };
                    break;
                case "BODY" when isExtended && value.Equals("7BIT", StringComparison.OrdinalIgnoreCase):
                    break;
                case "SMTPUTF8" when isExtended && value.Length == 0:
                    read = read with { IsUtf8 = true };
                    break;
                case "RET" when isExtended && value.Equals("FULL", StringComparison.OrdinalIgnoreCase):
                    read = read with { WantsWholeMail = true };
                    break;
                case "RET" when isExtended && value.Equals("HDRS", StringComparison.OrdinalIgnoreCase):
                    break;
                case "ENVID" when isExtended && Xtext.TryDecode(value, MaxEnvelopeId, out var envelopeId):
                    read = read with { EnvelopeId = envelopeId };
                    break;
                // Who offers AUTH must take this parameter, and need not believe it (RFC 4954, 5).
                case "AUTH" when isExtended && value.Length > 0:
                    break;
                case "SIZE" or "BODY" or "SMTPUTF8" or "AUTH" or "RET" or "ENVID" when isExtended:
                    return new SmtpReply(501, "5.5.4", $"The parameter {name} is not readable");
                default:
                    return new SmtpReply(555, "5.5.4", $"The parameter {name} is not offered");
            }
        }
        return null;
    }
}
