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
            Part[] kinds = [.. part.Split('+').Select(text => new Part(KindOf(text.Split(':')[0]), int.Parse(text.Split(':')[1], CultureInfo.InvariantCulture)))];
            var folder = Directory.CreateDirectory(Path.Combine(directory, part.Replace(':', '-'))).FullName;
            allWhole &= await new Run(kinds, document, pages, folder, threads, perSecond).RunAsync();
            Directory.Delete(folder, recursive: true);
        }
        return allWhole ? 0 : 1;
    }

    private static Kind KindOf(string word) => word switch
    {
        "t38" => new("T.38", LineProcess.T38Number, IsT38: true),
        "aware" => new("T.38, Internet-aware", LineProcess.AwareNumber, IsT38: true),
        "g711" => new("G.711", LineProcess.AudioNumber, IsT38: false),
        "g711-plain" => new("G.711 without RFC 2198", LineProcess.PlainAudioNumber, IsT38: false),
        _ => throw new FormatException($"{word} is none of t38, aware, g711, g711-plain."),
    };

    private sealed record Kind(string Name, string Number, bool IsT38);

    private sealed record Part(Kind Kind, int Count);

    private sealed class Run(IReadOnlyList<Part> parts, string document, int pages, string folder, int threads, int perSecond)
    {
        private readonly Kind[] _calls = Mix(parts);

        /// <summary>The kinds of all calls in the order in which they are begun, evenly mixed.</summary>
        private static Kind[] Mix(IReadOnlyList<Part> parts) =>
            [.. parts.SelectMany(part => Enumerable.Range(0, part.Count).Select(i => (At: (i + 0.5) / part.Count, part.Kind))).OrderBy(call => call.At).Select(call => call.Kind)];

        public async Task<bool> RunAsync()
        {
            await using var line = await LineProcess.StartAsync(folder, threads);
            using var clock = new MediaClock(TimeProvider.System, threads: threads);
            await using var caller = new Caller(new UdpNetwork(), clock, TimeProvider.System, line.Port, _calls.Length);
            // What is made once, and compiled at first, is not a leg's.
            await Task.WhenAll(_calls.Take(WarmCalls).Select((kind, i) => caller.SendAsync($"warm{i}", kind.Number, document, 1)));

            var (ours, theirs) = (ProcessCost.Of(Environment.ProcessId), line.Cost);
            var (ourPeak, theirPeak, most) = (ours.MegaBytes, theirs.MegaBytes, 0);
            var calls = Task.WhenAll(_calls.Select((kind, i) => CallAsync(caller, kind, i)));
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

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{string.Join(" and ", parts.Select(part => $"{part.Count} legs by {part.Kind.Name}"))} in each process, {most} at once, {minutes:F0} leg-minutes"));
            var allWhole = true;
            foreach (var part in parts)
                allWhole &= PrintWhole(part, [.. results.Where(r => r.Kind == part.Kind)]);
            Print("CPU s a leg-minute", string.Create(CultureInfo.InvariantCulture,
                $"calling {(ourEnd.CpuSeconds - ours.CpuSeconds) / minutes:F4}, called {(theirEnd.CpuSeconds - theirs.CpuSeconds) / minutes:F4}{(parts.Count > 1 ? ", of all kinds together" : "")}"));
            Print("MB a leg", string.Create(CultureInfo.InvariantCulture,
                $"calling {(ourPeak - ours.MegaBytes) / _calls.Length:F2}, called {(theirPeak - theirs.MegaBytes) / _calls.Length:F2}; before them {ours.MegaBytes:F0} and {theirs.MegaBytes:F0}"));
            // One clock ticks for all legs of a process: one kind is as late as the other.
            Print("media late, calling", LineProcess.Words(clock.Lateness));
            Print("media late, called", await line.LatenessAsync());
            foreach (var fault in results.Where(r => r.Result.Outcome != CallOutcome.Delivered).GroupBy(r => r.Result.Detail).OrderByDescending(g => g.Count()).Take(5))
                Print("not delivered", $"{fault.Count()}: {fault.Key}");
            Console.WriteLine();
            return allWhole;
        }

        private bool PrintWhole(Part part, IReadOnlyList<(Kind Kind, string Id, TimeSpan Lasted, FaxCallResult Result)> results)
        {
            var same = results.Sum(r => DensePages.CountSame(document, Caller.Received(folder, part.Kind.Number, r.Id)));
            var whole = results.Count(r => r.Result.Outcome == CallOutcome.Delivered && r.Result.T38 == part.Kind.IsT38);
            Print("delivered", string.Create(CultureInfo.InvariantCulture,
                $"{whole} of {part.Count} by {part.Kind.Name}, {results.Sum(r => r.Lasted.TotalMinutes):F0} leg-minutes; pages that arrived bit for bit: {same} of {part.Count * pages}"));
            return whole == part.Count && same == part.Count * pages;
        }

        private async Task<(Kind Kind, string Id, TimeSpan Lasted, FaxCallResult Result)> CallAsync(Caller caller, Kind kind, int i)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)i / perSecond), TimeProvider.System);
            var id = string.Create(CultureInfo.InvariantCulture, $"c{i:00000}");
            var began = TimeProvider.System.GetTimestamp();
            var result = await caller.SendAsync(id, kind.Number, document, pages);
            return (kind, id, TimeProvider.System.GetElapsedTime(began), result);
        }

        private static void Print(string what, string value) => Console.WriteLine($"  {what,-22} {value}");
    }
}
