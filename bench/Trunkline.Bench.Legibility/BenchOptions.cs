namespace Trunkline.Bench.Legibility;

/// <summary>What to run.</summary>
/// <param name="Keep">A folder for the pages as PNG and TIFF, to look at; null: none are kept.</param>
/// <param name="Only">A part of a page's name.</param>
/// <param name="OursOnly">Leave out the others.</param>
/// <param name="CostOnly">Have no page read.</param>
/// <param name="Rounds">How often every page is converted for the cost.</param>
internal sealed record BenchOptions(string? Keep, string Only, bool OursOnly, int Rounds, bool WithSuperfine, bool CostOnly)
{
    public static BenchOptions Read(string[] args)
    {
        string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
        return new BenchOptions(Value("--keep"), Value("--only") ?? "", args.Contains("--ours"), int.Parse(Value("--rounds") ?? "5"), args.Contains("--superfine"), args.Contains("--cost"));
    }
}
