using Trunkline.Telephony.T38;

namespace Trunkline.Telephony.Spandsp;

/// <summary>
/// Spoils the training checks (TCF, T.30 section 5.3.6.1.1) that a receiver is about to judge, so that it honestly finds them bad and answers
/// "failure to train": the line of the test line's number that refuses them. On the media thread only.
/// </summary>
internal sealed class TrainingSpoiler(int refusals)
{
    // A check is 1.5 s of zeros, of which one second without a fault is enough: a burst every 0.4 s leaves none.
    private const int BurstEvery = 3200;
    private const int BurstLength = 320;

    // The same noise each time: a test can be run again.
    private readonly Random _noise = new(1);
    private int _left = refusals;
    private bool _isOn;
    private int _samples;
    private int _first;

    /// <summary>A frame of the other end, or of this one, went by.</summary>
    public void Frame(bool incoming, byte field, ReadOnlySpan<byte> frame)
    {
        if (incoming && field == T30Frames.DigitalCommandSignal && _left > 0)
        {
            _isOn = true;
            _samples = 0;
            _first = AfterTraining(frame);
        }
        else if (!incoming && _isOn && field is T30Frames.FailureToTrain or T30Frames.ConfirmationToReceive)
        {
            _isOn = false;
            _left--;
        }
    }

    /// <summary>Spoils what is heard.</summary>
    public void Spoil(Span<short> samples)
    {
        if (!_isOn)
            return;
        foreach (ref var sample in samples)
        {
            var at = _samples++ - _first;
            if (at >= 0 && at % BurstEvery < BurstLength)
                sample = (short)_noise.Next(-8000, 8000);
        }
    }

    /// <summary>The same for the data of a T.38 packet; V.21 signals, type 0, pass.</summary>
    /// <param name="packet">An IFP packet (T.38 section 7): type, number of fields, kind of field, length in two bytes, data.</param>
    public void Spoil(Span<byte> packet)
    {
        const int FirstData = 5;
        if (!_isOn || packet.Length <= FirstData || !IfpPacket.IsImage(packet))
            return;
        foreach (ref var data in packet[FirstData..])
            data ^= 0x55;
    }

    /// <summary>True while something is spoiled.</summary>
    public bool IsOn => _isOn;

    /// <summary>Samples from the command to the check itself, past the pause and the modem's own training: a modem that cannot train says nothing at all.</summary>
    private static int AfterTraining(ReadOnlySpan<byte> frame)
    {
        const byte V17 = 0x20;
        const byte V29 = 0x04;
        var rate = frame.Length > 4 ? frame[4] : (byte)0;
        return (rate & V17) != 0 ? 12_800 : (rate & V29) != 0 ? 5_600 : 9_600;
    }
}
