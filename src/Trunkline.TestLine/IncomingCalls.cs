using System.Collections.Concurrent;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip;

namespace Trunkline.TestLine;

/// <summary>Takes each call as the table of numbers says.</summary>
internal sealed class IncomingCalls : ISipCallHandler
{
    private readonly TestLineOptions _options;
    private readonly IDatagramNetwork _network;
    private readonly MediaClock _clock;
    private readonly TimeProvider _time;
    private readonly Action<TestLineCall> _finished;
    private readonly IReadOnlyList<TestNumber> _numbers;
    private readonly ConcurrentDictionary<(double Loss, double Burst, TimeSpan Jitter), MediaEngine> _engines = new();
    private readonly CallCounts _counts = new();
    private readonly ConcurrentDictionary<Task, byte> _running = new();

    public IncomingCalls(
        TestLineOptions options, IDatagramNetwork network, MediaClock clock, TimeProvider time, Action<TestLineCall> finished)
    {
        _options = options;
        _network = network;
        _clock = clock;
        _time = time;
        _finished = finished;
        _numbers = options.Table;
        _ = EngineFor(0, 1, TimeSpan.Zero);
    }

    public async Task OnInviteAsync(SipIncomingCall call)
    {
        // An unknown number leaves no file: whoever scans numbers must not fill the disk.
        if (TestNumber.Find(_numbers, call.CalledNumber) is not { } number)
        {
            call.Reject(404, "Not Found", 1);
            return;
        }

        var running = TakeAsync(call, number);
        _running.TryAdd(running, 0);
        try
        {
            await running;
        }
        finally
        {
            _running.TryRemove(running, out _);
        }
    }

    /// <summary>Waits until the calls that run have written their files, but not for ever.</summary>
    public Task WhenIdleAsync(TimeSpan limit) =>
        Task.WhenAny(Task.WhenAll(_running.Keys), Task.Delay(limit, TimeProvider.System));

    private async Task TakeAsync(SipIncomingCall call, TestNumber number)
    {
        var began = _time.GetUtcNow();
        var files = new CallFiles(_options.DataDirectory, number.Number, call.CallId, began);
        var record = new CallRecord(_time);
        var from = call.From.Uri?.User ?? "";
        var finished = new TestLineCall { Call = files.Call, Number = number.Number, From = from, Why = "", Began = began, Ended = began };
        var calls = _counts.Next(number.Number, from);
        var answer = calls <= number.BusyTimes ? TestAnswer.Busy : number.Answer;
        finished = answer switch
        {
            TestAnswer.Fax or TestAnswer.Person or TestAnswer.VoiceMail or TestAnswer.Tone or TestAnswer.Silence => await AnswerAsync(call, number, calls - number.BusyTimes, files, record, finished),
            TestAnswer.Busy => Refuse(call, 486, "Busy Here", 17, finished),
            TestAnswer.NotInService => Refuse(call, 404, "Not Found", 1, finished),
            TestAnswer.NoAnswer => await RingAsync(call, finished),
        };
        var ended = _time.GetUtcNow();
        finished = finished with
        {
            Ended = ended,
            Seconds = finished.Answered is { } answered ? Math.Round((ended - answered).TotalSeconds, 3) : 0,
            Events = record.Events,
        };
        await files.WriteAsync(finished);
        _finished(finished);
    }

    private static TestLineCall Refuse(SipIncomingCall call, int status, string reason, int cause, TestLineCall finished)
    {
        call.Reject(status, reason, cause);
        return finished with { Why = $"refused: {status} {reason}" };
    }

    private static async Task<TestLineCall> RingAsync(SipIncomingCall call, TestLineCall finished)
    {
        call.Ring();
        var abandoned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (call.Abandoned.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), abandoned))
            await abandoned.Task;
        return finished with { Why = "rang until the caller gave up" };
    }

    private async Task<TestLineCall> AnswerAsync(
        SipIncomingCall call, TestNumber number, int answered, CallFiles files, CallRecord record, TestLineCall finished)
    {
        var drops = number.DropTimes == 0 || answered <= number.DropTimes;
        var options = new FaxTerminalOptions
        {
            IsCaller = false,
            LocalIdent = number.Number,
            ReceiveTiff = files.Receiving,
            Ecm = number.Ecm,
            MaxBitRate = number.MaxBitRate,
            DropAtPage = drops ? number.DropAtPage : 0,
            RefuseTrainings = number.RefuseTrainings,
        };
        var engine = EngineFor(number.PacketLoss, number.LossBurst, number.Jitter);
        using var media = number.Answer switch
        {
            TestAnswer.Person => engine.OpenSound(LineSound.Person),
            TestAnswer.VoiceMail => engine.OpenSound(LineSound.VoiceMail),
            TestAnswer.Tone => engine.OpenSound(number.Tone, number.IsEuropean),
            TestAnswer.Fax or TestAnswer.Silence or TestAnswer.Busy or TestAnswer.NoAnswer or TestAnswer.NotInService => engine.OpenFax(options, record),
        };
        using var answer = new FaxAnswer(number, _options, _time, media, record);
        if (await answer.RunAsync(call) is not { } report)
            return finished with { Why = "nothing could be agreed on, or the caller was gone" };
        return finished with
        {
            Complete = report.IsComplete,
            Why = report.IsComplete ? "complete" : report.Text,
            Ident = report.RemoteIdent,
            Pages = report.Pages,
            BitRate = report.BitRate,
            Ecm = report.Ecm,
            T38 = answer.T38,
            InternetAware = report.InternetAware,
            Compression = report.Compression,
            Answered = answer.Answered,
            File = files.KeepPages(report.IsComplete, report.Pages),
        };
    }

    private MediaEngine EngineFor(double loss, double burst, TimeSpan jitter) => _engines.GetOrAdd((loss, burst, jitter), MakeEngine);

    private MediaEngine MakeEngine((double Loss, double Burst, TimeSpan Jitter) line)
    {
        var range = new MediaEngineOptions
        {
            Address = _options.MediaAddress, FirstPort = _options.FirstMediaPort, LastPort = _options.LastMediaPort,
        };
        return new MediaEngine(line is (0, _, { Ticks: 0 }) ? _network : Impaired(line.Loss, line.Burst, line.Jitter), _clock, range);
    }

    private ImpairedNetwork Impaired(double loss, double burst, TimeSpan jitter) =>
        new(_network, new LinkFaults(loss) { Jitter = jitter, MeanBurst = burst }, loss);
}
