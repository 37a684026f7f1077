namespace Trunkline.Core.Calls;

/// <summary>
/// What is kept of one call: the file <c>calls/&lt;id&gt;.json</c> of the data directory. Its members are described in docs/reference/call-records.md.
/// Times within the call are seconds since it was begun.
/// </summary>
public sealed record RecordedCall
{
    /// <summary>The id of the attempt, <c>0HABC…-2</c>; also the left part of the SIP Call-ID.</summary>
    public required string Id { get; init; }

    /// <summary>The number called.</summary>
    public required string To { get; init; }

    /// <summary>When dialling began.</summary>
    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>When it was answered; null when it was not.</summary>
    public required DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When the line was free again.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The code of the <see cref="CallOutcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Its sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>The SIP status, the T.30 completion, what was expected and what came; on one line.</summary>
    public required string Cause { get; init; }

    /// <summary>The first page that this call was to send, from 1.</summary>
    public required int FirstPage { get; init; }

    /// <summary>Pages of the document.</summary>
    public required int Pages { get; init; }

    /// <summary>The last page that is confirmed, earlier calls included.</summary>
    public required int PagesConfirmed { get; init; }

    /// <summary>What this call tried, such as <c>T.38 or G.711, V.17</c>.</summary>
    public required string Way { get; init; }

    /// <summary><c>T.38</c> or <c>G.711</c>; empty when no page was begun.</summary>
    public required string Transport { get; init; }

    /// <summary>Both ends were Internet-aware: the pages went faster than <see cref="Rates"/> says.</summary>
    public bool InternetAware { get; init; }

    /// <summary>What the far end calls itself.</summary>
    public required string RemoteId { get; init; }

    /// <summary>The rates agreed on, in order; each after the first is a retraining.</summary>
    public required IReadOnlyList<RecordedRate> Rates { get; init; }

    /// <summary>The pages confirmed in this call, in order.</summary>
    public required IReadOnlyList<RecordedPage> PageTimes { get; init; }

    /// <summary>Packets of the far end; null when it is not known.</summary>
    public required RecordedMedia? Media { get; init; }

    /// <summary>What happened, in order; at most 1,000.</summary>
    public required IReadOnlyList<RecordedEvent> Events { get; init; }
}

/// <param name="At">Seconds since the call began.</param>
/// <param name="BitRate">Bits a second.</param>
/// <param name="Ecm">With error correction.</param>
public sealed record RecordedRate(double At, int BitRate, bool Ecm);

/// <param name="Page">Counted from the document's first.</param>
/// <param name="At">When it was confirmed, seconds since the call began.</param>
/// <param name="Seconds">Since the page before it, or since the transfer began.</param>
public sealed record RecordedPage(int Page, double At, double Seconds);

/// <param name="Received">Packets that came.</param>
/// <param name="Lost">Packets that did not.</param>
/// <param name="Repaired">T.38 packets that redundancy brought back.</param>
/// <param name="EcmRetries">Parts of pages that were sent anew.</param>
public sealed record RecordedMedia(long Received, long Lost, long Repaired, int EcmRetries);

/// <param name="At">Seconds since the call began.</param>
/// <param name="Layer">SIP, SDP, T.38, RTP, T.30.</param>
/// <param name="Text">What happened, on one line.</param>
public sealed record RecordedEvent(double At, string Layer, string Text);
