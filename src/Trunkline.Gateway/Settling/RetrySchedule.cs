using Trunkline.Core;

namespace Trunkline.Gateway.Settling;

/// <summary>Decides when, and whether, a failed message is tried again.</summary>
public sealed class RetrySchedule(RetryOptions options, Random random)
{
    /// <summary>
    /// The time until the next attempt, or null when there is none.
    /// </summary>
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="attemptsOfPolicy">Attempts that ended under the same policy, this one included.</param>
    /// <param name="attempts">All attempts, this one included.</param>
    public TimeSpan? Next(CallOutcome outcome, int attemptsOfPolicy, int attempts)
    {
        if (options.Find(CallOutcomes.Of(outcome).Retry) is not { } policy || attemptsOfPolicy >= policy.MaxAttempts || attempts >= options.MaxAttempts)
            return null;
        var grown = policy.Interval.TotalMilliseconds * Math.Pow(Math.Max(1, policy.Growth), Math.Min(attemptsOfPolicy - 1, 30));
        var interval = Math.Min(grown, Math.Max(policy.MaxInterval.TotalMilliseconds, policy.Interval.TotalMilliseconds));
        var jitter = 1 + options.Jitter * (2 * random.NextDouble() - 1);
        return TimeSpan.FromMilliseconds(interval * jitter);
    }
}
