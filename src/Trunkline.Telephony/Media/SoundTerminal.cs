namespace Trunkline.Telephony.Media;

/// <summary>Somebody or something to be heard by a caller, who is not listened to.</summary>
internal abstract class SoundTerminal : IMediaTerminal
{
    protected const int Rate = 8000;

    /// <summary>Samples that were spoken.</summary>
    private int _time;

    /// <summary>True when it has hung up; a tone never does.</summary>
    public bool IsOver => _time >= Length;

    /// <summary>Samples after which it hangs up.</summary>
    protected virtual int Length => int.MaxValue;

    public void Hear(Span<short> samples)
    {
    }

    public void HearNothing(int samples)
    {
    }

    public void Speak(Span<short> samples)
    {
        foreach (ref var sample in samples)
            sample = At(_time++);
    }

    public void Dispose()
    {
    }

    /// <summary>The sample at a time since the answer, in samples.</summary>
    protected abstract short At(int time);
}
