namespace Trunkline.Telephony.Media;

/// <summary>Answers and says nothing.</summary>
internal sealed class SilenceTerminal : IMediaTerminal
{
    public void Hear(Span<short> samples)
    {
    }

    public void HearNothing(int samples)
    {
    }

    public void Speak(Span<short> samples) => samples.Clear();

    public void Dispose()
    {
    }
}
