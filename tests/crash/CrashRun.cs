using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Trunkline.SystemTests.Running;

namespace Trunkline.Crash;

/// <summary>
/// Loads a server with mails, kills it again and again, lets it finish, and takes stock. The test line is a process of its own that lives on, as the
/// telephone network does.
/// </summary>
internal sealed class CrashRun(CrashOptions options, Action<string> say)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private static readonly KillMoment[] Moments = Enum.GetValues<KillMoment>();
    private readonly Random _random = new(options.Seed);
    private readonly string _data = Path.Combine(options.Data, "server");
    private readonly string _resourceData = Path.Combine(options.Data, options.Split ? "resource" : "server");
    private readonly string _lineData = Path.Combine(options.Data, "line");

    private string Spool => Path.Combine(_resourceData, "resource", "fax1");

    /// <summary>The whole run.</summary>
    public async Task<CrashAudit> RunAsync()
    {
        var whole = Whole();
        await using var line = TrunklineProcess.Start(whole.TestLineAlone(_lineData));
        await NeedAsync(line);
        var setups = options.Split ? await SplitAsync(whole) : [whole];
        var load = new MailLoad(options, whole.Smtp, _data);
        using var stop = new CancellationTokenSource();
        var processes = setups.Select(TrunklineProcess.Start).ToArray();
        try
        {
            foreach (var process in processes)
                await NeedAsync(process);
            using var moments = new KillMoments(_data, Spool);
            load.MailAccepted += () => moments.Happened(KillMoment.MailAccepted);
            var sending = load.RunAsync(stop.Token);
            for (var kill = 1; kill <= options.Kills; kill++)
            {
                var moment = Moments[(kill - 1 + options.Seed) % Moments.Length];
                var after = await WaitAsync(processes, moment, moments);
                var victim = _random.Next(processes.Length);
                await processes[victim].KillAsync();
                await processes[victim].DisposeAsync();
                say(string.Create(CultureInfo.InvariantCulture,
                    $"kill {kill,2} of {setups[victim].Roles}: {moment}{after}; {load.Accepted.Count} mails accepted so far"));
                processes[victim] = TrunklineProcess.Start(setups[victim]);
            }
            foreach (var process in processes)
                await NeedAsync(process);
            await stop.CancelAsync();
            await sending;
            say("No more kills; the queue empties.");
            await EmptyAsync();
            foreach (var process in processes)
                await StopAsync(process);
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }
        await StopAsync(line);
        return CrashAudit.Take(_data, Spool, _lineData, load);
    }

    /// <summary>One process for both halves; quick to try again, and often enough that no message gives up for being interrupted.</summary>
    private TrunklineSetup Whole() => new()
    {
        Data = _data,
        Roles = "gateway,resource",
        Speed = options.Speed,
        Options = new Dictionary<string, string>
        {
            ["Trunk:Channels"] = "8",
            ["Trunk:RingTimeout"] = "00:00:20",
            ["ResourceProbe"] = "00:00:01",
            ["AskAgain"] = "00:00:01",
            ["AskInterval"] = "00:00:10",
            ["Retry:MaxAttempts"] = "500",
            ["Retry:Busy:Interval"] = "00:00:01",
            ["Retry:Busy:MaxAttempts"] = "2",
            ["Retry:NoFax:Interval"] = "00:00:01",
            ["Retry:Protocol:Interval"] = "00:00:01",
            ["Retry:Carrier:Interval"] = "00:00:01",
            ["Retry:Carrier:MaxInterval"] = "00:00:02",
            ["Retry:Carrier:MaxAttempts"] = "400",
            ["Retry:Interrupted:Interval"] = "00:00:01",
            ["Retry:Interrupted:MaxInterval"] = "00:00:01",
            ["Retry:Interrupted:MaxAttempts"] = "400",
        },
    };

    /// <summary>Two setups: what makes the halves known to one another is made by one process, and shared out.</summary>
    private async Task<TrunklineSetup[]> SplitAsync(TrunklineSetup whole)
    {
        await using (var both = TrunklineProcess.Start(whole))
        {
            await NeedAsync(both);
            await StopAsync(both);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(Spool)!);
        Directory.Move(Path.Combine(_data, "resource", "fax1"), Spool);
        var gateway = whole with { Roles = "gateway", Http = FreePorts.Tcp() };
        var resource = whole with
        {
            Roles = "resource",
            Data = _resourceData,
            Options = new Dictionary<string, string>(whole.Options) { ["Resource:Router"] = $"http://{gateway.Http}/gateway" },
        };
        return [gateway, resource];
    }

    private async Task<string> WaitAsync(TrunklineProcess[] processes, KillMoment moment, KillMoments moments)
    {
        if (moment == KillMoment.DuringStart)
            return await DelayAsync(0.05, 2.5);
        foreach (var process in processes)
            await NeedAsync(process);
        if (moment == KillMoment.AnyTime)
            return await DelayAsync(0.2, 6);
        var skipped = _random.Next(0, 4);
        using var limit = new CancellationTokenSource(LongestWait, TimeProvider.System);
        try
        {
            for (var i = 0; i <= skipped; i++)
                await moments.NextAsync(moment).WaitAsync(limit.Token);
            return skipped == 0 ? "" : $", the {skipped + 1}th";
        }
        catch (OperationCanceledException)
        {
            return ", which did not come in time";
        }
    }

    private async Task<string> DelayAsync(double from, double to)
    {
        var time = TimeSpan.FromSeconds(from + _random.NextDouble() * (to - from));
        await Task.Delay(time, TimeProvider.System);
        return string.Create(CultureInfo.InvariantCulture, $", after {time.TotalSeconds:0.00} s");
    }

    private async Task EmptyAsync()
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        var shown = 0;
        while (await timer.WaitForNextTickAsync() && Open() is var open and > 0)
        {
            if (Stopwatch.GetElapsedTime(began) > options.Patience)
                throw new TimeoutException($"{open} rows are still open after {options.Patience}; the data are in {options.Data}.");
            if (++shown % 20 == 0)
                say($"{open} open");
        }
    }

    /// <summary>Messages, receipts and mails that are not through yet.</summary>
    private long Open()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_data, "trunkline.db")};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT (SELECT count(*) FROM message WHERE ended_at IS NULL) + (SELECT count(*) FROM receipt_due) + (SELECT count(*) FROM mail_out)
            """;
        return (long)command.ExecuteScalar()!;
    }

    private static async Task StopAsync(TrunklineProcess process)
    {
        var exitCode = await process.StopAsync();
        if (exitCode != 0)
            throw new InvalidOperationException($"It ended with exit code {exitCode} when it was told to stop:\n{process.Output}");
    }

    private static async Task NeedAsync(TrunklineProcess process)
    {
        if (!await process.Ready)
            throw new InvalidOperationException("It did not start:\n" + process.Output);
    }
}
