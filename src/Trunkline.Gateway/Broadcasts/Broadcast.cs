using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>Where a broadcast stands.</summary>
public enum BroadcastState
{
    /// <summary>Its list is being read in; what a crash leaves so is deleted, since nobody was told that it is accepted.</summary>
    Loading,

    /// <summary>Accepted; its document is being made, and its price found.</summary>
    Preparing,

    /// <summary>Its pages and price are known, and it waits to be told to start.</summary>
    Waiting,

    /// <summary>Numbers are put into the queue as there is room and pace allows.</summary>
    Running,

    /// <summary>No more numbers are put into the queue, and what is there is on hold.</summary>
    Paused,

    /// <summary>What was held is being let go; then it runs.</summary>
    Resuming,

    /// <summary>What is not on the line is being ended; what is, ends as it ends.</summary>
    Cancelling,

    /// <summary>Every number has ended.</summary>
    Ended,

    /// <summary>It was cancelled, and every number has ended.</summary>
    Cancelled,

    /// <summary>It could not begin: its document cannot be sent, or its customer cannot pay.</summary>
    Failed,
}

/// <summary>A document to many numbers, each message of its own. Its id is that of its submission, which holds the document.</summary>
public sealed record Broadcast
{
    public required MessageId Id { get; init; }
    public required long CustomerKey { get; init; }

    /// <summary>The customer's user that ordered it, or null for the customer itself.</summary>
    public long? UserKey { get; init; }

    /// <summary>The subject.</summary>
    public required string Name { get; init; }

    public required BroadcastState State { get; init; }

    /// <summary>False: it waits, its price known, until it is told to start.</summary>
    public required bool StartsItself { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ScheduledAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Of each message, from when it is put into the queue.</summary>
    public required TimeSpan ExpiryDuration { get; init; }

    public required Priority Priority { get; init; }
    public required FaxResolution Resolution { get; init; }
    public required string Language { get; init; }

    /// <summary>COVERPAGE_ID; null for none.</summary>
    public long? Cover { get; init; }

    /// <summary>Of all recipients; a row's own come first.</summary>
    public CoverFields CoverFields { get; init; } = CoverFields.None;

    /// <summary>0: as fast as there is room.</summary>
    public required int PerMinute { get; init; }

    /// <summary>Messages in the queue or on the line, those that wait for another attempt left out.</summary>
    public required int AtOnce { get; init; }

    /// <summary>Rows of its list.</summary>
    public int Recipients { get; init; }

    /// <summary>Rows left out, since the number came before.</summary>
    public int Duplicates { get; init; }

    /// <summary>Rows left out, since the number is not to be called.</summary>
    public int DoNotCall { get; init; }

    /// <summary>Rows that were cancelled before they were put into the queue.</summary>
    public int CancelledRows { get; init; }

    /// <summary>Rows put into the queue, each as one message.</summary>
    public int Fed { get; init; }

    /// <summary>Of each message, with the cover; null until prepared.</summary>
    public int? Pages { get; init; }

    /// <summary>Expected, of all; null until prepared.</summary>
    public Money? Price { get; init; }

    /// <summary>Recipients without a price: they will not be served.</summary>
    public int Unpriced { get; init; }

    /// <summary>ISO 4217, of the price.</summary>
    public required string Currency { get; init; }

    /// <summary>Why it failed; empty when it did not.</summary>
    public string Cause { get; init; } = "";

    /// <summary>Whom the summary goes to; empty for nobody.</summary>
    public required string ReceiptTo { get; init; }

    /// <summary>Rows that are, or were to be, sent to.</summary>
    public int Numbers => Recipients - Duplicates - DoNotCall;

    /// <summary>Rows that wait to be put into the queue.</summary>
    public int Unfed => Numbers - CancelledRows - Fed;
}

/// <summary>How many of a broadcast's numbers stand where. Together they are <see cref="Broadcast.Numbers"/>.</summary>
/// <param name="Waiting">Not put into the queue yet.</param>
/// <param name="Queued">In the queue, or on hold.</param>
/// <param name="Deferred">Wait for another attempt.</param>
/// <param name="OnLine">At a resource.</param>
public sealed record BroadcastCounts(
    int Waiting, int Queued, int Deferred, int OnLine, int Sent, int Failed, int Expired, int Cancelled, int Uncertain)
{
    public int Ended => Sent + Failed + Expired + Cancelled + Uncertain;

    public int All => Waiting + Queued + Deferred + OnLine + Ended;

    /// <summary>Of a hundred; 100 when there was nothing to do.</summary>
    public double Percent => All == 0 ? 100 : 100.0 * Ended / All;
}

/// <summary>What came of one row of the list.</summary>
/// <param name="Line">Of the list.</param>
/// <param name="LeftOut">Why it was not sent to: <c>duplicate</c>, <c>do-not-call</c>, <c>cancelled</c>; or null.</param>
/// <param name="Status">Of its message; null while it has none.</param>
/// <param name="Price">Charged, in micro-units of the broadcast's currency; null when nothing was.</param>
public sealed record BroadcastResult(int Ordinal, int Line, string Number, string Name, string Company, string? LeftOut, MessageId? Message,
    MessageStatus? Status, string Outcome, string Cause, int Pages, int PagesConfirmed, TimeSpan Duration, int Attempts, long? Price, DateTimeOffset? EndedAt);

/// <summary>Messages of a broadcast that ended alike.</summary>
public sealed record BroadcastCause(MessageStatus Status, string Outcome, string Cause, int Count);
