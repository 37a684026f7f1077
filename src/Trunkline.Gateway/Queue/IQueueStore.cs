using Trunkline.Core;

namespace Trunkline.Gateway.Queue;

/// <summary>The queue in the store. Every change is one guarded statement or one transaction; a claim that was lost changes nothing and says so.</summary>
public interface IQueueStore
{
    /// <summary>Moves what is due from the schedule to its lane. Returns the lanes that got something and when the next falls due.</summary>
    Task<(IReadOnlySet<Lane> Lanes, DateTimeOffset? NextDue)> PromoteAsync(DateTimeOffset now, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Claims up to <paramref name="max"/> messages of a lane: highest priority first, then one of each customer in turn, then longest due. A lower
    /// priority gets one in eight while a higher has more than the lane can take. Messages given back keep their customer's turn.
    /// </summary>
    Task<IReadOnlyList<QueuedMessage>> ClaimAsync(Lane lane, DateTimeOffset now, TimeSpan lease, int max, CancellationToken cancellationToken);

    /// <summary>
    /// Gives claims back to their lanes: those of this node, at start, when <paramref name="ofThisNode"/>; else those whose lease has run out. A message at a
    /// resource goes to <see cref="Lane.Ask"/>. Returns how many.
    /// </summary>
    Task<int> ReclaimAsync(DateTimeOffset now, bool ofThisNode, CancellationToken cancellationToken);

    /// <summary>Gives one claim back, due again at the given time.</summary>
    Task ReleaseAsync(QueuedMessage message, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>Gives one claim back until a later time, and writes down why, for people.</summary>
    Task PostponeAsync(QueuedMessage message, DateTimeOffset due, string cause, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Ends messages whose time has run out and that no resource holds. Returns how many.</summary>
    Task<int> ExpireAsync(DateTimeOffset now, int max, CancellationToken cancellationToken);

    /// <summary>Ends a claimed message that was never at a resource, or is there no more. False when the claim was lost.</summary>
    Task<bool> EndAsync(QueuedMessage message, MessageStatus status, CallOutcome outcome, string cause, DateTimeOffset now, CancellationToken cancellationToken);
}
