using Trunkline.Core;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Calls;

/// <summary>A fax to be sent in one call.</summary>
public sealed record FaxCall
{
    /// <summary>Ours, for logs; also the left part of the SIP Call-ID.</summary>
    public required string CallId { get; init; }

    /// <summary>The number to call.</summary>
    public required PhoneNumber To { get; init; }

    /// <summary>The number to show, or null for the trunk's own.</summary>
    public PhoneNumber? From { get; init; }

    /// <summary>The TSI that we give: at most 20 digits, plus signs and spaces (T.30).</summary>
    public required string LocalIdent { get; init; }

    /// <summary>The text at the head of each page; empty for none.</summary>
    public required string HeaderLine { get; init; }

    /// <summary>The TIFF to send.</summary>
    public required string TiffPath { get; init; }

    /// <summary>The first page to send, from 1.</summary>
    public int FirstPage { get; init; } = 1;

    /// <summary>Pages in the TIFF.</summary>
    public required int Pages { get; init; }

    /// <summary>False keeps the call to G.711.</summary>
    public bool AllowT38 { get; init; } = true;

    /// <summary>The highest rate to agree on: 14400 (V.17), 9600 (V.29) or 4800 (V.27ter).</summary>
    public int MaxBitRate { get; init; } = 14400;

    /// <summary>False does not offer error correction.</summary>
    public bool AllowEcm { get; init; } = true;
}

/// <summary>
/// Told what happens in a call, as it happens. What must be durable before the call goes on is awaited: a process that dies knows afterwards
/// whether a call was placed, whether it was answered, and which pages were confirmed.
/// </summary>
public interface IFaxCallObserver
{
    /// <summary>The INVITE leaves when this has completed; if it throws, no call is placed.</summary>
    ValueTask DialingAsync(CancellationToken cancellationToken);

    /// <summary>Answered; nothing of the document is sent before this has completed.</summary>
    ValueTask AnsweredAsync(CancellationToken cancellationToken);

    /// <summary>A fax machine answered and the transfer of pages begins. From a media thread: returns at once.</summary>
    void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38);

    /// <summary>The far end confirmed this page, counted from the TIFF's first. From a media thread: returns at once.</summary>
    void PageConfirmed(int page);
}

/// <summary>What came of a call.</summary>
public sealed record FaxCallResult
{
    /// <summary>How it ended.</summary>
    public required CallOutcome Outcome { get; init; }

    /// <summary>One line of technical detail: the SIP status, the T.30 completion, what was expected and what came.</summary>
    public required string Detail { get; init; }

    /// <summary>The last page that the far end confirmed, counted from the TIFF's first; <c>FirstPage - 1</c> when none.</summary>
    public required int PagesConfirmed { get; init; }

    /// <summary>When the called side or its network would have us call again, from now, an hour at most; null when it said nothing of it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>From answer to hang-up; zero when it was not answered.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The CSID that the far end gave; empty when none.</summary>
    public string RemoteIdent { get; init; } = "";

    /// <summary>Bits a second of the last page; 0 when no page was begun.</summary>
    public int BitRate { get; init; }

    /// <summary>True when error correction was used.</summary>
    public bool Ecm { get; init; }

    /// <summary>True when the pages went by T.38, false when by G.711.</summary>
    public bool T38 { get; init; }

    /// <summary>True when both ends were Internet-aware: pages went faster than <see cref="BitRate"/> says.</summary>
    public bool InternetAware { get; init; }

    /// <summary>True when an INVITE left.</summary>
    public bool CallPlaced { get; init; }

    /// <summary>The rates that the ends agreed on, in order; a second one is a retraining.</summary>
    public IReadOnlyList<CallRate> Rates { get; init; } = [];

    /// <summary>When each page was confirmed, in order.</summary>
    public IReadOnlyList<CallPage> PageTimes { get; init; } = [];

    /// <summary>How the far end's packets came; null when it is not known.</summary>
    public MediaCounts? Media { get; init; }

    /// <summary>Signalling and T.30 events with their times, in order; at most 1,000.</summary>
    public IReadOnlyList<CallEvent> Events { get; init; } = [];
}

/// <param name="At">Since the call began.</param>
/// <param name="Layer">SIP, SDP, T.38, RTP, T.30.</param>
/// <param name="Text">What happened, on one line.</param>
public sealed record CallEvent(TimeSpan At, string Layer, string Text);

/// <param name="At">Since the call began.</param>
/// <param name="BitRate">Bits a second.</param>
/// <param name="Ecm">With error correction.</param>
public sealed record CallRate(TimeSpan At, int BitRate, bool Ecm);

/// <param name="Page">Counted from the TIFF's first.</param>
/// <param name="At">When it was confirmed, since the call began.</param>
public sealed record CallPage(int Page, TimeSpan At);
