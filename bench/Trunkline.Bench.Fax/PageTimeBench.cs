using System.Globalization;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;

namespace Trunkline.Bench.Fax;

/// <summary>From answer to hang-up, in real time, of one page and of several, beside the time that the image alone takes at the rate agreed on.</summary>
internal static class PageTimeBench
{
    public static async Task<int> RunAsync(BenchOptions options, string directory)
    {
        await using var line = await LineProcess.StartAsync(directory, 1);
        using var clock = new MediaClock(TimeProvider.System);
        await using var caller = new Caller(new UdpNetwork(), clock, TimeProvider.System, line.Port, 16);
        var rounds = options.Number("--rounds", 1);
        // Made once: the code of the first call is compiled while it goes.
        var warm = Path.Combine(directory, "warm.tif");
        DensePages.Write(warm, 1);
        await caller.SendAsync("warm", LineProcess.AwareNumber, warm, 1);

        Console.WriteLine($"{"",-21} {"pages",6} {"bit/s",7} {"answer to hang-up",18} {"image alone",12} {"beyond it",10}");
        var allWhole = true;
        var calls = new List<Task<(int Pages, int Bytes, FaxCallResult Result)>>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var number in (string[])[LineProcess.T38Number, LineProcess.AwareNumber, LineProcess.AudioNumber])
            {
                foreach (var pages in (int[])[1, 3])
                    calls.Add(CallAsync(caller, directory, pages, number, round));
            }
        }
        foreach (var (pages, bytes, result) in await Task.WhenAll(calls))
        {
            allWhole &= result.PagesConfirmed == pages;
            var image = bytes * 8.0 / Math.Max(1, result.BitRate);
            var lasted = result.Duration.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(result.InternetAware ? "T.38, Internet-aware" : result.T38 ? "T.38" : "G.711"),-21} {pages,6} {result.BitRate,7} {lasted,16:F1} s {image,10:F1} s {lasted - image,8:F1} s"));
            if (!options.Has("--events"))
                continue;
            foreach (var call in result.Events)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {call.At.TotalSeconds,8:F3} {call.Layer} {call.Text}"));
        }
        return allWhole ? 0 : 1;
    }

    private static async Task<(int Pages, int Bytes, FaxCallResult Result)> CallAsync(Caller caller, string directory, int pages, string number, int round)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"p{pages}-{number[^2..]}-{round}");
        var document = Path.Combine(directory, id + ".tif");
        var bytes = DensePages.Write(document, pages) * pages;
        return (pages, bytes, await caller.SendAsync(id, number, document, pages));
    }
}
