namespace Trunkline.Telephony.Hearing;

/// <summary>
/// Tells for each 10 ms what is on the line. The tones of call progress are found by their powers over 40 ms (a discrete Fourier transform at six
/// frequencies), higher single tones by a predictor of second order, whose frequency is then proved over 20 ms. Allocates nothing after it is made.
/// </summary>
internal sealed class FrameEar
{
    private const int Rate = 8000;
    private const int Window = 4;

    /// <summary>Mean square of what counts as silence: -50 dB of full scale, where the tones of networks lie at -10 to -30 dB.</summary>
    private const float SilencePower = 104 * 104;

    /// <summary>What counts as silence on a noisy line is four times the noise (6 dB), but never more than this (-38 dB): tones are louder.</summary>
    private const float MostSilencePower = 400 * 400;

    private const float AboveNoise = 4;

    /// <summary>The noise is the least of half a second, and rises by half of itself each at most: a voice and a tone have pauses.</summary>
    private const int NoiseFrames = 50;

    private const float NoiseRise = 1.5f;

    /// <summary>The share of the power that a single tone must have. What is missing is noise, and the ends of a tone within the window.</summary>
    private const float PureShare = 0.75f;

    private const float PairShare = 0.7f;
    private const float LeastOfPair = 0.2f;

    private static readonly int[] Frequencies = [400, 425, 440, 450, 480, 620];
    private static readonly float[] Cosines = [.. Enumerable.Range(0, Rate).Select(i => (float)Math.Cos(2 * Math.PI * i / Rate))];

    private readonly int[] _phases = new int[Frequencies.Length];
    private readonly float[] _real = new float[Window * Frequencies.Length];
    private readonly float[] _imaginary = new float[Window * Frequencies.Length];
    private readonly float[] _energy = new float[Window];
    private readonly float[] _shares = new float[Frequencies.Length];
    private readonly short[] _two = new short[2 * LineFrame.Samples];
    private int _slot;
    private float _noise;
    private float _least = float.MaxValue;
    private int _frames;

    /// <param name="frame"><see cref="LineFrame.Samples"/> samples.</param>
    public LineFrame Hear(ReadOnlySpan<short> frame)
    {
        _two.AsSpan(LineFrame.Samples).CopyTo(_two);
        frame.CopyTo(_two.AsSpan(LineFrame.Samples));
        var energy = Energy(frame);
        Transform(frame, energy);
        var power = energy / LineFrame.Samples;
        if (power < Silence(power))
            return new LineFrame(LineFrameKind.Silence, 0, power);
        Share();
        if (IsPair(4, 5))
            return new LineFrame(LineFrameKind.Pair480And620, 0, power);
        if (IsPair(2, 4))
            return new LineFrame(LineFrameKind.Pair440And480, 0, power);
        if (IsPair(0, 3))
            return new LineFrame(LineFrameKind.Pair400And450, 0, power);
        for (var i = 0; i < Frequencies.Length; i++)
        {
            if (_shares[i] >= PureShare)
                return new LineFrame(LineFrameKind.Pure, Frequencies[i], power);
        }
        var hertz = SingleTone(frame);
        return new LineFrame(hertz > 0 ? LineFrameKind.Pure : LineFrameKind.Sound, hertz, power);
    }

    private float Silence(float power)
    {
        _least = Math.Min(_least, power);
        if (++_frames == NoiseFrames)
        {
            _noise = Math.Min(_least, Math.Max(_noise * NoiseRise, SilencePower / AboveNoise));
            (_least, _frames) = (float.MaxValue, 0);
        }
        return Math.Clamp(_noise * AboveNoise, SilencePower, MostSilencePower);
    }

    private static float Energy(ReadOnlySpan<short> samples)
    {
        var sum = 0f;
        foreach (var sample in samples)
            sum += (float)sample * sample;
        return sum;
    }

    private void Transform(ReadOnlySpan<short> frame, float energy)
    {
        _slot = (_slot + 1) % Window;
        _energy[_slot] = energy;
        for (var i = 0; i < Frequencies.Length; i++)
        {
            var (phase, step) = (_phases[i], Frequencies[i]);
            float real = 0, imaginary = 0;
            foreach (var sample in frame)
            {
                real += sample * Cosines[phase];
                // The sine lies a quarter of the circle behind.
                imaginary += sample * Cosines[phase >= Rate / 4 ? phase - (Rate / 4) : phase + (3 * Rate / 4)];
                phase += step;
                if (phase >= Rate)
                    phase -= Rate;
            }
            _phases[i] = phase;
            var at = (_slot * Frequencies.Length) + i;
            (_real[at], _imaginary[at]) = (real, imaginary);
        }
    }

    /// <summary>The share of each frequency in the power of the window: 1 for a sine of just this frequency.</summary>
    private void Share()
    {
        var total = _energy[0] + _energy[1] + _energy[2] + _energy[3];
        for (var i = 0; i < Frequencies.Length; i++)
        {
            float real = 0, imaginary = 0;
            for (var slot = 0; slot < Window; slot++)
            {
                real += _real[(slot * Frequencies.Length) + i];
                imaginary += _imaginary[(slot * Frequencies.Length) + i];
            }
            _shares[i] = 2 * ((real * real) + (imaginary * imaginary)) / (Window * LineFrame.Samples * total);
        }
    }

    private bool IsPair(int one, int other) =>
        _shares[one] >= LeastOfPair && _shares[other] >= LeastOfPair && _shares[one] + _shares[other] >= PairShare;

    /// <summary>The frequency of a sine: x[n-1] + x[n+1] = 2 cos(w) x[n] for each of its samples. 0 when it is none.</summary>
    private int SingleTone(ReadOnlySpan<short> frame)
    {
        double square = 0, product = 0;
        for (var n = 1; n < frame.Length - 1; n++)
        {
            square += (double)frame[n] * frame[n];
            product += (double)frame[n] * (frame[n - 1] + frame[n + 1]);
        }
        var cosine = square > 0 ? product / square / 2 : 1;
        if (cosine is <= -1 or >= 1)
            return 0;
        var hertz = (int)Math.Round(Math.Acos(cosine) * Rate / (2 * Math.PI));
        return hertz is > 250 and < 3400 && ShareOf(hertz) >= PureShare ? hertz : 0;
    }

    private float ShareOf(int hertz)
    {
        float real = 0, imaginary = 0, energy = 0;
        var phase = 0;
        foreach (var sample in _two)
        {
            real += sample * Cosines[phase];
            imaginary += sample * Cosines[phase >= Rate / 4 ? phase - (Rate / 4) : phase + (3 * Rate / 4)];
            energy += (float)sample * sample;
            phase += hertz;
            if (phase >= Rate)
                phase -= Rate;
        }
        return 2 * ((real * real) + (imaginary * imaginary)) / (_two.Length * energy);
    }
}
