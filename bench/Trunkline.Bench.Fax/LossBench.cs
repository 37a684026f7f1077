using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Resource.Fax;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.TestLine;

namespace Trunkline.Bench.Fax;

/// <summary>
/// Faxes of one page over links that lose packets of media, each way: how many arrive whole in one call, and in the calls that the resource would place one
/// after the other. Time is virtual: both ends are on one fast clock, and the network is in memory; the signalling is real and loses nothing.
/// </summary>
internal sealed class LossBench : IAsyncDisposable
{
    /// <summary>As <c>Retry:Protocol</c> has it.</summary>
    private const int Calls = 4;

    /// <summary>60 ms of sound, or 90 ms of T.38, at a time.</summary>
    private const double Burst = 3;

    /// <summary>Of twenty faxes of one page with independent loss; not measured elsewhere.</summary>
    private static readonly Dictionary<(bool T38, double Loss), int> Asterisk20 = new()
    {
        [(true, 0.01)] = 20, [(true, 0.03)] = 20, [(true, 0.05)] = 19, [(true, 0.10)] = 20, [(false, 0.01)] = 7, [(false, 0.03)] = 0,
    };

    private enum Kind
    {
        /// <summary>G.711, as every carrier has it.</summary>
        Plain,

        /// <summary>G.711 with RFC 2198, where the far end has it too.</summary>
        Redundant,

        T38,
        Aware,
    }

    private readonly BenchOptions _options;
    private readonly MediaClock _clock;
    private readonly TestLineServer _server;
    private readonly Caller _caller;
    private readonly string _directory;
    private readonly string _document;
    private readonly int _faxes;
    private readonly List<TestNumber> _numbers;

    private LossBench(BenchOptions options, string directory)
    {
        (_options, _directory, _document) = (options, directory, Path.Combine(directory, "document.tif"));
        _faxes = options.Number("--faxes", 20);
        var speed = options.Number("--speed", 8);
        _clock = new MediaClock(TimeProvider.System, speed);
        TimeProvider time = speed == 1 ? TimeProvider.System : new ScaledTimeProvider(speed);
        var network = new LoopbackNetwork();
        _numbers = [.. Conditions(options).Select((c, i) => new TestNumber(string.Create(CultureInfo.InvariantCulture, $"+120255502{i:00}"), TestAnswer.Fax)
        {
            Description = "of the bench", T38 = c.Kind is Kind.T38 or Kind.Aware, InternetAware = c.Kind == Kind.Aware, AudioRedundancy = c.Kind == Kind.Redundant, PacketLoss = c.Loss, LossBurst = c.Burst,
        })];
        var line = new TestLineOptions { Sip = new IPEndPoint(IPAddress.Loopback, 0), DataDirectory = directory, FirstMediaPort = 0, Numbers = _numbers };
        _server = new TestLineServer(line, network, _clock, time, NullLoggerFactory.Instance);
        _server.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        _caller = new Caller(network, _clock, time, _server.LocalEndPoint.Port, _faxes);
    }

    public static async Task<int> RunAsync(BenchOptions options, string directory)
    {
        await using var bench = new LossBench(options, directory);
        return await bench.RunAsync() ? 0 : 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _caller.DisposeAsync();
        await _server.DisposeAsync();
        _clock.Dispose();
    }

    private static IEnumerable<(Kind Kind, double Loss, double Burst)> Conditions(BenchOptions options)
    {
        var only = options.Text("--only");
        var at = options.Text("--loss") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) / 100 : (double?)null;
        double[] some = [0.002, 0.01, 0.03];
        foreach (var (kind, losses) in ((Kind, double[])[])[(Kind.Plain, some), (Kind.Redundant, some), (Kind.T38, [0.01, 0.03, 0.05, 0.10]), (Kind.Aware, [0.01, 0.03, 0.05, 0.10])])
        {
            foreach (var burst in (double[])[1, Burst])
            {
                foreach (var loss in losses)
                {
                    if ((at is null || Math.Abs(loss - at.Value) < 1e-9) && (only is null || only.Equals(kind.ToString(), StringComparison.OrdinalIgnoreCase)))
                        yield return (kind, loss, burst);
                }
            }
        }
    }

    private async Task<bool> RunAsync()
    {
        var bytes = DensePages.Write(_document, 1);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_faxes} faxes of one page of {bytes / 1000.0:F0} kB for each row, packets lost each way; whole means bit for bit. In bursts: {Burst} packets in a row on average."));
        Console.WriteLine($"{"",-15} {"loss",6} {"",-8} {"whole, first call",18} {$"within {Calls} calls",16} {"Asterisk 20",12} {"seconds a call",15} {"bit/s of it",20}");
        var isBetter = true;
        foreach (var number in _numbers)
        {
            var faxes = await Task.WhenAll(Enumerable.Range(0, _faxes).Select(i => SendAsync(number, i)));
            var first = faxes.Count(fax => fax.WholeAfter == 1);
            var known = number is { LossBurst: 1, InternetAware: false } && (number.T38 || !number.AudioRedundancy) && Asterisk20.TryGetValue((number.T38, number.PacketLoss), out var theirs) ? theirs : (int?)null;
            isBetter &= known is null || first * 20 >= known * _faxes;
            var rates = string.Join(" ", faxes.GroupBy(fax => fax.BitRate).OrderByDescending(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key}:{g.Count()}")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(number is { T38: true, InternetAware: true } ? "T.38, aware" : number.T38 ? "T.38" : number.AudioRedundancy ? "G.711, RFC 2198" : "G.711"),-15} {number.PacketLoss,6:0.0 %} {(number.LossBurst > 1 ? "bursts" : ""),-8} {first,18} {faxes.Count(fax => fax.WholeAfter > 0),16} {known,12} {faxes.Average(fax => fax.Seconds),15:F0}  {rates}"));
            if (!_options.Has("--why"))
                continue;
            foreach (var why in faxes.SelectMany(fax => fax.Failures).GroupBy(text => text).OrderByDescending(g => g.Count()))
                Console.WriteLine($"       {why.Count()}: {why.Key}");
        }
        return isBetter;
    }

    private async Task<(int WholeAfter, double Seconds, int BitRate, List<string> Failures)> SendAsync(TestNumber number, int fax)
    {
        var (way, failures, why) = (FaxWay.Best, 0, new List<string>());
        double seconds = 0;
        var rate = 0;
        for (var call = 1; call <= Calls; call++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"f{fax}c{call}");
            FaxCall? placed = null;
            var result = await _caller.SendAsync(id, number.Number, _document, 1, change: c => placed = new FaxPlan(way).Apply(Change(c)));
            if (call == 1)
                (seconds, rate) = (result.Duration.TotalSeconds, result.BitRate);
            // What counts is what came: an outcome may be uncertain with the page whole.
            if (DensePages.CountSame(_document, await ReceivedAsync(number.Number, id)) == 1)
                return (call, seconds, rate, why);
            why.Add($"{way}: {result.Detail}; the test line says: {SaidBy(number.Number, id)}");
            if (_options.Has("--events"))
                Console.WriteLine(string.Join('\n', result.Events.Select(e => $"    {e.At.TotalSeconds,8:F3} {e.Layer} {e.Text}")));
            // As the resource decides it; an outcome that says nothing of the way is settled without another call.
            if (NumberMemory.After(placed!, way, failures, result) is not { } next)
                break;
            (way, failures) = next;
        }
        return (0, seconds, rate, why);
    }

    private FaxCall Change(FaxCall call) => call with { MaxBitRate = _options.Number("--max-rate", call.MaxBitRate), AllowEcm = !_options.Has("--no-ecm") };

    private string SaidBy(string number, string id)
    {
        var file = Directory.EnumerateFiles(Path.Combine(_directory, "testline", number), $"*-{id}-*.json").FirstOrDefault();
        if (file is null)
            return "nothing";
        using var call = JsonDocument.Parse(File.ReadAllBytes(file));
        if (_options.Has("--far-events"))
            Console.WriteLine(string.Join('\n', call.RootElement.GetProperty("events").EnumerateArray().Select(e => "        " + e.GetString())));
        return call.RootElement.GetProperty("why").GetString() ?? "";
    }

    /// <summary>The test line writes its files once its own end of the call is over.</summary>
    private async Task<string?> ReceivedAsync(string number, string id)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_directory, "testline", number)).FullName;
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10) && Directory.GetFiles(folder, $"*-{id}-*.json").Length == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        return Caller.Received(_directory, number, id);
    }
}
