using System.Diagnostics.CodeAnalysis;

namespace Trunkline.Resource.Channels;

/// <summary>Which channels are busy.</summary>
internal sealed class ChannelBoard(int channels)
{
    private readonly Lock _lock = new();
    private readonly bool[] _busy = new bool[channels];

    public int Count => _busy.Length;

    /// <summary>One character a channel, <c>0</c> idle and <c>1</c> busy.</summary>
    public string Bitmap
    {
        get
        {
            lock (_lock)
                return string.Create(_busy.Length, _busy, static (text, busy) =>
                {
                    for (var i = 0; i < busy.Length; i++)
                        text[i] = busy[i] ? '1' : '0';
                });
        }
    }

    /// <summary>Channels in use.</summary>
    public int BusyCount
    {
        get
        {
            lock (_lock)
                return _busy.AsSpan().Count(true);
        }
    }

    /// <summary>Takes the first idle channel; false when there is none.</summary>
    public bool TryTake([NotNullWhen(true)] out ChannelLease? lease)
    {
        lock (_lock)
        {
            var channel = Array.IndexOf(_busy, false);
            lease = channel < 0 ? null : new ChannelLease(this, channel);
            if (lease is null)
                return false;
            _busy[channel] = true;
            return true;
        }
    }

    /// <summary>For <see cref="ChannelLease"/>.</summary>
    internal void Release(int channel)
    {
        lock (_lock)
            _busy[channel] = false;
    }
}
