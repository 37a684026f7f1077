using System.Globalization;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;

namespace Trunkline.Bench.Fax;

/// <summary>
/// So many faxes at once in real time, from one process to another, by real SIP and real media over UDP on the loopback: what a leg costs, how late media
/// are, and whether each page arrived.
/// </summary>
internal static class CapacityBench
{
    private const int WarmCalls = 20;
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(BenchOptions options, string directory)
    {
        Console.WriteLine("A leg is one end of one call. The callers are one process and the test line is another; each process has a leg of every call,");
        Console.WriteLine("and its cost is divided by its own legs only. A leg lasts from its INVITE to its BYE. Signalling is counted, and what the");
        Console.WriteLine("runtime itself costs while the calls are up; reading the pages back is not.");
        var pages = options.Number("--pages", 3);
        var threads = options.Number("--threads", 1);
        var perSecond = options.Number("--per-second", 40);
        var document = Path.Combine(directory, "document.tif");
        var bytes = DensePages.Write(document, pages);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pages} dense pages a call, {bytes / 1000.0:F0} kB each; {perSecond} calls a second are begun; media threads: {threads}"));
        Console.WriteLine();
        var allWhole = true;
        foreach (var part in (options.Text("--legs") ?? "t38:200,g711:100").Split(','))
        {
            var (kind, count) = (part.Split(':')[0], int.Parse(part.Split(':')[1], CultureInfo.InvariantCulture));
            var folder = Directory.CreateDirectory(Path.Combine(directory, part.Replace(':', '-'))).FullName;
            allWhole &= await new Run(kind == "t38", count, document, pages, folder, threads, perSecond).RunAsync();
            Directory.Delete(folder, recursive: true);
        }
        return allWhole ? 0 : 1;
    }

    private sealed class Run(bool t38, int count, string document, int pages, string folder, int threads, int perSecond)
    {
        private string Number => t38 ? LineProcess.T38Number : LineProcess.AudioNumber;

        public async Task<bool> RunAsync()
        {
            await using var line = await LineProcess.StartAsync(folder, threads);
            using var clock = new MediaClock(TimeProvider.System, threads: threads);
            await using var caller = new Caller(new UdpNetwork(), clock, TimeProvider.System, line.Port, count);
            // What is made once, and compiled at first, is not a leg's.
            await Task.WhenAll(Enumerable.Range(0, Math.Min(count, WarmCalls)).Select(i => caller.SendAsync($"warm{i}", Number, document, 1)));

            var (ours, theirs) = (ProcessCost.Of(Environment.ProcessId), line.Cost);
            var (ourPeak, theirPeak, most) = (ours.MegaBytes, theirs.MegaBytes, 0);
            var calls = Task.WhenAll(Enumerable.Range(0, count).Select(i => CallAsync(caller, i)));
            while (await Task.WhenAny(calls, Task.Delay(Watch, TimeProvider.System)) != calls)
            {
                most = Math.Max(most, clock.Legs);
                ourPeak = Math.Max(ourPeak, ProcessCost.Of(Environment.ProcessId).MegaBytes);
                theirPeak = Math.Max(theirPeak, line.Cost.MegaBytes);
            }
            var results = await calls;
            var (ourEnd, theirEnd) = (ProcessCost.Of(Environment.ProcessId), line.Cost);
            var minutes = results.Sum(r => r.Lasted.TotalMinutes);
            // The test line writes what it knows of a call after its hang-up.
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);

            var same = results.Sum(r => DensePages.CountSame(document, Caller.Received(folder, Number, r.Id)));
            var whole = results.Count(r => r.Result.Outcome == CallOutcome.Delivered && r.Result.T38 == t38);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} legs by {(t38 ? "T.38" : "G.711")} in each process, {most} at once, {minutes:F0} leg-minutes"));
            Print("delivered", $"{whole} of {count}; pages that arrived bit for bit: {same} of {count * pages}");
            Print("CPU s a leg-minute", string.Create(CultureInfo.InvariantCulture,
                $"calling {(ourEnd.CpuSeconds - ours.CpuSeconds) / minutes:F4}, called {(theirEnd.CpuSeconds - theirs.CpuSeconds) / minutes:F4}"));
            Print("MB a leg", string.Create(CultureInfo.InvariantCulture,
                $"calling {(ourPeak - ours.MegaBytes) / count:F2}, called {(theirPeak - theirs.MegaBytes) / count:F2}; before them {ours.MegaBytes:F0} and {theirs.MegaBytes:F0}"));
            Print("media late, calling", LineProcess.Words(clock.Lateness));
            Print("media late, called", await line.LatenessAsync());
            foreach (var fault in results.Where(r => r.Result.Outcome != CallOutcome.Delivered).GroupBy(r => r.Result.Detail).OrderByDescending(g => g.Count()).Take(5))
                Print("not delivered", $"{fault.Count()}: {fault.Key}");
            Console.WriteLine();
            return whole == count && same == count * pages;
        }

        private async Task<(string Id, TimeSpan Lasted, FaxCallResult Result)> CallAsync(Caller caller, int i)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)i / perSecond), TimeProvider.System);
            var id = string.Create(CultureInfo.InvariantCulture, $"c{i:00000}");
            var began = TimeProvider.System.GetTimestamp();
            var result = await caller.SendAsync(id, Number, document, pages);
            return (id, TimeProvider.System.GetElapsedTime(began), result);
        }

        private static void Print(string what, string value) => Console.WriteLine($"  {what,-22} {value}");
    }
}
