namespace Trunkline.Telephony.Rtp;

/// <summary>Puts copies of earlier packets before the sound of each (RFC 2198). Used on the media thread; allocates nothing per packet.</summary>
internal sealed class RedundantAudioSender
{
    /// <summary>Bytes of the longest payload.</summary>
    public const int MaxPayload = RedundantAudio.MaxHeader + ((MaxCopies + 1) * Frame);

    private const int MaxCopies = 2;
    private const int Frame = AudioStream.TickSamples;

    private readonly byte[] _earlier = new byte[RedundantAudio.Reach * Frame];
    private int _sent;

    /// <summary>Wraps the 160 bytes at the beginning of <paramref name="payload"/>, which must have room for <see cref="MaxPayload"/>; the new length.</summary>
    /// <param name="law">Payload type of the sound.</param>
    /// <param name="payload">The sound of 20 ms; then what is sent.</param>
    public int Wrap(byte law, Span<byte> payload)
    {
        Span<byte> own = stackalloc byte[Frame];
        payload[..Frame].CopyTo(own);
        var header = 0;
        foreach (var distance in RedundantAudio.Distances)
        {
            if (distance > _sent)
                continue;
            RedundantAudio.WriteBlock(payload[header..], law, distance * Frame, Frame);
            header += RedundantAudio.BlockHeader;
        }
        payload[header++] = law;
        var at = header;
        foreach (var distance in RedundantAudio.Distances)
        {
            if (distance > _sent)
                continue;
            Earlier(_sent - distance).CopyTo(payload[at..]);
            at += Frame;
        }
        own.CopyTo(payload[at..]);
        own.CopyTo(Earlier(_sent));
        // Counted on within the ring only, so that it never overflows.
        _sent = _sent == 2 * RedundantAudio.Reach ? RedundantAudio.Reach + 1 : _sent + 1;
        return at + Frame;
    }

    private Span<byte> Earlier(int packet) => _earlier.AsSpan(packet % RedundantAudio.Reach * Frame, Frame);
}
