using System.Buffers.Binary;
using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Telephony.Net;
using Trunkline.Unit.Tests.TestLine;

namespace Trunkline.Unit.Tests.Telephony.Net;

public sealed class PacketCaptureTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pcap");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567));

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task A_datagram_becomes_an_IP_packet_with_right_checksums()
    {
        await using (var capture = new PacketCapture(_path, 1_000_000, _time))
            capture.Add("hello"u8, IPEndPoint.Parse("192.0.2.1:5060"), IPEndPoint.Parse("198.51.100.7:5062"));
        var bytes = await File.ReadAllBytesAsync(_path);
        // Nanoseconds, version 2.4, raw IP.
        Assert.Equal("4D3CB2A1020004000000000000000000FFFF000065000000", Convert.ToHexString(bytes[..24]));
        var packet = Assert.Single(Packets(bytes));
        Assert.Equal(_time.GetUtcNow(), packet.At);
        Assert.Equal((33, 0x45, 17), (packet.Bytes.Length, (int)packet.Bytes[0], (int)packet.Bytes[9]));
        Assert.Equal(["192.0.2.1", "198.51.100.7"], [new IPAddress(packet.Bytes[12..16]).ToString(), new IPAddress(packet.Bytes[16..20]).ToString()]);
        Assert.Equal("13C413C6000D", Convert.ToHexString(packet.Bytes[20..26]));
        Assert.Equal("hello", Encoding.ASCII.GetString(packet.Bytes[28..]));
        // A sum with its own checksum in it is all ones (RFC 1071).
        Assert.Equal(0xFFFF, Sum(packet.Bytes[..20]));
        Assert.Equal(0xFFFF, Sum([.. packet.Bytes[12..20], 0, 17, 0, 13, .. packet.Bytes[20..]]));
    }

    [Fact]
    public async Task IPv6_is_written_as_IPv6()
    {
        await using (var capture = new PacketCapture(_path, 1_000_000, _time))
            capture.Add("hello!"u8, IPEndPoint.Parse("[2001:db8::1]:5060"), IPEndPoint.Parse("[2001:db8::2]:5060"));
        var packet = Assert.Single(Packets(await File.ReadAllBytesAsync(_path)));
        Assert.Equal((54, 0x60, 17), (packet.Bytes.Length, (int)packet.Bytes[0], (int)packet.Bytes[6]));
        Assert.Equal(0xFFFF, Sum([.. packet.Bytes[8..40], 0, 17, 0, 14, .. packet.Bytes[40..]]));
    }

    [Fact]
    public async Task A_file_that_is_full_grows_no_further_and_what_is_left_out_is_counted()
    {
        await using var capture = new PacketCapture(_path, 24 + 2 * (16 + 33), _time);
        for (var i = 0; i < 5; i++)
            capture.Add("hello"u8, IPEndPoint.Parse("192.0.2.1:5060"), IPEndPoint.Parse("198.51.100.7:5062"));
        await capture.DisposeAsync();
        Assert.Equal(2, Packets(await File.ReadAllBytesAsync(_path)).Count());
        Assert.Equal(3, capture.LeftOut);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_told_as_it_is() =>
        Assert.Throws<DirectoryNotFoundException>(() => new PacketCapture("/nowhere/calls.pcap", 1_000_000, _time));

    [Fact]
    public async Task Whole_fax_calls_are_in_it_with_signalling_and_media()
    {
        await using (var capture = new PacketCapture(_path, 50_000_000, TimeProvider.System))
        {
            await using var line = await TestLineRig.StartAsync(new CapturedNetwork(new LoopbackNetwork(), capture));
            Assert.Equal(CallOutcome.Delivered, (await line.SendAsync("+12025550100")).Outcome);
            // One that has no T.38: the other may go over to it before there is any sound.
            Assert.Equal(CallOutcome.Delivered, (await line.SendAsync("+12025550101")).Outcome);
            Assert.Equal(0, capture.LeftOut);
        }
        var datagrams = Packets(await File.ReadAllBytesAsync(_path)).Select(packet => packet.Bytes[28..]).ToList();
        foreach (var start in new[] { "INVITE sip:", "SIP/2.0 200 ", "ACK sip:", "BYE sip:" })
            Assert.Contains(datagrams, datagram => datagram.AsSpan().StartsWith(Encoding.ASCII.GetBytes(start)));
        // UDPTL begins with a number that counts from 0; RTP of version 2 with G.711 mu-law, alone or sent again as 121.
        Assert.Contains(datagrams, datagram => datagram is [0x00, 0x00, ..] && datagram.Length < 172);
        Assert.Contains(datagrams, datagram => datagram is [0x80, 0x00 or 0x80, ..] && datagram.Length == 172 || datagram is [0x80, 121, ..] && datagram.Length > 172);
        Assert.True(datagrams.Count > 200, $"{datagrams.Count}");
    }

    private static IEnumerable<(DateTimeOffset At, byte[] Bytes)> Packets(byte[] file)
    {
        for (var at = 24; at < file.Length;)
        {
            var seconds = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
            var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4));
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 8));
            Assert.Equal(length, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 12)));
            yield return (DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100), file[(at + 16)..(at + 16 + length)]);
            at += 16 + length;
        }
    }

    private static int Sum(byte[] bytes)
    {
        var sum = 0;
        for (var i = 0; i < bytes.Length; i++)
            sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return sum;
    }
}
