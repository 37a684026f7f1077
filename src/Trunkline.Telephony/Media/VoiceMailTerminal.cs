namespace Trunkline.Telephony.Media;

/// <summary>An answering machine: ten words of greeting in six seconds, a beep, and silence for the message.</summary>
internal sealed class VoiceMailTerminal : ISoundTerminal
{
    private const int Rate = 8000;
    private const int Begin = Rate / 2;
    private const int Word = (VoiceSound.WordLength * 6) / 5;
    private const int Beep = Begin + (10 * Word) + (Rate / 2);
    private const int BeepLength = 2 * Rate / 5;
    private const int BeepHertz = 1000;

    private int _spoken;

    /// <summary>It records until the caller hangs up.</summary>
    public bool IsOver => false;

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
        if (time is >= Beep and < Beep + BeepLength)
            return (short)(6000 * Math.Sin(2 * Math.PI * BeepHertz * time / Rate));
        var word = time - Begin;
        return word is >= 0 and < 10 * Word && word % Word < VoiceSound.WordLength ? VoiceSound.At(word % Word) : (short)0;
    }
}
