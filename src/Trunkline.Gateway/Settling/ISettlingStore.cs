using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Settling;

/// <summary>What the decision about a receipt rests on: the message as it stands, and how its earlier attempts ended.</summary>
/// <param name="EarlierOutcomes">Of the attempts before this one that were taken by a resource, but for those after which another carrier was tried at once.</param>
/// <param name="RoundOutcomes">Of the attempts of this round of carriers, each of which was followed at once by the next.</param>
public sealed record SettlingState(QueuedMessage Message, IReadOnlyList<CallOutcome> EarlierOutcomes, IReadOnlyList<CallOutcome> RoundOutcomes);

/// <summary>What a receipt does to its message.</summary>
/// <param name="Status">S, F, U, E or D.</param>
/// <param name="Outcome">Of the message, where it differs from what the resource called it.</param>
/// <param name="Due">The next attempt, when deferred.</param>
/// <param name="Cause">For people.</param>
public sealed record Settlement(MessageStatus Status, CallOutcome Outcome, DateTimeOffset? Due, string Cause)
{
    /// <summary>Another carrier is tried at once: the round goes on, this resource is left out of it, and the attempt does not count.</summary>
    public bool GoesOn { get; init; }
}

/// <summary>What became of a receipt.</summary>
public enum SettleResult
{
    /// <summary>The message is deferred or ended by it.</summary>
    Settled,

    /// <summary>It was settled earlier; nothing has changed.</summary>
    SettledBefore,

    /// <summary>The message had been given up as uncertain; now it is known, and its sender is told.</summary>
    Corrected,

    /// <summary>There is no such attempt, or it is another resource's.</summary>
    Unknown,
}

/// <summary>The store as settling sees it.</summary>
public interface ISettlingStore
{
    /// <summary>
    /// Closes the attempt and its message in one transaction: attempt, message, schedule, destination, and whether the submission has ended and
    /// wants its receipt. <paramref name="decide"/> runs inside it and must not wait for anything.
    /// </summary>
    Task<(SettleResult Result, Settlement? Settlement)> SettleAsync(
        AttemptId attempt, long resourceId, AttemptReport report, DateTimeOffset now, Func<SettlingState, Settlement> decide, CancellationToken cancellationToken);
}
