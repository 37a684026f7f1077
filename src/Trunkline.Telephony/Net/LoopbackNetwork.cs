using System.Net;
using System.Net.Sockets;

namespace Trunkline.Telephony.Net;

/// <summary>
/// A network in memory: what is sent is there at once, in order and unharmed. Wrap it in <see cref="ImpairedNetwork"/> for the
/// opposite.
/// </summary>
public sealed class LoopbackNetwork : IDatagramNetwork
{
    private const int FirstEphemeralPort = 49152;

    private readonly Dictionary<SocketAddress, LoopbackSocket> _sockets = [];
    private readonly Lock _lock = new();
    private int _nextPort = FirstEphemeralPort;

    /// <inheritdoc/>
    public IDatagramSocket Bind(IPEndPoint local)
    {
        lock (_lock)
        {
            var endPoint = local.Port == 0 ? FreeEndPoint(local.Address) : local;
            var socket = new LoopbackSocket(this, endPoint);
            if (!_sockets.TryAdd(endPoint.Serialize(), socket))
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            return socket;
        }
    }

    internal LoopbackSocket? Find(SocketAddress address)
    {
        lock (_lock)
            return _sockets.GetValueOrDefault(address);
    }

    internal void Remove(LoopbackSocket socket)
    {
        lock (_lock)
            _sockets.Remove(socket.LocalEndPoint.Serialize());
    }

    private IPEndPoint FreeEndPoint(IPAddress address)
    {
        for (var tries = 0; tries <= ushort.MaxValue - FirstEphemeralPort; tries++)
        {
            var endPoint = new IPEndPoint(address, _nextPort);
            _nextPort = _nextPort == ushort.MaxValue ? FirstEphemeralPort : _nextPort + 1;
            if (!_sockets.ContainsKey(endPoint.Serialize()))
                return endPoint;
        }

        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }
}
