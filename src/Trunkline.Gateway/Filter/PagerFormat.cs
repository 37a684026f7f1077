using Trunkline.Core;
using Trunkline.Gateway.Text;

namespace Trunkline.Gateway.Filter;

/// <summary>A pager as somebody wrote it; <see cref="TryMake"/> checks it.</summary>
/// <param name="Type">tap, dtmf, snpp or smpp.</param>
/// <param name="Number">The unit.</param>
/// <param name="Bbs">tap: the modem of the paging terminal.</param>
/// <param name="Display">numeric or alphanumeric; null for what the type has.</param>
/// <param name="MaxLength">Null for what such pagers show.</param>
/// <param name="Fold">none, gsm or ascii; null for what the network carries.</param>
/// <param name="Code">numeric: shown when the mail has no number.</param>
public sealed record PagerFormat(
    PagerType Type, string Number, string? Bbs = null, string? Pin = null, PagerDisplay? Display = null, int? MaxLength = null, PageFold? Fold = null,
    string? Template = null, string? Code = null)
{
    private const int MaxNameLength = 64;
    private const int MaxNumberLength = 30;
    private const int LongestPage = 2000;

    // What the older numeric pagers show, and one block of TAP.
    private const int NumericLength = 20;
    private const int AlphanumericLength = 240;

    // One short message in the alphabet of GSM.
    private const int ShortMessageLength = 160;

    /// <summary>Checks all of it; false, with the field and a sentence, for a pager that could not be told anything.</summary>
    /// <param name="country">Where numbers without a country code are dialled from.</param>
    public bool TryMake(long customerKey, string country, string name, out Pager pager, out string field, out string error)
    {
        pager = null!;
        field = "";
        var display = Display ?? (Type == PagerType.Dtmf ? PagerDisplay.Numeric : PagerDisplay.Alphanumeric);
        var length = MaxLength ?? (display == PagerDisplay.Numeric ? NumericLength : Type == PagerType.Smpp ? ShortMessageLength : AlphanumericLength);
        var template = Template ?? (display == PagerDisplay.Numeric ? Pager.DefaultNumericTemplate : Pager.DefaultTemplate);
        var code = Code ?? "0";
        var bbs = default(PhoneNumber);
        (field, error) = this switch
        {
            _ when name.Length is 0 or > MaxNameLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') =>
                ("name", $"A pager has a name of 1 to {MaxNameLength} letters, digits, -, _ and dots."),
            { Type: PagerType.Tap } when !PhoneNumber.TryParse(Bbs, country, out bbs) => ("bbs", "A tap pager needs the number of its terminal's modem."),
            { Type: not PagerType.Tap } when Bbs is not null => ("bbs", "Only a tap pager has a terminal with a modem."),
            { Type: PagerType.Tap } when !IsPlain(Number, MaxNumberLength) => ("number", $"The number of the unit has 1 to {MaxNumberLength} signs."),
            { Type: not PagerType.Tap } when !PhoneNumber.TryParse(Number, country, out var _) => ("number", "The pager needs a telephone number, with its country code."),
            _ when Pin is not null && !IsPlain(Pin, MaxNumberLength) => ("pin", $"A PIN has 1 to {MaxNumberLength} signs."),
            { Type: PagerType.Dtmf } when display != PagerDisplay.Numeric => ("display", "A dtmf pager shows digits."),
            _ when length is < 1 or > LongestPage => ("maxLength", $"A pager shows 1 to {LongestPage} characters."),
            _ when PageTemplate.Fault(template) is { } fault => ("template", fault),
            _ when code.Length is 0 || code.Length > length || !code.All(char.IsAsciiDigit) => ("code", "A code is digits, as many as the pager shows at most."),
            _ => ("", ""),
        };
        if (field.Length > 0)
            return false;
        pager = new Pager
        {
            CustomerKey = customerKey,
            Name = name,
            Type = Type,
            BbsNumber = Type == PagerType.Tap ? bbs : null,
            Number = Number,
            Pin = Pin,
            Display = display,
            MaxLength = length,
            Fold = Fold ?? Type switch { PagerType.Tap => PageFold.Ascii, PagerType.Smpp => PageFold.Gsm, PagerType.Snpp => PageFold.Ascii, PagerType.Dtmf => PageFold.None },
            Template = template,
            Code = code,
        };
        return true;
    }

    private static bool IsPlain(string text, int max) => text.Length > 0 && text.Length <= max && text.All(c => c is > ' ' and <= '~');
}
