using System.Net;
using System.Net.Sockets;

namespace Trunkline.Mail.Smtp;

/// <summary>Counts connections, in all and by address. An IPv6 client owns its /64, so that is what is counted.</summary>
internal sealed class SmtpAdmission(int maxConnections, int maxConnectionsPerAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _connections;

    /// <summary>Null when the client may stay (and must <see cref="Leave"/>), else what it is told.</summary>
    public SmtpReply? TryEnter(IPAddress address)
    {
        var key = Network(address);
        lock (_gate)
        {
            if (_connections >= maxConnections)
                return new SmtpReply(421, "4.3.2", "All connections are in use, please try again later");
            var count = _byAddress.GetValueOrDefault(key);
            if (count >= maxConnectionsPerAddress)
                return new SmtpReply(421, "4.7.0", "Too many connections from your address, please close some or try again later");
            _byAddress[key] = count + 1;
            _connections++;
            return null;
        }
    }

    public void Leave(IPAddress address)
    {
        var key = Network(address);
        lock (_gate)
        {
            _connections--;
            if (_byAddress[key] == 1)
                _byAddress.Remove(key);
            else
                _byAddress[key]--;
        }
    }

    private static IPAddress Network(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
