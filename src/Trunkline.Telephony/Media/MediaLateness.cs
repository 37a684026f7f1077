namespace Trunkline.Telephony.Media;

/// <summary>How late ticks were, each when its last leg had been served, as a histogram that any thread may read.</summary>
public sealed class MediaLateness
{
    private static readonly int[] Bounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, int.MaxValue];
    private readonly long[] _counts = new long[Bounds.Length];
    private long _skipped;

    /// <summary>Upper bounds of the buckets in milliseconds of real time; the last is open.</summary>
    public static IReadOnlyList<int> UpperBoundsMilliseconds => Bounds;

    /// <summary>Ticks in each bucket.</summary>
    public IReadOnlyList<long> Counts => [.. _counts];

    /// <summary>Ticks that were left out because the machine stood still too long.</summary>
    public long SkippedTicks => Interlocked.Read(ref _skipped);

    /// <summary>The upper bound in milliseconds below which this share (0 to 1) of the ticks lay; 0 when there was none.</summary>
    public int Percentile(double share)
    {
        var counts = Counts;
        var total = counts.Sum();
        var seen = 0L;
        for (var i = 0; i < counts.Count && total > 0; i++)
        {
            seen += counts[i];
            if (seen >= total * share)
                return Bounds[i];
        }

        return 0;
    }

    internal void Record(TimeSpan lateness)
    {
        var bucket = 0;
        while (bucket < Bounds.Length - 1 && lateness.TotalMilliseconds > Bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _counts[bucket]);
    }

    internal void RecordSkipped(long ticks) => Interlocked.Add(ref _skipped, ticks);
}
