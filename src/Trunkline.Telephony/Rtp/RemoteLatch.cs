using System.Net;

namespace Trunkline.Telephony.Rtp;

/// <summary>
/// Where media goes: as the SDP says until valid packets come from elsewhere (symmetric RTP, RFC 4961; what a NAT needs). Once latched
/// it stays,
/// so that a stranger cannot pull a call to himself, unless the latched source has been silent for two seconds.
/// </summary>
internal sealed class RemoteLatch
{
    private const int PacketsToLatch = 2;
    private const int TicksToRelease = 100;

    private readonly SocketAddress _candidate = new IPEndPoint(IPAddress.Any, 0).Serialize();
    private int _seen;
    private int _silentTicks;

    /// <param name="signalled">As the SDP says.</param>
    public RemoteLatch(IPEndPoint signalled) => Target = signalled.Serialize();

    /// <summary>Where to send.</summary>
    public SocketAddress Target { get; }

    /// <summary>True once packets came from <see cref="Target"/>.</summary>
    public bool IsLatched { get; private set; }

    /// <summary>Counts time.</summary>
    public void Tick() => _silentTicks++;

    /// <summary>Told of each valid packet: false when it is a stranger's and must be dropped.</summary>
    public bool Accept(SocketAddress from)
    {
        if (from.Equals(Target))
        {
            IsLatched = true;
            _silentTicks = 0;
            _seen = 0;
            return true;
        }

        if (IsLatched && _silentTicks < TicksToRelease)
            return false;

        if (_seen == 0 || !from.Equals(_candidate))
        {
            Copy(from, _candidate);
            _seen = 0;
        }

        if (++_seen >= PacketsToLatch)
        {
            Copy(from, Target);
            IsLatched = true;
            _silentTicks = 0;
            _seen = 0;
        }

        return true;
    }

    private static void Copy(SocketAddress from, SocketAddress to)
    {
        if (from.Size > to.Buffer.Length)
            return;
        to.Size = from.Size;
        from.Buffer[..from.Size].CopyTo(to.Buffer);
    }
}
