using System.Net;
using System.Runtime.InteropServices;

namespace Trunkline.Telephony.Net;

/// <summary>
/// recvfrom and sendto of Linux on a bound socket. <see cref="System.Net.Sockets.Socket"/> answers "nothing waits" by an exception, so that it must be
/// asked before, which are two system calls where one does, and it makes what it needs anew for each datagram: together half of what a leg of T.38 costs.
/// </summary>
internal static unsafe partial class LinuxDatagrams
{
    private const string LibC = "libc";
    private const int WholeLength = 0x20;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int Interrupted = 4;
    private const int ConnectionReset = 104;
    private const int ConnectionRefused = 111;

    /// <summary>Errors of earlier sendings, each reported once, and datagrams too long that one call passes over: a flood of them must not hold the caller.</summary>
    private const int MaxPassedOver = 16;

    /// <summary>True where this works.</summary>
    public static bool ArePossible => OperatingSystem.IsLinux();

    /// <summary>Takes one datagram without waiting: its length, or -1 when none waits. What is longer than the buffer is dropped.</summary>
    public static int TryReceive(nint socket, Span<byte> buffer, SocketAddress from)
    {
        var address = from.Buffer.Span;
        fixed (byte* bytes = buffer, sender = address)
        {
            for (var passedOver = 0; passedOver < MaxPassedOver; passedOver++)
            {
                var addressLength = address.Length;
                var length = (int)recvfrom(socket, bytes, buffer.Length, DontWait | WholeLength, sender, &addressLength);
                if (length > buffer.Length)
                    continue;
                if (length >= 0)
                {
                    from.Size = Math.Min(addressLength, address.Length);
                    return length;
                }
                // A port that refused something sent earlier says nothing about what waits.
                if (Marshal.GetLastSystemError() is not (Interrupted or ConnectionReset or ConnectionRefused))
                    return -1;
            }
        }
        return -1;
    }

    /// <summary>Sends one datagram without waiting; one that cannot be sent is lost, as on any network.</summary>
    public static void Send(nint socket, ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        fixed (byte* bytes = datagram, target = to.Buffer.Span)
        {
            for (var passedOver = 0; passedOver < MaxPassedOver; passedOver++)
            {
                if (sendto(socket, bytes, datagram.Length, DontWait | NoSignal, target, to.Size) >= 0)
                    return;
                // The refusal is of an earlier one, and this one has not left yet.
                if (Marshal.GetLastSystemError() is not (Interrupted or ConnectionRefused))
                    return;
            }
        }
    }

    [LibraryImport(LibC)]
    private static partial nint recvfrom(nint socket, byte* buffer, nint length, int flags, byte* address, int* addressLength);

    [LibraryImport(LibC)]
    private static partial nint sendto(nint socket, byte* buffer, nint length, int flags, byte* address, int addressLength);
}
