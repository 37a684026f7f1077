using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Trunkline.Bench.Legibility;

/// <summary>Runs programs, and knows what they cost.</summary>
internal static partial class Tool
{
    private const int Self = 0;
    private const int Children = -1;

    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_THREAD_LIMIT"] = "1";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}");
        return output;
    }

    /// <summary>Processor time, of this process and of those that it has waited for.</summary>
    public static TimeSpan CpuTime() => Of(Self) + Of(Children);

    private static TimeSpan Of(int who)
    {
        Span<long> usage = stackalloc long[18];
        unsafe
        {
            fixed (long* pointer = usage)
            {
                if (GetUsage(who, pointer) != 0)
                    throw new InvalidOperationException("getrusage failed.");
            }
        }
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int GetUsage(int who, long* usage);
}
