namespace Trunkline.Telephony.Hearing;

/// <summary>What ten milliseconds of a line are made of.</summary>
internal enum LineFrameKind : byte
{
    /// <summary>Below -50 dB of the loudest, or little above the noise of the line.</summary>
    Silence,

    /// <summary>One sine.</summary>
    Pure,

    /// <summary>480 and 620 Hz: busy and reorder in North America.</summary>
    Pair480And620,

    /// <summary>440 and 480 Hz: ringing in North America.</summary>
    Pair440And480,

    /// <summary>400 and 450 Hz: ringing in Britain.</summary>
    Pair400And450,

    /// <summary>Anything else: a voice, music, a modem, noise.</summary>
    Sound,
}

/// <param name="Hertz">Of a <see cref="LineFrameKind.Pure"/> one; else 0.</param>
/// <param name="Power">Mean square of the samples.</param>
internal readonly record struct LineFrame(LineFrameKind Kind, int Hertz, float Power)
{
    /// <summary>Samples of a frame at 8,000 a second.</summary>
    public const int Samples = 80;

    /// <summary>Frames in so many milliseconds.</summary>
    public static int Of(int milliseconds) => milliseconds / 10;
}
