using Trunkline.Telephony.Media;
using Trunkline.Telephony.T38;

namespace Trunkline.Telephony.Spandsp;

/// <summary>
/// Lets time run faster for a T.38 terminal while it sends, where both ends are Internet-aware fax devices: nobody needs the seconds that a modem takes for
/// its tones, its training and 300 or 14,400 bit/s. spandsp keeps to the times of modems when it sends, and to nothing but its timers when it listens; so
/// its own order of events stays as it is with any far end, and its timers stand in real time. Used on the media thread; allocates nothing.
/// </summary>
/// <remarks>
/// That the far end is one must be said twice: by SDP, which no telephone line carries, and by T.30 (table 2, bit 123 of DIS and DCS), which comes from the
/// terminal itself. Bit 3 says no more than that a machine can do T.38 as well: it passes a gateway, a telephone line and another gateway.
/// </remarks>
internal sealed class AwarePace
{
    private const int AwareOctet = 18;
    private const byte AwareBit = 0x04;

    /// <summary>A quarter of a second of the line in each tick of 20 ms: 13 times as fast at most, so that one lost tick does not take a whole signal.</summary>
    private const int MaxStepsOfTick = 12;

    private const int TicksPerSecond = 50;

    // Samples of 8,000 a second within which spandsp sends on after a packet: the rest of a signal, the training of a modem (1.8 s), the tone (3 s).
    private const int AfterData = 4_000;
    private const int AfterTraining = 16_000;
    private const int AfterTone = 26_400;

    /// <summary>The last datagrams are sent again for 200 ms; the second that spandsp waits after DCN becomes as long.</summary>
    private const int StepsOfGoodbye = 4;

    private readonly bool _isCaller;
    private readonly IFaxTerminalEvents _events;
    private readonly int _octetsOfTick;
    private int _octets;
    private int _steps;
    private int _patience;
    private bool _saysGoodbye;
    private bool _isGoodbye;

    /// <param name="isCaller">True for the end that heeds DIS, false for the one that heeds DCS.</param>
    /// <param name="bitRate">Bits a second that are sent at most, with all headers.</param>
    /// <param name="events">Told what was agreed.</param>
    public AwarePace(bool isCaller, int bitRate, IFaxTerminalEvents events)
    {
        _isCaller = isCaller;
        _events = events;
        _octetsOfTick = Math.Max(1, bitRate / 8 / TicksPerSecond);
        // What is called begins by the word of the SDP offer: DIS comes from itself.
        IsOn = !isCaller;
    }

    /// <summary>True as long as nothing speaks against it.</summary>
    public bool IsOn { get; private set; }

    /// <summary>True once the far end said so by T.30 as well.</summary>
    public bool IsAgreed { get; private set; }

    /// <summary>A frame was heard or is about to be sent.</summary>
    /// <param name="field">Its control field, without the direction bit.</param>
    public void Note(bool incoming, byte field, ReadOnlySpan<byte> frame)
    {
        _saysGoodbye |= !incoming && field == T30Frames.Disconnect;
        if (!incoming || field != (_isCaller ? T30Frames.DigitalIdentificationSignal : T30Frames.DigitalCommandSignal))
            return;
        var isAware = frame.Length > AwareOctet && (frame[AwareOctet] & AwareBit) != 0;
        if (isAware != IsAgreed || IsOn && !isAware)
            _events.Trace("T.30", isAware ? "Internet-aware: both ends leave out the time of modems" : "the far end is not Internet-aware after all: the time of modems is kept");
        IsOn = IsAgreed = isAware;
    }

    /// <summary>A packet was sent.</summary>
    /// <param name="octets">As it went over the wire, with all headers and copies.</param>
    public void NoteSent(ReadOnlySpan<byte> packet, int octets)
    {
        _octets -= octets;
        var indicator = IfpPacket.Indicator(packet);
        _isGoodbye = _saysGoodbye && indicator is null or IfpPacket.NoSignal;
        _patience = indicator switch
        {
            null or IfpPacket.NoSignal when _isGoodbye => AfterTraining,
            null => AfterData,
            IfpPacket.NoSignal => 0,
            IfpPacket.Cng => 0,
            IfpPacket.Ced => AfterTone,
            _ => AfterTraining,
        };
    }

    /// <summary>A tick of real time, which is a step by itself.</summary>
    public void BeginTick(int samples)
    {
        _octets = Math.Min(_octets + _octetsOfTick, _octetsOfTick);
        _steps = 0;
        _patience -= samples;
    }

    /// <summary>True when the terminal is to take another step in this tick.</summary>
    public bool TakeStep(int samples)
    {
        if (!IsOn || _patience <= 0 || _octets <= 0 || ++_steps > (_isGoodbye ? StepsOfGoodbye : MaxStepsOfTick))
            return false;
        _patience -= samples;
        return true;
    }
}
