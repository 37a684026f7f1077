using System.Diagnostics;
using System.Globalization;

namespace Trunkline.Fuzz;

internal static class Program
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    /// <summary>One target, or all one after the other. Ends with 1 when something was found, and with the input in a file.</summary>
    public static int Main(string[] arguments)
    {
        if (arguments.Length is < 1 or > 3 || (arguments[0] != "all" && !Targets.Names.Contains(arguments[0])))
        {
            Console.Error.WriteLine($"trunkline-fuzz TARGET [SECONDS [SEED]]    TARGET: all, {string.Join(", ", Targets.Names)}");
            return 2;
        }
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 60;
        var seed = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : Random.Shared.Next();
        var found = 0;
        foreach (var name in arguments[0] == "all" ? Targets.Names : [arguments[0]])
            found |= Run(name, TimeSpan.FromSeconds(seconds), seed);
        return found;
    }

    private static int Run(string name, TimeSpan time, int seed)
    {
        using var target = Targets.Open(name)!;
        // Native code that crashes takes the process with it: the input is on the disk before it is tried.
        var file = Path.GetFullPath(string.Create(CultureInfo.InvariantCulture, $"fuzz-{name}-{seed}.bin"));
        using var note = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var began = Stopwatch.GetTimestamp();
        long current = 0;
        var entered = Stopwatch.GetTimestamp();
        using var watch = new Timer(_ =>
        {
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref entered)) <= Hang)
                return;
            Console.Error.WriteLine($"{name}: input {Volatile.Read(ref current)} of seed {seed} does not end; it is in {file}");
            Environment.Exit(1);
        }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var result = FuzzRun.Start(target, seed, long.MaxValue, () => Stopwatch.GetElapsedTime(began) > time, (number, input) =>
        {
            Volatile.Write(ref entered, Stopwatch.GetTimestamp());
            Volatile.Write(ref current, number);
            note.SetLength(0);
            note.Write(input);
        });
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: seed {seed}, {result.Inputs} inputs in {took:0} s ({result.Inputs / took:0}/s), slowest {result.SlowestSeconds * 1000:0} ms, largest {result.LargestBytes >> 10} KB, heap grew {result.GrowthBytes >> 10} KB, working set {process.WorkingSet64 >> 20} MB"));
        if (result.Fault is null)
        {
            note.Dispose();
            File.Delete(file);
            return 0;
        }
        Console.WriteLine($"{name}: FOUND at input {result.Inputs - 1}; it is in {file}\n{result.Fault}");
        return 1;
    }
}
