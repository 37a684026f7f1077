namespace Trunkline.Telephony.Media;

/// <summary>
/// The sound of a person who answers the telephone: two short words with pauses.
/// </summary>
internal sealed class PersonTerminal : ISoundTerminal
{
    private const int Rate = 8000;
    private const int FirstWord = Rate;
    private const int SecondWord = 3 * Rate;
    private const int End = 5 * Rate;

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
        return word is >= 0 and < VoiceSound.WordLength ? VoiceSound.At(word) : (short)0;
    }
}
