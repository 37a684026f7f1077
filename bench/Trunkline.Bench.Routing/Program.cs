using System.Diagnostics;
using System.Globalization;
using Trunkline.Bench.Routing;

var carriers = Option("--carriers", 5);
var prefixes = Option("--prefixes", 200_000);
var seconds = Option("--seconds", 10);
// As carriers price, and as none does: where no rate is like another, each costs a wait for memory of its own.
foreach (var prices in args.Contains("--prices") ? [Option("--prices", 400)] : (int[])[400, 0])
{
    var directory = Directory.CreateTempSubdirectory("trunkline-bench-").FullName;
    try
    {
        await using var bench = new RoutingBench(directory, carriers, prefixes, prices);
        if (!await bench.RunAsync(TimeSpan.FromSeconds(seconds)))
            return 1;
    }
    finally
    {
        Directory.Delete(directory, recursive: true);
    }
    Console.WriteLine();
}
return 0;

int Option(string name, int fallback)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length && int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;
}
