using Trunkline.Core;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Text;

namespace Trunkline.Gateway.Filter;

/// <summary>What kind of service a pager hangs on (PAGERTYPECODE of Table 5).</summary>
public enum PagerType
{
    /// <summary>A paging terminal behind a modem: IXO or TAP.</summary>
    Tap,

    /// <summary>Its own telephone number; digits are dialled after the call is answered.</summary>
    Dtmf,

    /// <summary>A gateway on the Internet: RFC 1861.</summary>
    Snpp,

    /// <summary>A short message centre.</summary>
    Smpp,
}

/// <summary>What a pager can show (DISPLAYTYPE of Table 5).</summary>
public enum PagerDisplay
{
    Numeric,
    Alphanumeric,
}

/// <summary>A pager of a customer (Table 5).</summary>
public sealed record Pager
{
    /// <summary>The subject, then the text: what alarms of machines and mails of people say first.</summary>
    public const string DefaultTemplate = "{{from}}: {{subject}} {{text}}";

    /// <summary>The number that the mail names.</summary>
    public const string DefaultNumericTemplate = "{{number}}";

    /// <summary>0 until it is stored.</summary>
    public long Id { get; init; }

    public required long CustomerKey { get; init; }

    /// <summary>The customer's own name for it.</summary>
    public required string Name { get; init; }

    public required PagerType Type { get; init; }

    /// <summary>The modem of its terminal; null but for <see cref="PagerType.Tap"/>.</summary>
    public PhoneNumber? BbsNumber { get; init; }

    /// <summary>The unit: a telephone number, but for <see cref="PagerType.Tap"/>, where it is what the terminal knows it by.</summary>
    public required string Number { get; init; }

    /// <summary>For terminals that ask for one.</summary>
    public string? Pin { get; init; }

    public required PagerDisplay Display { get; init; }

    /// <summary>Characters that it shows.</summary>
    public required int MaxLength { get; init; }

    /// <summary>What its network carries.</summary>
    public PageFold Fold { get; init; }

    /// <summary>What is said, see <see cref="PageTemplate"/>.</summary>
    public required string Template { get; init; }

    /// <summary>Numeric: what is shown when the template gives no digits, or too many.</summary>
    public string Code { get; init; } = "0";

    /// <summary>Where the call goes: the terminal, or the pager itself. Null when its number is none that can be called.</summary>
    public PhoneNumber? Destination(string country) =>
        Type == PagerType.Tap ? BbsNumber : PhoneNumber.TryParse(Number, country, out var number) ? number : null;

    /// <summary>As it goes along with a message.</summary>
    public PagerTarget Target => new(Name, Type.ToString().ToLowerInvariant(), Number, Pin, Display.ToString().ToLowerInvariant());

    /// <summary>Never prints the PIN.</summary>
    public override string ToString() => $"{Name} ({Type})";
}
