using System.Net;

namespace Trunkline.Telephony.Net;

/// <summary>Where datagrams go: the machine's network, or a network in memory for tests and the loopback trunk.</summary>
public interface IDatagramNetwork
{
    /// <summary>Binds; port 0 takes a free one. Throws <see cref="System.Net.Sockets.SocketException"/> when the port is taken.</summary>
    IDatagramSocket Bind(IPEndPoint local);
}

/// <summary>A bound socket. Sending never blocks: a datagram that cannot be queued is lost, as on any network.</summary>
public interface IDatagramSocket : IDisposable
{
    /// <summary>The bound address and port.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Sends one datagram. Allocates nothing.</summary>
    void Send(ReadOnlySpan<byte> datagram, SocketAddress to);

    /// <summary>Takes one waiting datagram without blocking: its length, or -1 when none waits. <paramref name="from"/> is overwritten. Allocates nothing.</summary>
    int TryReceive(Span<byte> buffer, SocketAddress from);

    /// <summary>Completes when a datagram waits (for signalling; media polls with its clock).</summary>
    ValueTask WaitAsync(CancellationToken cancellationToken);
}
