using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.TestLine;

namespace Trunkline.Bench.Fax;

/// <summary>The test line as a process of its own, so that the two ends of a call are paid for apart.</summary>
internal sealed class LineProcess : IAsyncDisposable
{
    /// <summary>By T.38, and Internet-aware.</summary>
    public const string AwareNumber = "+12025550100";

    /// <summary>By T.38, as a machine behind a gateway.</summary>
    public const string T38Number = "+12025550120";

    /// <summary>By G.711 with redundancy (RFC 2198).</summary>
    public const string AudioNumber = "+12025550101";

    /// <summary>By G.711 without it.</summary>
    public const string PlainAudioNumber = "+12025550121";

    /// <summary>More than a bench calls at once.</summary>
    private const int MaxCalls = 10_000;

    private readonly Process _process;

    private LineProcess(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>Where it listens, at 127.0.0.1.</summary>
    public int Port { get; }

    public ProcessCost Cost => ProcessCost.Of(_process.Id);

    /// <summary>Begins it; what it receives lands below the directory.</summary>
    public static async Task<LineProcess> StartAsync(string directory, int threads)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var word in (string[])[Environment.GetCommandLineArgs()[0], "line", "--data", directory, "--threads", threads.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(word);
        var process = Process.Start(start) ?? throw new InvalidOperationException("The test line could not be started.");
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The test line ended at its start.");
        return new LineProcess(process, int.Parse(port, CultureInfo.InvariantCulture));
    }

    /// <summary>How late its media were.</summary>
    public async Task<string> LatenessAsync()
    {
        await _process.StandardInput.WriteLineAsync("lateness");
        return await _process.StandardOutput.ReadLineAsync() ?? "";
    }

    /// <summary>Serves until its standard input ends; says how late its media were for each line of it.</summary>
    public static async Task<int> ServeAsync(BenchOptions options)
    {
        using var clock = new MediaClock(TimeProvider.System, threads: options.Number("--threads", 1));
        var line = new TestLineOptions
        {
            Sip = new IPEndPoint(IPAddress.Loopback, 0), DataDirectory = options.Text("--data")!, FirstMediaPort = 0, MaxCalls = MaxCalls,
            Numbers =
            [
                new TestNumber(T38Number, TestAnswer.Fax) { Description = "fax, T.38, not Internet-aware", InternetAware = false },
                new TestNumber(PlainAudioNumber, TestAnswer.Fax) { Description = "fax, G.711 alone", T38 = false, AudioRedundancy = false },
            ],
        };
        await using var server = new TestLineServer(line, new UdpNetwork(), clock, TimeProvider.System, NullLoggerFactory.Instance);
        await server.StartAsync(CancellationToken.None);
        Console.WriteLine(server.LocalEndPoint.Port.ToString(CultureInfo.InvariantCulture));
        while (await Console.In.ReadLineAsync() is not null)
            Console.WriteLine(Words(clock.Lateness));
        return 0;
    }

    public static string Words(MediaLateness lateness) => string.Create(CultureInfo.InvariantCulture,
        $"50 % within {lateness.Percentile(0.5)} ms, 99 % within {lateness.Percentile(0.99)} ms, 99.9 % within {lateness.Percentile(0.999)} ms; {lateness.SkippedTicks} ticks left out");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
