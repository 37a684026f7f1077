namespace Trunkline.Telephony.Media;

/// <summary>
/// A voice, for tests: words of two syllables. None can be understood; that it is a voice and no fax can be heard, by pitch, by the formants of its vowels,
/// and by its pauses.
/// </summary>
internal static class VoiceSound
{
    /// <summary>Samples of a word.</summary>
    public const int WordLength = 2 * SyllableLength;

    private const int Rate = 8000;
    private const int SyllableLength = Rate / 4;

    // The first three formants of a man's "e" and "o", hertz.
    private static readonly double[][] Vowels = [[530, 1840, 2480], [570, 840, 2410]];

    /// <param name="time">Samples since the word began.</param>
    public static short At(int time)
    {
        var syllable = time / SyllableLength;
        var within = time % SyllableLength;
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
