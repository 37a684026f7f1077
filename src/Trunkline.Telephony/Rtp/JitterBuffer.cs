namespace Trunkline.Telephony.Rtp;

/// <summary>
/// Puts arriving samples back on their own time line. It works in samples, not in packets, so that any packet time and any order will
/// do, and it
/// keeps time: what did not arrive in time is reported as a gap of exactly its length, since a modem survives a hole but not a shift.
/// </summary>
internal sealed class JitterBuffer
{
    /// <summary>Samples held at most: a little over a second. Anything further ahead is a new time line.</summary>
    public const int Capacity = 8192;

    /// <summary>Late packets in a row after which the delay was too short, and is set anew.</summary>
    private const int LateRunLimit = 4;

    private readonly short[] _samples = new short[Capacity];
    private readonly bool[] _present = new bool[Capacity];
    private readonly int _delay;
    private uint _play;
    private bool _started;
    private int _lateRun;

    /// <param name="delaySamples">How long the first packet waits: what jitter is to be evened out.</param>
    public JitterBuffer(int delaySamples) => _delay = delaySamples;

    /// <summary>Packets that came after their time.</summary>
    public long Late { get; private set; }

    /// <summary>Times that the time line was begun anew.</summary>
    public long Resyncs { get; private set; }

    /// <summary>True once anything has arrived.</summary>
    public bool IsStarted => _started;

    /// <summary>True once a sample was taken: a gap before it is the wait of the first packet, and nothing is missing. A time line begun anew leaves a real one.</summary>
    public bool IsPlaying { get; private set; }

    /// <summary>Forgets the time line; the next packet begins another.</summary>
    public void Reset()
    {
        Array.Clear(_present);
        _started = false;
        IsPlaying = false;
        _lateRun = 0;
    }

    /// <summary>Takes the samples of one packet.</summary>
    public void Put(uint timestamp, ReadOnlySpan<short> samples)
    {
        if (samples.Length > Capacity / 2)
            return;
        if (!_started)
            Begin(timestamp);

        var offset = (int)(timestamp - _play);
        if (offset + samples.Length > Capacity || offset < -Capacity)
        {
            Restart(timestamp);
            offset = _delay;
        }
        else if (offset < 0)
        {
            Late++;
            if (++_lateRun >= LateRunLimit)
            {
                Restart(timestamp);
                offset = _delay;
            }
        }
        else
        {
            _lateRun = 0;
        }

        var skip = Math.Max(0, -offset);
        if (skip < samples.Length)
            Store(timestamp + (uint)skip, samples[skip..]);
    }

    /// <summary>
    /// Takes samples that were sent before and come again: they fill a gap that was not played yet, and say nothing of the time line.
    /// </summary>
    /// <returns>True when they were missing.</returns>
    public bool Fill(uint timestamp, ReadOnlySpan<short> samples)
    {
        var offset = (int)(timestamp - _play);
        if (!_started || offset < 0 || offset + samples.Length > Capacity || samples.IsEmpty || _present[timestamp & (Capacity - 1)])
            return false;
        Store(timestamp, samples);
        return true;
    }

    /// <summary>
    /// Takes the next samples: the length of a run of at most <paramref name="samples"/>.Length that is either wholly there or wholly
    /// missing.
    /// </summary>
    /// <param name="samples">Where they go; untouched by a gap.</param>
    /// <param name="present">False for a gap.</param>
    public int Take(Span<short> samples, out bool present)
    {
        if (!_started)
        {
            present = false;
            return samples.Length;
        }

        var slot = (int)(_play & (Capacity - 1));
        present = _present[slot];
        IsPlaying |= present;
        // To the end of the ring at most: a run that goes on at its beginning is taken as two.
        var within = _present.AsSpan(slot, Math.Min(samples.Length, Capacity - slot));
        var end = within.IndexOf(!present);
        var run = end < 0 ? within.Length : end;
        if (present)
        {
            _samples.AsSpan(slot, run).CopyTo(samples);
            within[..run].Clear();
        }
        _play += (uint)run;
        return run;
    }

    private void Store(uint timestamp, ReadOnlySpan<short> samples)
    {
        var slot = (int)(timestamp & (Capacity - 1));
        var first = Math.Min(samples.Length, Capacity - slot);
        samples[..first].CopyTo(_samples.AsSpan(slot));
        _present.AsSpan(slot, first).Fill(true);
        samples[first..].CopyTo(_samples);
        _present.AsSpan(0, samples.Length - first).Fill(true);
    }

    private void Begin(uint timestamp)
    {
        _play = timestamp - (uint)_delay;
        _started = true;
    }

    private void Restart(uint timestamp)
    {
        Resyncs++;
        var wasPlaying = IsPlaying;
        Reset();
        Begin(timestamp);
        IsPlaying = wasPlaying;
    }
}
