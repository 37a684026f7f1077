using static Trunkline.Telephony.Spandsp.SpandspNative;

namespace Trunkline.Telephony.Spandsp;

/// <summary>
/// Sees that a training check is answered also when it was not heard. A training whose beginning was lost is no signal to the modem; spandsp then waits
/// for T2, which is longer than the far end waits, and what that says anew, a DCS, it takes for an error and hangs up. T2 is let run out before: the far
/// end is told that the check failed, and trains again, slower.
/// </summary>
/// <param name="t30">The engine of an end that receives.</param>
internal sealed class TrainingWatch(nint t30)
{
    /// <summary>Timer T2 of T.30 section 5.4.3.1, as spandsp has it.</summary>
    private const int T2Samples = 7 * 8000;

    /// <summary>
    /// From the end of a DCS to that of the training check after it, whatever the modem: 75 ms, 1.4 s of training and 1.5 s of check (T.30 section
    /// 5.3.2), and half as much again, which the way there and back may take. The far end waits 3 s after the check before it says DCS again.
    /// </summary>
    private const int LongestTraining = 36_000;

    /// <summary>Between Internet-aware ends nothing of this takes its time; what is sent at the lowest rate that can be set takes under a second.</summary>
    private const int LongestAware = 12_000;

    private const int None = -1;
    private int _longest = LongestTraining;
    private int _samples = None;

    /// <summary>A frame was heard or sent.</summary>
    /// <param name="field">Its control field, without the direction bit.</param>
    /// <param name="isAware">Both ends are Internet-aware.</param>
    public void Note(bool incoming, byte field, bool isAware)
    {
        if (incoming && field is T30Frames.DigitalCommandSignal)
            (_samples, _longest) = (0, isAware ? LongestAware : LongestTraining);
        else if (!incoming)
            _samples = None;
    }

    /// <summary>Counts media time; outside the callbacks of spandsp.</summary>
    public void Advance(int samples)
    {
        if (_samples == None || (_samples += samples) < _longest)
            return;
        _samples = None;
        // Does nothing while the check is being heard: T2 is then stopped.
        t30_timer_update(t30, T2Samples - _longest + samples);
    }
}
