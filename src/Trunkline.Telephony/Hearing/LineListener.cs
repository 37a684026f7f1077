using System.Numerics;

namespace Trunkline.Telephony.Hearing;

/// <summary>
/// Listens to the far end of a call for what is no fax machine: the tones by which a network says why a call does not come about, and who answered it.
/// Used on the media thread; allocates nothing after it is made.
/// </summary>
internal sealed class LineListener
{
    /// <summary>Lost packets up to this are taken for what was heard before them; a far end that sends nothing while it is still is heard as still.</summary>
    private const int LongestLoss = 4;

    private readonly short[] _frame = new short[LineFrame.Samples];
    private readonly FrameEar _ear = new();
    private Cadence _cadence = new();
    private SpecialInformationEar _information = new();
    private GreetingEar _greeting = new();
    private LineFrame _last;
    private int _filled;
    private int _lostSamples;
    private int _lostFrames;
    private uint _told;

    /// <summary>The network's tone, by which it says that no call comes about; nothing while there is none.</summary>
    public LineSound Tone => _information.Tone != LineSound.Nothing ? _information.Tone : _cadence.Tone;

    /// <summary>What there was to hear, as far as can be told by now.</summary>
    public LineSound Heard => Tone != LineSound.Nothing ? Tone : _greeting.Who;

    public void Hear(ReadOnlySpan<short> samples)
    {
        (_lostSamples, _lostFrames) = (0, 0);
        while (!samples.IsEmpty)
        {
            var count = Math.Min(samples.Length, LineFrame.Samples - _filled);
            samples[..count].CopyTo(_frame.AsSpan(_filled));
            samples = samples[count..];
            _filled += count;
            if (_filled < LineFrame.Samples)
                return;
            _filled = 0;
            _last = _ear.Hear(_frame);
            Step(_last);
        }
    }

    /// <summary>So many samples are missing: time passes.</summary>
    public void HearNothing(int samples)
    {
        _lostSamples += samples;
        for (; _lostSamples >= LineFrame.Samples; _lostSamples -= LineFrame.Samples)
            Step(++_lostFrames <= LongestLoss ? _last : default);
    }

    /// <summary>The call was answered: what was said before was an announcement, and tells nothing of who answers.</summary>
    public void CallAnswered()
    {
        (_cadence, _information, _greeting, _told) = (new Cadence(), new SpecialInformationEar(), new GreetingEar(), 0);
    }

    /// <summary>What was heard since it was last asked, each once.</summary>
    public bool TryTakeNews(out LineSound sound)
    {
        var news = Known() & ~_told;
        sound = news == 0 ? LineSound.Nothing : (LineSound)BitOperations.TrailingZeroCount(news);
        _told |= 1u << (int)sound;
        return news != 0;
    }

    private uint Known()
    {
        var known = 0u;
        if (_cadence.HasRung)
            known |= 1u << (int)LineSound.RingingTone;
        if (Tone != LineSound.Nothing)
            known |= 1u << (int)Tone;
        if (_greeting.HeardVoice)
            known |= 1u << (int)LineSound.Voice;
        if (_greeting.HeardBeep)
            known |= 1u << (int)LineSound.Beep;
        return known;
    }

    private void Step(in LineFrame frame)
    {
        _cadence.Hear(frame);
        _information.Hear(frame);
        _greeting.Hear(frame);
    }
}
