using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Trunkline.Telephony.Net;

/// <summary>
/// Writes datagrams into a capture file that Wireshark reads: classic pcap, link type "raw IP", nanoseconds, each datagram as the IP packet that it
/// travelled in. What media threads hand over is written by another thread; while that is behind, datagrams are left out and counted.
/// </summary>
/// <remarks>https://datatracker.ietf.org/doc/html/draft-ietf-opsawg-pcap</remarks>
public sealed class PacketCapture : IAsyncDisposable
{
    private const uint Magic = 0xA1B23C4D;
    private const int RawIp = 101;
    private const int MaxPacket = 65_535;
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int Ip4Header = 20;
    private const int Ip6Header = 40;
    private const int UdpHeader = 8;
    private const byte Udp = 17;
    private const byte HopLimit = 64;

    /// <summary>A second of some hundred calls.</summary>
    private const int MaxWaiting = 20_000;

    private readonly Channel<byte[]> _waiting = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private readonly FileStream _file;
    private readonly long _maxBytes;
    private readonly TimeProvider _time;
    private readonly Task _writing;
    private long _bytes = FileHeader;
    private long _leftOut;

    /// <summary>Begins a new file; throws <see cref="IOException"/> when it cannot be made.</summary>
    /// <param name="path">Replaced when it is there.</param>
    /// <param name="maxBytes">The file grows no further; what comes then is left out.</param>
    public PacketCapture(string path, long maxBytes, TimeProvider time)
    {
        (_maxBytes, _time) = (maxBytes, time);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        // Faxes lie in it.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(path, options);
        _file.Write(Header());
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Datagrams that are not in the file.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>One datagram; from any thread, never waits.</summary>
    public void Add(ReadOnlySpan<byte> datagram, IPEndPoint from, IPEndPoint to)
    {
        var record = Record(datagram, from, to, _time.GetUtcNow());
        if (Interlocked.Add(ref _bytes, record.Length) > _maxBytes)
        {
            Interlocked.Add(ref _bytes, -record.Length);
            Interlocked.Increment(ref _leftOut);
        }
        else if (_waiting.Reader.CanCount && _waiting.Reader.Count >= MaxWaiting || !_waiting.Writer.TryWrite(record))
        {
            Interlocked.Increment(ref _leftOut);
        }
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        try
        {
            // Without a buffer of our own: who looks at the file while it grows sees whole packets.
            await foreach (var record in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
                await _file.WriteAsync(record).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The disk is full: calls are worth more than their capture. What comes from here on is counted as left out.
            _waiting.Writer.TryComplete();
        }
    }

    private static byte[] Header()
    {
        var header = new byte[FileHeader];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), MaxPacket);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), RawIp);
        return header;
    }

    private static byte[] Record(ReadOnlySpan<byte> datagram, IPEndPoint from, IPEndPoint to, DateTimeOffset at)
    {
        var isIp6 = from.AddressFamily == AddressFamily.InterNetworkV6 || to.AddressFamily == AddressFamily.InterNetworkV6;
        var ipHeader = isIp6 ? Ip6Header : Ip4Header;
        var length = Math.Min(datagram.Length, MaxPacket - ipHeader - UdpHeader);
        var record = new byte[RecordHeader + ipHeader + UdpHeader + length];
        var since = at - DateTimeOffset.UnixEpoch;
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(since.Ticks / TimeSpan.TicksPerSecond));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), (uint)(since.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), record.Length - RecordHeader);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), record.Length - RecordHeader);
        var packet = record.AsSpan(RecordHeader);
        if (isIp6)
            WriteIp6(packet, from.Address.MapToIPv6(), to.Address.MapToIPv6());
        else
            WriteIp4(packet, from.Address, to.Address);
        var udp = packet[ipHeader..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        datagram[..length].CopyTo(udp[UdpHeader..]);
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], UdpChecksum(packet, ipHeader, isIp6));
        return record;
    }

    private static void WriteIp4(Span<byte> packet, IPAddress from, IPAddress to)
    {
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[8] = HopLimit;
        packet[9] = Udp;
        _ = from.TryWriteBytes(packet[12..], out _);
        _ = to.TryWriteBytes(packet[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Folded(Sum(packet[..Ip4Header])));
    }

    private static void WriteIp6(Span<byte> packet, IPAddress from, IPAddress to)
    {
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - Ip6Header));
        packet[6] = Udp;
        packet[7] = HopLimit;
        _ = from.TryWriteBytes(packet[8..], out _);
        _ = to.TryWriteBytes(packet[24..], out _);
    }

    /// <summary>RFC 768, over the addresses, the protocol, the length and the datagram.</summary>
    private static ushort UdpChecksum(ReadOnlySpan<byte> packet, int ipHeader, bool isIp6)
    {
        var addresses = isIp6 ? packet.Slice(8, 32) : packet.Slice(12, 8);
        var udp = packet[ipHeader..];
        var checksum = Folded(Sum(addresses) + Udp + (uint)udp.Length + Sum(udp));
        return checksum == 0 ? ushort.MaxValue : checksum;
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (; bytes.Length > 1; bytes = bytes[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        return bytes.Length == 1 ? sum + ((uint)bytes[0] << 8) : sum;
    }

    private static ushort Folded(uint sum)
    {
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
