using System.Globalization;

namespace Trunkline.Bench.Fax;

/// <summary>What the kernel says that a process has used.</summary>
/// <param name="CpuSeconds">In user space and in the kernel, all threads.</param>
/// <param name="MegaBytes">Resident now.</param>
internal readonly record struct ProcessCost(double CpuSeconds, double MegaBytes)
{
    private const double TicksPerSecond = 100;
    private const int UserTimeField = 11;

    /// <summary>Of this machine's process with that number.</summary>
    public static ProcessCost Of(int pid)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        // The name, in parentheses, may have spaces.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[UserTimeField], CultureInfo.InvariantCulture) + long.Parse(fields[UserTimeField + 1], CultureInfo.InvariantCulture);
        var resident = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status")).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return new ProcessCost(ticks / TicksPerSecond, double.Parse(resident["VmRSS:".Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) / 1024);
    }
}
