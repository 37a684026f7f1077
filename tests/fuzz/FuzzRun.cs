using System.Diagnostics;

namespace Trunkline.Fuzz;

/// <summary>What a run found.</summary>
/// <param name="Inputs">How many were tried.</param>
/// <param name="Fault">The first find, or null.</param>
/// <param name="Input">Which input led to it.</param>
/// <param name="GrowthBytes">What the heap kept from the first settling to the last.</param>
/// <param name="LargestBytes">What one input allocated at most.</param>
/// <param name="SlowestSeconds">How long one input took at most.</param>
internal sealed record FuzzResult(long Inputs, string? Fault, byte[]? Input, long GrowthBytes, long LargestBytes, double SlowestSeconds);

/// <summary>Feeds mutated messages to a target until a number of inputs or a time is over, or something is found.</summary>
internal static class FuzzRun
{
    /// <summary>More than any message makes of itself: an input that asks for more is a bomb.</summary>
    private const long MaxBytesOfInput = 128L << 20;

    /// <summary>What caches and pools may still grow by after the first rounds.</summary>
    private const long MaxGrowth = 24L << 20;

    private const int InputsUntilSettling = 20_000;

    /// <param name="limit">Inputs at most.</param>
    /// <param name="isOver">Asked now and then.</param>
    /// <param name="about">Told of each input before it is tried, for what a crash leaves behind.</param>
    public static FuzzResult Start(FuzzTarget target, int seed, long limit, Func<bool> isOver, Action<long, byte[]>? about = null)
    {
        var mutator = new Mutator(seed);
        var corpus = target.Corpus;
        var words = target.Words;
        long inputs = 0, largest = 0, first = -1, growth = 0;
        var slowest = TimeSpan.Zero;
        byte[] input = [];
        try
        {
            while (inputs < limit && (inputs % 64 != 0 || !isOver()))
            {
                input = mutator.Next(corpus, words, target.MaxBytes);
                about?.Invoke(inputs, input);
                inputs++;
                var before = GC.GetAllocatedBytesForCurrentThread();
                var began = Stopwatch.GetTimestamp();
                target.Run(input);
                var took = Stopwatch.GetElapsedTime(began);
                slowest = took > slowest ? took : slowest;
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                largest = Math.Max(largest, allocated);
                if (allocated > MaxBytesOfInput)
                    return new FuzzResult(inputs, $"one input of {input.Length} bytes allocated {allocated} bytes", input, growth, largest, slowest.TotalSeconds);
                if (inputs % InputsUntilSettling != 0)
                    continue;
                target.Settle();
                var kept = GC.GetTotalMemory(forceFullCollection: true);
                // What the first rounds leave is the price of being warm.
                if (inputs <= 2 * InputsUntilSettling)
                    first = kept;
                growth = kept - first;
                if (growth > MaxGrowth)
                    return new FuzzResult(inputs, $"the heap grew by {growth >> 20} MB", null, growth, largest, slowest.TotalSeconds);
            }
            target.Settle();
            return new FuzzResult(inputs, null, null, growth, largest, slowest.TotalSeconds);
        }
#pragma warning disable CA1031 // Every exception is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new FuzzResult(inputs, e.ToString(), input, growth, largest, slowest.TotalSeconds);
        }
    }
}
