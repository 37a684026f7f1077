using System.Diagnostics.Metrics;

namespace Trunkline.Storage;

/// <summary>The instruments of the store; docs/operating/metrics.md lists them.</summary>
public static class StorageMeter
{
    /// <summary>The meter of all of them.</summary>
    public const string Name = "Trunkline.Storage";

    private static readonly Meter Meter = new(Name);

    /// <summary>How long a commit takes, from the first change of its group until it is on the disk, by whether it was made.</summary>
    internal static readonly Histogram<double> Commits = Meter.CreateHistogram("trunkline.store.commit.duration", "s", "How long a commit takes", tags: null,
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] });

    /// <summary>Pieces of work that were committed: with the count of commits, how many share one sync.</summary>
    internal static readonly Counter<long> Changes = Meter.CreateCounter<long>("trunkline.store.changes", "{change}", "Pieces of work that were committed");
}
