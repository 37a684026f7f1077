using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Media;

/// <summary>Two fax sessions on one fast clock, wired to one another as SDP would do it.</summary>
internal sealed class FaxPair : IDisposable
{
    public const double Speed = 100;

    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-fax").FullName;

    public FaxPair(
        int pages = 1,
        IDatagramNetwork? callerNetwork = null,
        IDatagramNetwork? calledNetwork = null,
        Func<FaxTerminalOptions, FaxTerminalOptions>? caller = null,
        Func<FaxTerminalOptions, FaxTerminalOptions>? called = null,
        int rows = 400,
        double speed = Speed)
    {
        var network = callerNetwork ?? new LoopbackNetwork();
        Clock = new MediaClock(TimeProvider.System, speed);
        Sent = Path.Combine(_directory, "sent.tif");
        Received = Path.Combine(_directory, "received.tif");
        FaxTiff.Write(Sent, pages, rows);
        var range = new MediaEngineOptions { FirstPort = 0 };
        var sending = new FaxTerminalOptions { IsCaller = true, LocalIdent = "+1 202 555 0190", SendTiff = Sent, HeaderLine = "" };
        var receiving = new FaxTerminalOptions { IsCaller = false, LocalIdent = "+1 202 555 0100", ReceiveTiff = Received };
        Caller = new MediaEngine(network, Clock, range).OpenFax(caller?.Invoke(sending) ?? sending, CallerEvents);
        Called = new MediaEngine(calledNetwork ?? network, Clock, range).OpenFax(called?.Invoke(receiving) ?? receiving, CalledEvents);
    }

    public MediaClock Clock { get; }

    public string Sent { get; }

    public string Received { get; }

    public IMediaSession Caller { get; }

    public IMediaSession Called { get; }

    public RecordedEvents CallerEvents { get; } = new();

    public RecordedEvents CalledEvents { get; } = new();

    public static T38Path T38To(IMediaSession other, UdptlErrorCorrection correction, bool isAware = false) =>
        new(other.LocalEndPoint, 0, 14400, 400, correction, isAware);

    public void UseAudio(G711Law law = G711Law.MuLaw, bool redundancy = false)
    {
        Caller.UseAudio(new AudioPath(Called.LocalEndPoint, law, Redundancy: redundancy ? new AudioRedundancy(121, Begins: false) : null));
        Called.UseAudio(new AudioPath(Caller.LocalEndPoint, law, Redundancy: redundancy ? new AudioRedundancy(121, Begins: true) : null));
    }

    public void UseT38(UdptlErrorCorrection correction = UdptlErrorCorrection.Redundancy, bool isCallerAware = false, bool isCalledAware = false)
    {
        Caller.UseT38(T38To(Called, correction, isCallerAware));
        Called.UseT38(T38To(Caller, correction, isCalledAware));
    }

    public void Start()
    {
        Caller.Start();
        Called.Start();
    }

    /// <summary>
    /// Does something once it is so, on the thread of the media: a test's own thread may come after seconds of media time, and with them what the other
    /// end says on.
    /// </summary>
    public void When(Func<bool> isSo, Action then) => Clock.Add(new Watcher(isSo, then));

    public async Task<(FaxReport Caller, FaxReport Called)> CompleteAsync()
    {
        var limit = TimeSpan.FromMinutes(2);
        return (await Caller.Completion.WaitAsync(limit), await Called.Completion.WaitAsync(limit));
    }

    public void Dispose()
    {
        Caller.Dispose();
        Called.Dispose();
        Clock.Dispose();
        Directory.Delete(_directory, true);
    }

    private sealed class Watcher(Func<bool> isSo, Action then) : IMediaLeg
    {
        public bool Tick()
        {
            if (!isSo())
                return true;
            then();
            return false;
        }

        public void Abandon(string reason)
        {
        }
    }
}
