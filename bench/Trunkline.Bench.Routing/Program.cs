using System.Diagnostics;
using System.Globalization;
using Trunkline.Bench.Routing;

var carriers = Option("--carriers", 5);
var prefixes = Option("--prefixes", 200_000);
var seconds = Option("--seconds", 10);
var directory = Directory.CreateTempSubdirectory("trunkline-bench-").FullName;
try
{
    await using var bench = new RoutingBench(directory, carriers, prefixes);
    return await bench.RunAsync(TimeSpan.FromSeconds(seconds)) ? 0 : 1;
}
finally
{
    Directory.Delete(directory, recursive: true);
}

int Option(string name, int fallback)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length && int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : fallback;
}
