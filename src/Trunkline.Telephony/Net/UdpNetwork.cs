using System.Net;
using System.Net.Sockets;

namespace Trunkline.Telephony.Net;

/// <summary>The machine's own network, through <see cref="System.Net.Sockets"/>.</summary>
public sealed class UdpNetwork : IDatagramNetwork
{
    /// <summary>Room in the kernel for a burst while the receiving thread is busy: about 400 small packets.</summary>
    private const int SocketBufferBytes = 1 << 20;

    private readonly bool _isDirect;

    /// <summary>The machine's own network.</summary>
    public UdpNetwork()
        : this(LinuxDatagrams.ArePossible)
    {
    }

    /// <param name="isDirect">Media by <see cref="LinuxDatagrams"/>; otherwise by the runtime's sockets, as on any other system.</param>
    internal UdpNetwork(bool isDirect) => _isDirect = isDirect;

    /// <inheritdoc />
    public IDatagramSocket Bind(IPEndPoint local) => new UdpSocket(local, _isDirect);

    private sealed class UdpSocket : IDatagramSocket
    {
        private readonly Socket _socket;
        private readonly bool _isDirect;

        public UdpSocket(IPEndPoint local, bool isDirect)
        {
            _isDirect = isDirect;
            _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                _socket.Bind(local);
                _socket.Blocking = false;
                _socket.ReceiveBufferSize = SocketBufferBytes;
                _socket.SendBufferSize = SocketBufferBytes;
                LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
            }
            catch (SocketException)
            {
                _socket.Dispose();
                throw;
            }
        }

        public IPEndPoint LocalEndPoint { get; }

        public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
        {
            if (_isDirect)
                SendDirectly(datagram, to);
            else
                SendByRuntime(datagram, to);
        }

        public int TryReceive(Span<byte> buffer, SocketAddress from) => _isDirect ? ReceiveDirectly(buffer, from) : ReceiveByRuntime(buffer, from);

        public async ValueTask WaitAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                try
                {
                    // A receive of no bytes completes when a datagram waits, and leaves it there.
                    await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek, cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
                {
                    return;
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
                {
                    continue;
                }
            }
        }

        public void Dispose() => _socket.Dispose();

        private void SendDirectly(ReadOnlySpan<byte> datagram, SocketAddress to)
        {
            var isHeld = false;
            try
            {
                // Held, so that a number that is closed meanwhile by another thread is not given to another file.
                _socket.SafeHandle.DangerousAddRef(ref isHeld);
                LinuxDatagrams.Send(_socket.SafeHandle.DangerousGetHandle(), datagram, to);
            }
            catch (ObjectDisposedException)
            {
                // Lost, as whatever is sent from a socket that is gone.
            }
            finally
            {
                if (isHeld)
                    _socket.SafeHandle.DangerousRelease();
            }
        }

        private int ReceiveDirectly(Span<byte> buffer, SocketAddress from)
        {
            var isHeld = false;
            try
            {
                _socket.SafeHandle.DangerousAddRef(ref isHeld);
                return LinuxDatagrams.TryReceive(_socket.SafeHandle.DangerousGetHandle(), buffer, from);
            }
            finally
            {
                if (isHeld)
                    _socket.SafeHandle.DangerousRelease();
            }
        }

        private void SendByRuntime(ReadOnlySpan<byte> datagram, SocketAddress to)
        {
            try
            {
                _socket.SendTo(datagram, SocketFlags.None, to);
            }
            catch (SocketException)
            {
                // A full queue, an unreachable network, a refused port from an earlier send: to UDP all of these are a lost datagram,
                // and whoever sent it has a timer for that.
            }
        }

        private int ReceiveByRuntime(Span<byte> buffer, SocketAddress from)
        {
            // An ICMP "port unreachable" for something sent earlier is reported here, once each; it says nothing about what waits.
            // Bounded, so that a flood of them cannot hold the caller.
            for (var refused = 0; refused < 16; refused++)
            {
                try
                {
                    return _socket.Available == 0 && !_socket.Poll(0, SelectMode.SelectRead)
                        ? -1
                        : _socket.ReceiveFrom(buffer, SocketFlags.None, from);
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
                {
                    continue;
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.MessageSize)
                {
                    return -1;
                }
            }
            return -1;
        }
    }
}
