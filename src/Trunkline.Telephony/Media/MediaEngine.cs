using System.Net;
using System.Net.Sockets;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Spandsp;

namespace Trunkline.Telephony.Media;

/// <summary>Makes fax sessions on one address, from one range of ports, on one clock.</summary>
public sealed class MediaEngine : IMediaEngine
{
    private readonly IDatagramNetwork _network;
    private readonly MediaEngineOptions _options;
    private readonly MediaClock _clock;
    private int _next;

    /// <summary>Throws <see cref="InvalidOperationException"/>, with what to do, when libspandsp is missing.</summary>
    public MediaEngine(IDatagramNetwork network, MediaClock clock, MediaEngineOptions? options = null)
    {
        SpandspLibrary.Require();
        _network = network;
        _clock = clock;
        _options = options ?? new MediaEngineOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.LastPort, _options.FirstPort, nameof(options));
    }

    /// <inheritdoc/>
    public IMediaSession OpenFax(FaxTerminalOptions options, IFaxTerminalEvents events) =>
        Open(socket => new FaxMediaSession(socket, options, events, _options));

    /// <summary>A call in which this is to be heard and no fax, for the test line. Throws as <see cref="OpenFax"/>.</summary>
    /// <param name="isEuropean">Tones of 425 Hz, where North America has pairs.</param>
    public IMediaSession OpenSound(LineSound sound, bool isEuropean = false) => Open(socket => new SoundSession(socket, Play(sound, isEuropean)));

    private static SoundTerminal Play(LineSound sound, bool isEuropean) => sound switch
    {
        LineSound.Person => new PersonTerminal(),
        LineSound.VoiceMail => new VoiceMailTerminal(),
        _ => new ToneTerminal(ToneTerminal.Score(sound, isEuropean)),
    };

    private TSession Open<TSession>(Func<IDatagramSocket, TSession> make)
        where TSession : IMediaLeg
    {
        var socket = Bind();
        try
        {
            var session = make(socket);
            _clock.Add(session);
            return session;
        }
        catch (ObjectDisposedException)
        {
            socket.Dispose();
            throw;
        }
    }

    private IDatagramSocket Bind()
    {
        if (_options.FirstPort == 0)
            return _network.Bind(new IPEndPoint(_options.Address, 0));

        var first = (_options.FirstPort + 1) / 2;
        var count = (_options.LastPort / 2) - first + 1;
        for (var tries = 0; tries < count; tries++)
        {
            // Round robin: a port that was just closed may still get the packets of its last call.
            var port = 2 * (first + (int)((uint)Interlocked.Increment(ref _next) % (uint)count));
            try
            {
                return _network.Bind(new IPEndPoint(_options.Address, port));
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                continue;
            }
        }

        throw new InvalidOperationException(
            $"No media port is free between {_options.FirstPort} and {_options.LastPort}: too many calls, or the range is too small.");
    }
}
