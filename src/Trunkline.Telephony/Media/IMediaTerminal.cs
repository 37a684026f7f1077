namespace Trunkline.Telephony.Media;

/// <summary>What listens and speaks at our end of an audio call: 8,000 linear samples a second each way, on the media thread.</summary>
internal interface IMediaTerminal : IDisposable
{
    /// <summary>Hears these samples; it may scribble over them.</summary>
    void Hear(Span<short> samples);

    /// <summary>Samples of this length were lost: time passes.</summary>
    void HearNothing(int samples);

    /// <summary>Speaks: fills all of <paramref name="samples"/>.</summary>
    void Speak(Span<short> samples);
}
