namespace Trunkline.Telephony.Hearing;

/// <summary>
/// Hears ringing, busy and congestion by their rhythm: a tone of one kind on and off, the same each time. Once is an accident, three times are a tone
/// (ITU-T E.180/Q.35; the tones of countries stand in its supplement 2).
/// </summary>
internal sealed class Cadence
{
    private const int Times = 3;

    /// <summary>Frames that must agree before the line has changed; what lies between counts as what follows.</summary>
    private const int Sure = 3;

    private const int LongestDoubt = 8;

    /// <summary>How far two beats of a rhythm may differ.</summary>
    private static readonly int Play = LineFrame.Of(60);

    private Kind _kind = Kind.Silence;
    private Kind _next = Kind.Other;
    private int _length;
    private int _doubt;
    private int _sure;
    private Kind _tone;
    private int _on;
    private int _off;
    private Kind _lastTone;
    private int _lastOn;
    private int _lastOff;
    private int _beats;

    private enum Kind : byte
    {
        Silence,
        Low,
        Busy,
        Ringing,
        Other,
    }

    /// <summary>Busy or congestion once it is sure; else nothing.</summary>
    public LineSound Tone { get; private set; }

    /// <summary>True once a ringing tone was heard.</summary>
    public bool HasRung { get; private set; }

    public void Hear(in LineFrame frame)
    {
        var kind = KindOf(frame);
        if (kind == _kind)
        {
            _length += 1 + _doubt;
            (_doubt, _sure) = (0, 0);
            if (kind == Kind.Silence)
                Rest();
            return;
        }
        if (kind != _next && kind != Kind.Other)
            (_next, _sure) = (kind, 0);
        _doubt++;
        // The first frames of a tone are not one yet, and count as what follows.
        if (kind == _next && kind != Kind.Other)
            _sure++;
        if (_sure >= Sure)
            Change(_next);
        else if (_doubt > LongestDoubt)
            Change(Kind.Other);
    }

    private static Kind KindOf(in LineFrame frame) => frame.Kind switch
    {
        LineFrameKind.Silence => Kind.Silence,
        LineFrameKind.Pure => frame.Hertz is >= 380 and <= 470 ? Kind.Low : Kind.Other,
        LineFrameKind.Pair480And620 => Kind.Busy,
        LineFrameKind.Pair440And480 or LineFrameKind.Pair400And450 => Kind.Ringing,
        LineFrameKind.Sound => Kind.Other,
    };

    /// <summary>It is still: after a long tone of the right kind that is the pause between two rings, which no other tone has.</summary>
    private void Rest() => HasRung |= _length >= LineFrame.Of(1_800) && _tone is Kind.Low or Kind.Ringing && _on >= LineFrame.Of(300) && _on <= LineFrame.Of(2_600);

    private void Change(Kind kind)
    {
        if (_kind is Kind.Low or Kind.Busy or Kind.Ringing)
            (_tone, _on) = (_kind, _length);
        else if (_kind == Kind.Silence && _tone != Kind.Silence && kind == _tone)
        {
            _off = _length;
            Beat();
        }
        if (kind == Kind.Other)
            (_tone, _beats) = (Kind.Silence, 0);
        (_kind, _length) = (kind, _doubt);
        (_next, _doubt, _sure) = (Kind.Other, 0, 0);
    }

    private void Beat()
    {
        var isSame = _tone == _lastTone && Math.Abs(_on - _lastOn) <= Play && Math.Abs(_off - _lastOff) <= Play;
        _beats = isSame ? _beats + 1 : 1;
        (_lastTone, _lastOn, _lastOff) = (_tone, _on, _off);
        if (_beats >= Times && Tone == LineSound.Nothing)
            Tone = Meaning();
    }

    private LineSound Meaning()
    {
        if (_tone is not (Kind.Low or Kind.Busy))
            return LineSound.Nothing;
        // E.180: busy 0.5 s on and off, congestion the same tone twice as fast or more; countries vary by some tenths.
        if (IsBetween(330, 650))
            return LineSound.BusyTone;
        return IsBetween(120, 330) ? LineSound.CongestionTone : LineSound.Nothing;
    }

    private bool IsBetween(int least, int most) =>
        _on >= LineFrame.Of(least) && _on < LineFrame.Of(most) && _off >= LineFrame.Of(least) && _off < LineFrame.Of(most);
}
