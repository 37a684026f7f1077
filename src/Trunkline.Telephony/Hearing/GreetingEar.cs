namespace Trunkline.Telephony.Hearing;

/// <summary>
/// Hears a voice, and whether a person or a machine speaks. A person says a word or two and waits; a machine says its piece, longer than anybody greets,
/// and beeps. No word is understood.
/// </summary>
internal sealed class GreetingEar
{
    /// <summary>A pause that ends what somebody says.</summary>
    private static readonly int Pause = LineFrame.Of(1_000);

    /// <summary>"Smith and Company, good morning, what can I do for you" takes three seconds and a half.</summary>
    private static readonly int LongestGreeting = LineFrame.Of(4_500);

    /// <summary>A word; a crackle is shorter.</summary>
    private static readonly int Word = LineFrame.Of(200);

    private static readonly int ShortestBeep = LineFrame.Of(150);

    /// <summary>A voice goes up and down within half a second, by 9 dB and more. Noise, music on hold that is all the same, and modems do not.</summary>
    private static readonly int Block = LineFrame.Of(500);

    private const float VoiceRange = 8;

    /// <summary>Hertz.</summary>
    private const int SameTone = 25;

    private int _voiceFrames;
    private int _utterance;
    private int _silence;
    private int _longest;
    private int _pure;
    private int _hertz;
    private int _inBlock;
    private int _soundInBlock;
    private float _most;
    private float _least = float.MaxValue;
    private bool _isVoice;

    /// <summary>True once somebody spoke.</summary>
    public bool HeardVoice => _isVoice && _voiceFrames >= Word;

    /// <summary>True once a beep followed a voice.</summary>
    public bool HeardBeep { get; private set; }

    /// <summary>Who it is, as far as can be told by now.</summary>
    public LineSound Who => !HeardVoice ? LineSound.Nothing
        : HeardBeep || Math.Max(_longest, _utterance) >= LongestGreeting ? LineSound.VoiceMail
        : LineSound.Person;

    public void Hear(in LineFrame frame)
    {
        Measure(frame);
        Tone(frame);
        if (frame.Kind == LineFrameKind.Sound)
        {
            _voiceFrames++;
            _utterance += 1 + _silence;
            _silence = 0;
        }
        else if (_utterance > 0 && ++_silence >= Pause)
        {
            _longest = Math.Max(_longest, _utterance);
            (_utterance, _silence) = (0, 0);
        }
    }

    /// <summary>A vowel may be all one harmonic for a moment, but it does not stay at its place.</summary>
    private void Tone(in LineFrame frame)
    {
        if (frame.Kind == LineFrameKind.Pure && Math.Abs(frame.Hertz - _hertz) <= SameTone)
        {
            _pure++;
            return;
        }
        HeardBeep |= _pure >= ShortestBeep && HeardVoice;
        (_pure, _hertz) = (frame.Kind == LineFrameKind.Pure ? 1 : 0, frame.Hertz);
    }

    private void Measure(in LineFrame frame)
    {
        _most = Math.Max(_most, frame.Power);
        _least = Math.Min(_least, frame.Power);
        if (frame.Kind == LineFrameKind.Sound)
            _soundInBlock++;
        if (++_inBlock < Block)
            return;
        _isVoice |= _soundInBlock >= Word / 2 && _most > VoiceRange * _least;
        (_inBlock, _soundInBlock, _most, _least) = (0, 0, 0, float.MaxValue);
    }
}
