using System.Runtime.InteropServices;

namespace Trunkline.Telephony.Media;

/// <summary>
/// Media before all else on the machine. They need little, and need it in time: behind a converter that takes a whole core they are late by as much as
/// the scheduler gives to it.
/// </summary>
internal static partial class MediaPriority
{
    /// <summary>Nine times the share of an ordinary thread: enough to come before a busy machine.</summary>
    private const int Nice = -10;

    private const int OfThread = 0;
    private const int Calling = 0;

    /// <summary>
    /// Raises the calling thread, where the process may: as root, with CAP_SYS_NICE, or with a limit that allows it (RLIMIT_NICE, systemd's LimitNICE).
    /// Linux knows no other priority of an ordinary thread; <see cref="Thread.Priority"/> does nothing there.
    /// </summary>
    /// <returns>True when it was raised.</returns>
    public static bool TryRaise() => OperatingSystem.IsLinux() && setpriority(OfThread, Calling, Nice) == 0;

    [LibraryImport("libc")]
    private static partial int setpriority(int which, int who, int priority);
}
