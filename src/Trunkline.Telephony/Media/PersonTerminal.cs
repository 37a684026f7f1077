namespace Trunkline.Telephony.Media;

/// <summary>
/// The sound of a person who answers the telephone: two short words, each two syllables of a voice, with pauses. No word of it can be
/// understood; that it is a voice and no fax can be heard, by pitch, by the formants of its vowels, and by its pauses.
/// </summary>
internal sealed class PersonTerminal : IMediaTerminal
{
    private const int Rate = 8000;
    private const int FirstWord = Rate;
    private const int SecondWord = 3 * Rate;
    private const int SyllableLength = Rate / 4;
    private const int End = 5 * Rate;

    // The first three formants of a man's "e" and "o", hertz.
    private static readonly double[][] Vowels = [[530, 1840, 2480], [570, 840, 2410]];

    private int _spoken;

    /// <summary>True when nobody hung up meanwhile and the person has: five seconds after the answer.</summary>
    public bool IsOver => _spoken >= End;

    public void Hear(Span<short> samples)
    {
    }

    public void HearNothing(int samples)
    {
    }

    public void Speak(Span<short> samples)
    {
        foreach (ref var sample in samples)
            sample = At(_spoken++);
    }

    public void Dispose()
    {
    }

    private static short At(int time)
    {
        var word = time - (time >= SecondWord ? SecondWord : FirstWord);
        if (word is < 0 or >= 2 * SyllableLength)
            return 0;
        var syllable = word / SyllableLength;
        var within = word % SyllableLength;
        // The voice falls from 130 to 110 Hz within a syllable; each formant rings at every stroke of it.
        var period = (int)(Rate / (130 - (20.0 * within / SyllableLength)));
        var stroke = within % period;
        var sum = 0.0;
        foreach (var formant in Vowels[syllable])
            sum += Math.Sin(2 * Math.PI * formant * stroke / Rate) * Math.Exp(-stroke / 24.0);
        var loudness = Math.Sin(Math.PI * within / SyllableLength);
        return (short)(5000 * loudness * sum);
    }
}
