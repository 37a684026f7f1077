using System.Globalization;
using Trunkline.Telephony.Media;

namespace Trunkline.Unit.Tests.Telephony.Media;

public sealed class MediaPriorityTests
{
    private const int RoundRobin = 2;

    [Fact]
    public void Thread_comes_before_others_where_the_process_may_and_no_thread_that_it_begins()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has these priorities");
        (bool Raised, long Policy, long Nice, long Begun) seen = default;
        var thread = new Thread(() =>
        {
            seen.Raised = MediaPriority.TryRaise();
            (seen.Policy, seen.Nice) = Scheduling();
            var begun = new Thread(() => seen.Begun = Scheduling().Policy);
            begun.Start();
            begun.Join();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(seen.Raised, seen.Policy == RoundRobin || seen.Nice == -10);
        Assert.Equal(0, seen.Begun);
    }

    /// <summary>Fields 41 and 19 of proc(5)'s stat.</summary>
    private static (long Policy, long Nice) Scheduling()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[41 - 3], CultureInfo.InvariantCulture), long.Parse(fields[19 - 3], CultureInfo.InvariantCulture));
    }
}
