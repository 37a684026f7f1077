using Trunkline.Telephony.Hearing;

namespace Trunkline.Telephony.Media;

/// <summary>One part of a tone: one sine or two, or silence.</summary>
/// <param name="Hertz">0 for silence.</param>
/// <param name="Other">0 for none.</param>
internal readonly record struct ToneSegment(int Milliseconds, int Hertz = 0, int Other = 0);

/// <summary>
/// A tone of a telephone network, said again and again. In Europe busy, congestion and ringing are of 425 Hz (ITU-T E.180/Q.35), in North America pairs
/// ("precise tone plan"); the special information tone's lengths carry its code.
/// </summary>
internal sealed class ToneTerminal(IReadOnlyList<ToneSegment> score) : SoundTerminal
{
    private const int Loudness = 4000;
    private const int Short = 274;
    private const int Long = 380;

    /// <summary>Of a special information tone without a code.</summary>
    private const int Plain = 330;

    private int _segment;
    private int _within;

    /// <summary>How a tone goes; throws <see cref="ArgumentOutOfRangeException"/> for a sound that is none.</summary>
    public static IReadOnlyList<ToneSegment> Score(LineSound sound, bool isEuropean) => sound switch
    {
        LineSound.RingingTone => isEuropean ? [new(1000, 425), new(4000)] : [new(2000, 440, 480), new(4000)],
        LineSound.BusyTone => isEuropean ? [new(500, 425), new(500)] : [new(500, 480, 620), new(500)],
        LineSound.CongestionTone => isEuropean ? [new(250, 425), new(250)] : [new(250, 480, 620), new(250)],
        LineSound.VacantCode => Information((Long, 985), (Short, 1371)),
        LineSound.Intercept => Information((Short, 914), (Short, 1371)),
        LineSound.Reorder => Information((Short, 914), (Long, 1429)),
        LineSound.NoCircuit => Information((Long, 985), (Long, 1429)),
        LineSound.SpecialInformation => [new(Plain, 950), new(Plain, 1400), new(Plain, 1800), new(1000)],
        LineSound.Nothing or LineSound.Voice or LineSound.Beep or LineSound.Person or LineSound.VoiceMail =>
            throw new ArgumentOutOfRangeException(nameof(sound), sound, "This is no tone."),
    };

    private static ToneSegment[] Information((int Milliseconds, int Hertz) first, (int Milliseconds, int Hertz) second) =>
        [new(first.Milliseconds, first.Hertz), new(second.Milliseconds, second.Hertz), new(Long, 1777), new(1000)];

    protected override short At(int time)
    {
        var segment = score[_segment];
        var at = _within++;
        if (_within >= segment.Milliseconds * (Rate / 1000))
            (_segment, _within) = ((_segment + 1) % score.Count, 0);
        return (short)(Loudness * (Sine(segment.Hertz, at) + Sine(segment.Other, at)));
    }

    private static double Sine(int hertz, int at) => hertz == 0 ? 0 : Math.Sin(2 * Math.PI * hertz * at / Rate);
}
