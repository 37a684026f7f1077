using System.Collections.Concurrent;
using Trunkline.Core;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>
/// How fast broadcasts go, and may go. In memory: after a restart the credit of each begins at nothing, so that a pace is never exceeded, and the
/// rate is known again after a few seconds.
/// </summary>
public sealed class BroadcastPace(TimeProvider time)
{
    // What was not used is not saved up for longer: a pace is what a line carries, and not a sum.
    private static readonly TimeSpan LongestCredit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RateOver = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<MessageId, Entry> _entries = new();

    private sealed class Entry
    {
        public double Credit { get; set; } = 1;
        public long CreditedAt { get; set; }
        public Queue<(long At, int Ended)> Samples { get; } = new();
    }

    /// <summary>How many may go now at this pace; 0 a minute is as many as there are.</summary>
    public int Allowed(MessageId broadcast, int perMinute)
    {
        if (perMinute == 0)
            return int.MaxValue;
        var entry = Of(broadcast);
        lock (entry)
        {
            var now = time.GetTimestamp();
            if (entry.CreditedAt != 0)
                entry.Credit += perMinute * time.GetElapsedTime(entry.CreditedAt, now).TotalMinutes;
            entry.CreditedAt = now;
            entry.Credit = Math.Min(entry.Credit, Math.Max(1, perMinute * LongestCredit.TotalMinutes));
            return (int)entry.Credit;
        }
    }

    /// <summary>So many went.</summary>
    public void Went(MessageId broadcast, int count)
    {
        var entry = Of(broadcast);
        lock (entry)
            entry.Credit -= count;
    }

    /// <summary>So many have ended by now.</summary>
    public void Note(MessageId broadcast, int ended)
    {
        var entry = Of(broadcast);
        lock (entry)
        {
            entry.Samples.Enqueue((time.GetTimestamp(), ended));
            while (entry.Samples.Count > 2 && time.GetElapsedTime(entry.Samples.Peek().At) > RateOver)
                entry.Samples.Dequeue();
        }
    }

    /// <summary>Numbers that ended a minute, over the last one; null when it is not known yet.</summary>
    public double? PerMinute(MessageId broadcast)
    {
        if (!_entries.TryGetValue(broadcast, out var entry))
            return null;
        lock (entry)
        {
            if (entry.Samples.Count < 2)
                return null;
            var (first, last) = (entry.Samples.Peek(), entry.Samples.Last());
            var minutes = time.GetElapsedTime(first.At, last.At).TotalMinutes;
            return minutes > 0 ? (last.Ended - first.Ended) / minutes : null;
        }
    }

    /// <summary>It has ended.</summary>
    public void Forget(MessageId broadcast) => _entries.TryRemove(broadcast, out _);

    private Entry Of(MessageId broadcast) => _entries.GetOrAdd(broadcast, static _ => new Entry());
}
