using System.Net;
using System.Net.Sockets;

namespace Trunkline.SystemTests.Running;

/// <summary>Loopback ports that nobody listens on just now.</summary>
internal static class FreePorts
{
    public static string Tcp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        return Bind(socket);
    }

    /// <summary>For SIP, which speaks TCP on the port of UDP.</summary>
    public static string Udp()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            var bound = Bind(socket);
            try
            {
                using var stream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                stream.Bind(socket.LocalEndPoint!);
                return bound;
            }
            catch (SocketException)
            {
                continue;
            }
        }
    }

    private static string Bind(Socket socket)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket.LocalEndPoint!.ToString()!;
    }
}
