using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Rtp;
using Trunkline.Telephony.Spandsp;
using Trunkline.Telephony.T38;

namespace Trunkline.Telephony.Media;

/// <summary>
/// The media of one fax call. What other threads ask is queued and done at the next tick, so that the terminal is only ever touched by
/// its media
/// thread. When T.30 is over the socket stays, silent, until the session is disposed: the call is still up.
/// </summary>
internal sealed class FaxMediaSession : IMediaSession, IMediaLeg
{
    private const int MaxDatagramsPerTick = 64;

    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly TaskCompletionSource<FaxReport> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDatagramSocket _socket;
    private readonly FaxTerminalOptions _options;
    private readonly IFaxTerminalEvents _events;
    private readonly MediaEngineOptions _limits;
    private readonly byte[] _buffer = new byte[UdptlLimits.MaxDatagram];
    private readonly SocketAddress _from;
    private readonly int _maxTicks;
    private readonly int _voiceTicks;
    private AudioStream? _audio;
    private T38Stream? _t38;
    private FaxAudioTerminal? _audioTerminal;
    private FaxT38Terminal? _t38Terminal;
    private LineListener? _ear;
    private bool _started;
    private bool _released;
    private bool _heardFax;
    private bool _pageBegun;
    private int _ticks;
    private int _startedAt;

    public FaxMediaSession(IDatagramSocket socket, FaxTerminalOptions options, IFaxTerminalEvents events, MediaEngineOptions limits)
    {
        _socket = socket;
        _options = options;
        _events = events;
        _limits = limits;
        // Who calls does not know who answers; who answers is called by machines only.
        _ear = options.IsCaller ? new LineListener() : null;
        _from = new IPEndPoint(
            socket.LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0).Serialize();
        _voiceTicks = (int)(limits.VoicePatience / MediaClock.TickPeriod);
        _maxTicks = (int)Math.Min(int.MaxValue, limits.MaxSessionTime / MediaClock.TickPeriod);
    }

    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    public Task<FaxReport> Completion => _completion.Task;

    private IFaxTerminal? Terminal => (IFaxTerminal?)_audioTerminal ?? _t38Terminal;

    public void UseAudio(AudioPath path) => _commands.Enqueue(() => BeginAudio(path));

    public void UseT38(T38Path path) => _commands.Enqueue(() => BeginT38(path));

    public void Start() => _commands.Enqueue(() =>
    {
        (_started, _startedAt) = (true, _ticks);
        _ear?.CallAnswered();
    });

    public void FarEndHungUp() => _commands.Enqueue(() => End("the far end hung up"));

    public void Dispose() => _commands.Enqueue(() => Abandon("the call was ended"));

    public bool Tick()
    {
        while (_commands.TryDequeue(out var command))
            command();
        if (_released)
            return false;

        if (++_ticks == _maxTicks)
            End($"the limit of {_limits.MaxSessionTime.TotalMinutes:0} minutes was reached");
        if (_audio is not null)
            TickAudio(_audio);
        else if (_t38 is not null)
            TickT38(_t38);
        if (Terminal is { Engine: { MustEnd: true, IsOver: false } engine })
            engine.End();
        if (Terminal is { Engine.IsOver: true })
            Complete();
        return true;
    }

    public void Abandon(string reason)
    {
        if (_released)
            return;
        End(reason);
        Complete();
        _completion.TrySetResult(NoMedia(reason));
        _released = true;
        ReleaseTerminals();
        _audio?.Dispose();
        _audio = null;
        _t38 = null;
        _socket.Dispose();
    }

    private void TickAudio(AudioStream audio)
    {
        for (var i = 0; i < MaxDatagramsPerTick; i++)
        {
            var length = _socket.TryReceive(_buffer, _from);
            if (length < 0)
                break;
            audio.Receive(_buffer.AsSpan(0, length), _from);
        }

        var speaks = _started && !_completion.Task.IsCompleted;
        audio.Tick(speaks ? _audioTerminal : null, _ear);
        Listen();
        if (speaks)
            _audioTerminal?.Engine.Advance(AudioStream.TickSamples);
    }

    /// <summary>What is on the line as long as no fax machine is.</summary>
    private void Listen()
    {
        if (_ear is not { } ear || _completion.Task.IsCompleted)
            return;
        if (_heardFax || _audioTerminal is { HeardFax: true })
        {
            _ear = null;
            return;
        }
        while (ear.TryTakeNews(out var sound))
            _events.LineHeard(sound);
        if (!_started)
            return;
        if (ear.Tone.EndsCall())
            End($"{ear.Tone.Words()} after the answer");
        else if (_ticks - _startedAt >= _voiceTicks && ear.Heard is LineSound.Person or LineSound.VoiceMail)
            End($"{ear.Heard.Words()} and no fax machine");
    }

    private void TickT38(T38Stream t38)
    {
        // What arrives before the start waits in the socket: T.30 would take seconds to say it again.
        if (!_started)
            return;
        t38.Tick();
        for (var i = 0; i < MaxDatagramsPerTick; i++)
        {
            var length = _socket.TryReceive(_buffer, _from);
            if (length < 0)
                break;
            if (_t38Terminal is not null)
                t38.Receive(_buffer.AsSpan(0, length), _from, _t38Terminal);
        }

        if (_completion.Task.IsCompleted)
            return;
        _t38Terminal?.Advance(AudioStream.TickSamples);
        _t38Terminal?.Engine.Advance(AudioStream.TickSamples);
    }

    private void BeginAudio(AudioPath path)
    {
        if (_released)
            return;
        if (_audio is not null)
        {
            _audio.Follow(path);
            return;
        }

        Leave("audio");
        _t38 = null;
        _audio = new AudioStream(_socket, path);
        if (!_completion.Task.IsCompleted)
            _audioTerminal = new FaxAudioTerminal(_options, _options.FirstPage, _events);
        _events.Trace("RTP", $"audio by G.711 {(path.Law == G711Law.MuLaw ? "mu-law" : "A-law")}{(path.Redundancy is null ? "" : ", each packet with those before,")}{(path.Srtp is null ? "" : ", enciphered,")} with {path.Remote}");
    }

    private void BeginT38(T38Path path)
    {
        if (_released)
            return;
        if (_t38 is not null)
        {
            _t38.Follow(path.Remote);
            return;
        }

        Leave("T.38");
        var stream = new T38Stream(_socket, path, _limits.RedundancyDepth, _audio?.RemoteSsrc);
        _audio?.Dispose();
        _audio = null;
        _t38 = stream;
        if (!_completion.Task.IsCompleted)
            _t38Terminal = new FaxT38Terminal(_options, _options.FirstPage, path, stream, _events);
        _events.Trace("T.38", $"version {path.Version}, {path.MaxBitRate} bit/s, {path.ErrorCorrection} with {path.Remote}");
    }

    /// <summary>
    /// The other mode begins anew, which is right as long as no page is through, or sent to its end. Else it would send them again or overwrite what was
    /// received: T.30 is ended instead, and its report says which pages are done.
    /// </summary>
    private void Leave(string next)
    {
        if (Terminal is not { } terminal)
            return;
        var report = terminal.Engine.Report(terminal.HeardFax);
        if (report.Pages > 0 || report.PageSent is true)
            End($"the far end went over to {next} after {report.Pages} pages{(report.PageSent is true ? " and one more that it may have" : "")}");
        if (terminal.Engine.IsOver)
        {
            Complete();
            return;
        }

        _heardFax |= report.HeardFax;
        _pageBegun |= report.PageBegun;
        ReleaseTerminals();
    }

    private void End(string reason)
    {
        if (_completion.Task.IsCompleted)
            return;
        _events.Trace("T.30", $"ended: {reason}");
        if (Terminal is { Engine.IsOver: false } terminal)
            terminal.Engine.End();
        if (Terminal is null)
            _completion.TrySetResult(NoMedia(reason));
    }

    private void Complete()
    {
        if (_completion.Task.IsCompleted || Terminal is not { } terminal)
            return;
        var report = terminal.Engine.Report(terminal.HeardFax);

        var media = Counts(report.Media);

        // The terminal goes first: with it the received TIFF is closed, and whoever awaits the report may move the file.
        ReleaseTerminals();
        _completion.TrySetResult(report with { HeardFax = report.HeardFax || _heardFax, PageBegun = report.PageBegun || _pageBegun, Media = media, Heard = Heard });
    }

    private LineSound Heard => _ear?.Heard ?? LineSound.Nothing;

    private MediaCounts Counts(MediaCounts terminal)
    {
        if (_t38 is { } t38)
            return terminal with { Received = t38.Received, Lost = t38.Lost, Repaired = t38.Repaired };
        return _audio is { } audio ? terminal with { Received = audio.Received, Lost = audio.Missing / AudioStream.TickSamples, Repaired = audio.Repaired } : terminal;
    }

    private FaxReport NoMedia(string reason) => new(
        false, T30Engine.CallDropped, $"No fax was begun: {reason}", 0, "", 0, false, "", _heardFax, _pageBegun) { Heard = Heard };

    private void ReleaseTerminals()
    {
        _audioTerminal?.Dispose();
        _t38Terminal?.Dispose();
        _audioTerminal = null;
        _t38Terminal = null;
    }
}
