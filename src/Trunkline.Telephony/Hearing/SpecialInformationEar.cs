namespace Trunkline.Telephony.Hearing;

/// <summary>
/// Hears the special information tone: 950, 1400 and 1800 Hz, each within 50 Hz and for 260 to 400 ms, with at most 30 ms between them (ITU-T E.180/Q.35).
/// North American networks code the reason into the lengths of the first two, 274 or 380 ms. A tone that is joined within its first part may be taken for
/// another one, or for one without a code.
/// </summary>
internal sealed class SpecialInformationEar
{
    private const int LongestDoubt = 2;
    private static readonly int Shortest = LineFrame.Of(220);
    private static readonly int Longest = LineFrame.Of(440);
    private static readonly int LongestGap = LineFrame.Of(60);
    private static readonly int MostOfShort = LineFrame.Of(300);
    private static readonly int LeastOfLong = LineFrame.Of(350);
    private static readonly int Enough = LineFrame.Of(200);

    private readonly int[] _lengths = new int[3];
    private int _segment = -1;
    private int _doubt;
    private int _gap;

    /// <summary>The tone once it was heard; else nothing.</summary>
    public LineSound Tone { get; private set; }

    public void Hear(in LineFrame frame)
    {
        var segment = frame.Kind == LineFrameKind.Pure ? SegmentOf(frame.Hertz) : -1;
        if (segment < 0)
        {
            // The first frame of a tone is not one tone yet; it belongs to it all the same.
            if (frame.Kind != LineFrameKind.Silence && _doubt < LongestDoubt)
                _doubt++;
            else if (++_gap + _doubt > LongestGap)
                _segment = -1;
            return;
        }
        if (segment == _segment && _gap <= LongestDoubt)
            _lengths[segment] += 1 + _doubt + _gap;
        else
            Begin(segment);
        (_doubt, _gap) = (0, 0);
        if (_segment == 2 && _lengths[2] >= Enough && Tone == LineSound.Nothing)
            Tone = Meaning();
    }

    private void Begin(int segment)
    {
        var follows = segment == 0 || (segment == _segment + 1 && _segment >= 0 && _lengths[_segment] >= Shortest && _lengths[_segment] <= Longest);
        _segment = follows ? segment : -1;
        _lengths[segment] = 1 + _doubt;
    }

    private static int SegmentOf(int hertz) => hertz switch
    {
        >= 890 and <= 1010 => 0,
        >= 1340 and <= 1460 => 1,
        >= 1740 and <= 1860 => 2,
        _ => -1,
    };

    private LineSound Meaning() => (IsLong(_lengths[0]), IsLong(_lengths[1])) switch
    {
        (true, false) => LineSound.VacantCode,
        (false, false) => LineSound.Intercept,
        (false, true) => LineSound.Reorder,
        (true, true) => LineSound.NoCircuit,
        _ => LineSound.SpecialInformation,
    };

    /// <summary>Null for the 330 ms of a tone that is not coded.</summary>
    private static bool? IsLong(int length) => length <= MostOfShort ? false : length >= LeastOfLong ? true : null;
}
