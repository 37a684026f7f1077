using System.Runtime.InteropServices;

namespace Trunkline.Telephony.Media;

/// <summary>
/// Media before all else on the machine. They need little, and need it in time: behind a converter that takes a whole core they are late by as much as
/// the scheduler gives to it, and a call whose commands are late by seconds fails.
/// </summary>
internal static unsafe partial class MediaPriority
{
    private const int RoundRobin = 2;

    /// <summary>Threads and programs that are begun by this one are ordinary again.</summary>
    private const int ResetOnFork = 0x40000000;

    /// <summary>The lowest that comes before every ordinary thread. The kernel keeps a twentieth of each second for those (sched_rt_runtime_us).</summary>
    private const int Lowest = 1;

    private const int Nice = -10;
    private const int OfThread = 0;
    private const int Calling = 0;

    /// <summary>
    /// Raises the calling thread, where the process may: as root, with CAP_SYS_NICE, or within limits that allow it (systemd's LimitRTPRIO, LimitNICE).
    /// Linux knows no other priority of a thread; <see cref="Thread.Priority"/> does nothing there, and a nice value counts only within a session.
    /// </summary>
    /// <returns>True when it was raised.</returns>
    public static bool TryRaise()
    {
        var priority = Lowest;
        return OperatingSystem.IsLinux()
            && (sched_setscheduler(Calling, RoundRobin | ResetOnFork, &priority) == 0 || setpriority(OfThread, Calling, Nice) == 0);
    }

    [LibraryImport("libc")]
    private static partial int sched_setscheduler(int thread, int policy, int* priority);

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int who, int priority);
}
