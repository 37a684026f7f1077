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

    public static string Udp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return Bind(socket);
    }

    private static string Bind(Socket socket)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket.LocalEndPoint!.ToString()!;
    }
}
