namespace Trunkline.TestLine;

/// <summary>One finished call, as its <c>.json</c> says it.</summary>
public sealed record TestLineCall
{
    /// <summary>The name of its files.</summary>
    public required string Call { get; init; }

    /// <summary>The number called.</summary>
    public required string Number { get; init; }

    /// <summary>The caller by SIP.</summary>
    public required string From { get; init; }

    /// <summary>True when every page of a fax arrived whole.</summary>
    public bool Complete { get; init; }

    /// <summary>How it ended, on one line.</summary>
    public required string Why { get; init; }

    /// <summary>What the caller's fax calls itself (TSI).</summary>
    public string Ident { get; init; } = "";

    /// <summary>Whole pages.</summary>
    public int Pages { get; init; }

    /// <summary>Bits a second; 0 when no page was begun.</summary>
    public int BitRate { get; init; }

    /// <summary>Error correction.</summary>
    public bool Ecm { get; init; }

    /// <summary>T.38, or else G.711.</summary>
    public bool T38 { get; init; }

    /// <summary>By T.38, and both ends were Internet-aware.</summary>
    public bool InternetAware { get; init; }

    /// <summary>MH, MR, MMR; empty when no page was begun.</summary>
    public string Compression { get; init; } = "";

    /// <summary>When the INVITE came.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>When it was answered; null when it was not.</summary>
    public DateTimeOffset? Answered { get; init; }

    /// <summary>When it was over.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>Seconds from answer to end; 0 when it was not answered.</summary>
    public double Seconds { get; init; }

    /// <summary>The path of the pages; null when none arrived.</summary>
    public string? File { get; init; }

    /// <summary>What happened, in order; at most 1,000 lines.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];
}
