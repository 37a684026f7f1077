namespace Trunkline.Telephony.Media;

/// <summary>A person who answers the telephone: two short words with pauses; hangs up after five seconds.</summary>
internal sealed class PersonTerminal : SoundTerminal
{
    private const int FirstWord = Rate;
    private const int SecondWord = 3 * Rate;

    protected override int Length => 5 * Rate;

    protected override short At(int time)
    {
        var word = time - (time >= SecondWord ? SecondWord : FirstWord);
        return word is >= 0 and < VoiceSound.WordLength ? VoiceSound.At(word) : (short)0;
    }
}
