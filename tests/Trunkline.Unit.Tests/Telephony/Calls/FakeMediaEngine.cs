using System.Net;
using System.Threading.Channels;
using Trunkline.Telephony.Media;

namespace Trunkline.Unit.Tests.Telephony.Calls;

/// <summary>Media that does nothing but tell the test what it was told.</summary>
internal sealed class FakeMediaEngine : IMediaEngine
{
    private int _port = 30_000;

    /// <summary>Sessions as they are opened.</summary>
    public Channel<FakeMediaSession> Opened { get; } = Channel.CreateUnbounded<FakeMediaSession>();

    /// <summary>False when every port is in use.</summary>
    public bool HasPorts { get; set; } = true;

    public IMediaSession OpenFax(FaxTerminalOptions options, IFaxTerminalEvents events)
    {
        if (!HasPorts)
            throw new InvalidOperationException("No port of the range is free.");
        var session = new FakeMediaSession(Interlocked.Increment(ref _port), options, events);
        Opened.Writer.TryWrite(session);
        return session;
    }
}

internal sealed class FakeMediaSession(int port, FaxTerminalOptions options, IFaxTerminalEvents events) : IMediaSession
{
    public static readonly FaxReport Silence = new(false, 2, "timer T1 expired", 0, "", 0, false, "", HeardFax: false, PageBegun: false);

    private readonly TaskCompletionSource<FaxReport> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was asked of it, in order.</summary>
    public Channel<string> Told { get; } = Channel.CreateUnbounded<string>();

    /// <summary>What it reports when the line is gone.</summary>
    public FaxReport WhenHungUp { get; set; } = Silence;

    public FaxTerminalOptions Options => options;

    public IFaxTerminalEvents Events => events;

    public bool IsDisposed { get; private set; }

    public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, port);

    public Task<FaxReport> Completion => _completion.Task;

    public void Complete(FaxReport report) => _completion.TrySetResult(report);

    public void UseAudio(AudioPath path) => Told.Writer.TryWrite($"audio {path.Remote.Port} {path.Law}");

    public void UseT38(T38Path path) => Told.Writer.TryWrite($"t38 {path.Remote.Port}");

    public void Start() => Told.Writer.TryWrite("start");

    public void FarEndHungUp()
    {
        Told.Writer.TryWrite("hung up");
        _completion.TrySetResult(WhenHungUp);
    }

    public void Dispose() => IsDisposed = true;
}
