using Trunkline.Core;
using Trunkline.Gateway.Intake;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>What one step of feeding did.</summary>
/// <param name="Fed">Messages put into the queue.</param>
/// <param name="LeftOut">Rows left out, since their number became one that is not to be called.</param>
/// <param name="Left">Rows that still wait.</param>
public sealed record FeedStep(int Fed, int LeftOut, int Left);

/// <summary>A broadcast whose summary is due.</summary>
/// <param name="IsCorrection">A summary was written before, and something became known since.</param>
/// <param name="MailMessageId">Of the mail that it came by; null where it did not.</param>
/// <param name="References">Of that mail, oldest first.</param>
public sealed record BroadcastReceiptDue(Broadcast Broadcast, bool IsCorrection, string? MailMessageId, IReadOnlyList<string> References);

/// <summary>The store as broadcasts see it. Every step is one bounded transaction.</summary>
public interface IBroadcastStore
{
    /// <summary>Puts a broadcast into the store, loading, without recipients.</summary>
    Task AddAsync(Broadcast broadcast, CancellationToken cancellationToken);

    /// <summary>
    /// Adds rows while it is loading. A number that came before, or is not to be called, is kept with that reason, and not sent to.
    /// </summary>
    /// <param name="firstOrdinal">Of the first row.</param>
    Task AddRecipientsAsync(MessageId broadcast, int firstOrdinal, IReadOnlyList<BroadcastRow> rows, CancellationToken cancellationToken);

    /// <summary>
    /// The submission, and then the end of loading with the submission's claim in one transaction: from here on it is accepted, and a request that comes
    /// again is answered. False when it was not loading any more.
    /// </summary>
    Task<bool> AcceptAsync(MessageId broadcast, NewSubmission submission, CancellationToken cancellationToken);

    /// <summary>Deletes broadcasts and lists that were not read in to their end. Returns how many rows went.</summary>
    Task<int> DropUnfinishedAsync(MessageId? broadcast, int maxRows, CancellationToken cancellationToken);

    /// <summary>Broadcasts that have not ended, oldest first.</summary>
    Task<IReadOnlyList<Broadcast>> OpenAsync(CancellationToken cancellationToken);

    /// <summary>A broadcast, or null.</summary>
    Task<Broadcast?> FindAsync(MessageId broadcast, CancellationToken cancellationToken);

    /// <summary>Broadcasts of a customer, or of all, newest first, older than one of them when given.</summary>
    Task<IReadOnlyList<Broadcast>> ListAsync(long? customerKey, MessageId? before, int max, CancellationToken cancellationToken);

    /// <summary>How its numbers stand.</summary>
    Task<BroadcastCounts> CountAsync(Broadcast broadcast, CancellationToken cancellationToken);

    /// <summary>Its pages and price are known: it waits, or runs. False when it was cancelled meanwhile.</summary>
    Task<bool> PreparedAsync(MessageId broadcast, int pages, Money price, int unpriced, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Goes from one of some states into another. False when it stands in none of them.</summary>
    Task<bool> MoveAsync(MessageId broadcast, IReadOnlyList<BroadcastState> from, BroadcastState to, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>It cannot begin: none of its numbers is sent to, and the summary is due. False when it has ended already.</summary>
    Task<bool> FailAsync(MessageId broadcast, string cause, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Puts up to so many of its numbers into the queue, each once; those that are not to be called any more are left out.</summary>
    Task<FeedStep> FeedAsync(Broadcast broadcast, int max, Func<MessageId> nextId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Ends up to so many of its numbers that are not on the line. Returns how many.</summary>
    Task<int> CancelAsync(MessageId broadcast, int max, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Puts up to so many of its messages that are not on the line on hold, or takes them off it. Returns how many.</summary>
    Task<int> HoldAsync(MessageId broadcast, bool isHeld, int max, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Writes down that it has ended, when every number has. False otherwise.</summary>
    Task<bool> FinishAsync(MessageId broadcast, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What came of its rows, in their order, after one of them.</summary>
    Task<IReadOnlyList<BroadcastResult>> ResultsAsync(MessageId broadcast, int afterOrdinal, int max, CancellationToken cancellationToken);

    /// <summary>How its messages ended, the most frequent first.</summary>
    Task<IReadOnlyList<BroadcastCause>> CausesAsync(MessageId broadcast, int max, CancellationToken cancellationToken);

    /// <summary>Up to so many of those that were not delivered.</summary>
    Task<IReadOnlyList<BroadcastResult>> UndeliveredAsync(MessageId broadcast, int max, CancellationToken cancellationToken);

    /// <summary>Broadcasts whose summary is due.</summary>
    Task<IReadOnlyList<BroadcastReceiptDue>> ReceiptsDueAsync(int max, CancellationToken cancellationToken);
}
