using Trunkline.Core;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;

namespace Trunkline.Gateway.Dispatch;

/// <summary>What came of beginning an attempt.</summary>
public enum AttemptStart
{
    /// <summary>The intent is durable: the message may be sent to the resource.</summary>
    Begun,

    /// <summary>Another call to this destination is under way; the message waits for its end.</summary>
    DestinationEngaged,

    /// <summary>The claim was lost; somebody else has the message.</summary>
    ClaimLost,
}

/// <summary>A resource has taken an attempt.</summary>
/// <param name="AskAt">When it is asked, should its receipt not have come by then.</param>
public readonly record struct Acknowledgement(AttemptId Attempt, DateTimeOffset At, DateTimeOffset AskAt);

/// <summary>The store as the dispatcher sees it.</summary>
public interface IDispatchStore
{
    /// <summary>
    /// R or D → X with a new attempt and the rates that it is charged by, the destination engaged. Waits behind the call that engages the destination
    /// otherwise.
    /// </summary>
    Task<(AttemptStart Start, QueuedMessage Message)> BeginAttemptAsync(
        QueuedMessage message, ResourceModel resource, AttemptRates rates, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>X → A; the resource is asked when its receipt has not come by then. Those whose attempt has ended already are left out; returns the others' number.</summary>
    Task<int> AcknowledgedAsync(IReadOnlyList<Acknowledgement> acknowledgements, CancellationToken cancellationToken);

    /// <summary>R or D → P: the pages have to be made anew.</summary>
    Task UnprepareAsync(QueuedMessage message, CancellationToken cancellationToken);

    /// <summary>
    /// The resource did not take it, for certain: X → R, due again then. The attempt is closed and placed no call; <see cref="QueuedMessage.FailedResources"/>
    /// is written as it is here. False when the claim was lost.
    /// </summary>
    Task<bool> NotTakenAsync(QueuedMessage message, string reason, DateTimeOffset now, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>No resource may carry it now: its round of resources is over, and it is looked at again then. False when the claim was lost.</summary>
    Task<bool> NoRouteAsync(QueuedMessage message, string cause, DateTimeOffset due, CancellationToken cancellationToken);

    /// <summary>Nobody knows whether it was taken, or the receipt is overdue: the same resource is asked then.</summary>
    Task AskLaterAsync(QueuedMessage message, DateTimeOffset askAt, CancellationToken cancellationToken);
}
