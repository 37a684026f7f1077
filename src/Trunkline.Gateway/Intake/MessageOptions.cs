using Trunkline.Core.Documents;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Intake;

/// <summary>What a sender asked for beyond the number: in the address, the subject or the headers. <see cref="OptionReader"/> reads it.</summary>
public sealed record MessageOptions
{
    /// <summary>Nothing asked for.</summary>
    public static MessageOptions None { get; } = new();

    public Priority? Priority { get; init; }

    public FaxResolution? Resolution { get; init; }

    /// <summary>Not to be sent before.</summary>
    public WrittenTime? At { get; init; }

    /// <summary>Not to be sent after; a time span counts from <see cref="At"/>, or from now.</summary>
    public WrittenTime? Expires { get; init; }

    /// <summary>The name of a cover page, <see cref="Intake.Cover.Off"/> or <see cref="Intake.Cover.On"/>.</summary>
    public string? Cover { get; init; }

    /// <summary>Whom the fax is for, in words, on the cover page.</summary>
    public string? CoverTo { get; init; }

    /// <summary>Who sends it, in words, on the cover page.</summary>
    public string? CoverFrom { get; init; }

    /// <summary>The company of the recipient, on the cover page.</summary>
    public string? CoverCompany { get; init; }

    /// <summary>What it is about, on the cover page, instead of the subject.</summary>
    public string? CoverRegarding { get; init; }

    /// <summary>A few words more on the cover page.</summary>
    public string? CoverComments { get; init; }

    /// <summary>The sender's own name for the message, told in its receipt and its records.</summary>
    public string? Reference { get; init; }

    /// <summary>True when a cover page is asked for: by name, or by what is to stand on it.</summary>
    public bool WantsCover => Cover is not null ? Cover != Intake.Cover.Off
        : (CoverTo ?? CoverFrom ?? CoverCompany ?? CoverRegarding ?? CoverComments) is not null;

    /// <summary>What was written for the cover page.</summary>
    public CoverFields CoverFields => new()
    {
        ToName = CoverTo,
        FromName = CoverFrom,
        ToCompany = CoverCompany,
        Regarding = CoverRegarding,
        Comments = CoverComments,
        Reference = Reference,
    };

    /// <summary>These, and where they say nothing, the others.</summary>
    public MessageOptions Or(MessageOptions others) => new()
    {
        Priority = Priority ?? others.Priority,
        Resolution = Resolution ?? others.Resolution,
        At = At ?? others.At,
        Expires = Expires ?? others.Expires,
        Cover = Cover ?? others.Cover,
        CoverTo = CoverTo ?? others.CoverTo,
        CoverFrom = CoverFrom ?? others.CoverFrom,
        CoverCompany = CoverCompany ?? others.CoverCompany,
        CoverRegarding = CoverRegarding ?? others.CoverRegarding,
        CoverComments = CoverComments ?? others.CoverComments,
        Reference = Reference ?? others.Reference,
    };
}

/// <summary>The two words that stand where the name of a cover page may stand.</summary>
public static class Cover
{
    /// <summary>No cover page.</summary>
    public const string Off = "off";

    /// <summary>The customer's own cover page, or the one that all have.</summary>
    public const string On = "on";
}
