using System.Globalization;

namespace Trunkline.Bench.Fax;

/// <summary>The words of the command line.</summary>
internal sealed class BenchOptions(string[] args)
{
    public string What { get; } = args.Length > 0 ? args[0] : "";

    public bool Has(string name) => args.Contains(name);

    public string? Text(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    /// <summary>Throws <see cref="FormatException"/> for what is no number.</summary>
    public int Number(string name, int fallback) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : fallback;
}
