using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Rtp;
using Trunkline.Telephony.Spandsp;

namespace Trunkline.Telephony.Media;

/// <summary>The media of a call that no fax machine answers, for the test line: a person, an answering machine, or a tone of the network.</summary>
internal sealed class SoundSession : IMediaSession, IMediaLeg
{
    private const int MaxDatagramsPerTick = 64;

    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly TaskCompletionSource<FaxReport> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SoundTerminal _sound;
    private readonly IDatagramSocket _socket;
    private readonly byte[] _buffer = new byte[2_048];
    private readonly SocketAddress _from;
    private AudioStream? _audio;
    private bool _started;
    private bool _released;

    public SoundSession(IDatagramSocket socket, SoundTerminal sound)
    {
        (_socket, _sound) = (socket, sound);
        _from = new IPEndPoint(
            socket.LocalEndPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0).Serialize();
    }

    public IPEndPoint LocalEndPoint => _socket.LocalEndPoint;

    public Task<FaxReport> Completion => _completion.Task;

    public void UseAudio(AudioPath path) => _commands.Enqueue(() =>
    {
        if (_audio is null)
            _audio = new AudioStream(_socket, path);
        else
            _audio.Follow(path);
    });

    /// <summary>No person agrees to T.38.</summary>
    public void UseT38(T38Path path) => _commands.Enqueue(() => End("T.38"));

    public void Start() => _commands.Enqueue(() => _started = true);

    public void FarEndHungUp() => _commands.Enqueue(() => End("the caller hung up"));

    public void Dispose() => _commands.Enqueue(() => Abandon("the call was ended"));

    public bool Tick()
    {
        while (_commands.TryDequeue(out var command))
            command();
        if (_released)
            return false;
        if (_audio is not { } audio)
            return true;
        for (var i = 0; i < MaxDatagramsPerTick && _socket.TryReceive(_buffer, _from) is >= 0 and var length; i++)
            audio.Receive(_buffer.AsSpan(0, length), _from);
        audio.Tick(_started && !_completion.Task.IsCompleted ? _sound : null);
        if (_sound.IsOver)
            End("a person answered, said hello, and hung up");
        return true;
    }

    public void Abandon(string reason)
    {
        if (_released)
            return;
        _released = true;
        End(reason);
        _sound.Dispose();
        _socket.Dispose();
    }

    private void End(string reason) =>
        _completion.TrySetResult(new FaxReport(false, T30Engine.CallDropped, reason, 0, "", 0, false, "", HeardFax: false, PageBegun: false));
}
