namespace Trunkline.Telephony.Media;

/// <summary>An answering machine: ten words of greeting in six seconds, a beep, and silence for the message, which it records until the caller hangs up.</summary>
internal sealed class VoiceMailTerminal : SoundTerminal
{
    private const int Begin = Rate / 2;
    private const int Word = (VoiceSound.WordLength * 6) / 5;
    private const int Beep = Begin + (10 * Word) + (Rate / 2);
    private const int BeepLength = 2 * Rate / 5;
    private const int BeepHertz = 1000;

    protected override short At(int time)
    {
        if (time is >= Beep and < Beep + BeepLength)
            return (short)(6000 * Math.Sin(2 * Math.PI * BeepHertz * time / Rate));
        var word = time - Begin;
        return word is >= 0 and < 10 * Word && word % Word < VoiceSound.WordLength ? VoiceSound.At(word % Word) : (short)0;
    }
}
