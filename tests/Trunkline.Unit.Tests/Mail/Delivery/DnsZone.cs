using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DnsClient;

namespace Trunkline.Unit.Tests.Mail.Delivery;

/// <summary>A name server on loopback with a few names (RFC 1035); a name that it does not know does not exist.</summary>
internal sealed class DnsZone : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Dictionary<string, List<(QueryType Type, byte[] Data)>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _failing = new(StringComparer.OrdinalIgnoreCase);
    private readonly Task _answering;
    private int _questions;

    public DnsZone() => _answering = AnswerAsync();

    /// <summary>Answer SERVFAIL to everything.</summary>
    public bool Fails { get; set; }

    /// <summary>How many questions came.</summary>
    public int Questions => _questions;

    public LookupClient Client => new(new LookupClientOptions((IPEndPoint)_socket.Client.LocalEndPoint!)
    {
        UseCache = false, Retries = 0, ThrowDnsErrors = false, Timeout = TimeSpan.FromSeconds(20), UseTcpFallback = false,
    });

    public DnsZone Mx(string domain, ushort preference, string host)
    {
        var data = new byte[2 + Name(host).Length];
        BinaryPrimitives.WriteUInt16BigEndian(data, preference);
        Name(host).CopyTo(data, 2);
        return Add(domain, QueryType.MX, data);
    }

    public DnsZone Srv(string name, ushort priority, ushort weight, ushort port, string target)
    {
        var data = new byte[6 + Name(target).Length];
        BinaryPrimitives.WriteUInt16BigEndian(data, priority);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), weight);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), port);
        Name(target).CopyTo(data, 6);
        return Add(name, QueryType.SRV, data);
    }

    /// <summary>A text, in strings of at most 255 bytes.</summary>
    public DnsZone Txt(string name, string text) => Add(name, QueryType.TXT,
        [.. Encoding.ASCII.GetBytes(text).Chunk(255).SelectMany(part => (byte[])[(byte)part.Length, .. part])]);

    public DnsZone Aaaa(string host, string address) => Add(host, QueryType.AAAA, IPAddress.Parse(address).GetAddressBytes());

    public DnsZone Ptr(string address, string host) => Add(IPAddress.Parse(address).GetArpaName().TrimEnd('.'), QueryType.PTR, Name(host));

    /// <summary>Answer SERVFAIL to questions about this name and all below it.</summary>
    public DnsZone Failing(string name)
    {
        _failing.Add(name);
        return this;
    }

    public DnsZone A(string host, string address) => Add(host, QueryType.A, IPAddress.Parse(address).GetAddressBytes());

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _answering;
    }

    private DnsZone Add(string name, QueryType type, byte[] data)
    {
        if (!_names.TryGetValue(name, out var records))
            _names[name] = records = [];
        records.Add((type, data));
        return this;
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            try
            {
                var query = await _socket.ReceiveAsync();
                await _socket.SendAsync(Answer(query.Buffer), query.RemoteEndPoint);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private byte[] Answer(byte[] query)
    {
        var end = 12;
        var labels = new List<string>();
        while (query[end] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query, end + 1, query[end]));
            end += query[end] + 1;
        }
        end += 5;
        var type = (QueryType)BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end - 4));
        Interlocked.Increment(ref _questions);
        var name = string.Join('.', labels);
        var fails = Fails || _failing.Any(f => name.Equals(f, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + f, StringComparison.OrdinalIgnoreCase));
        var known = _names.TryGetValue(name, out var records);
        var answers = fails || !known ? [] : records!.Where(record => record.Type == type).ToList();
        var reply = new List<byte>();
        reply.AddRange(query.AsSpan(0, 2));
        reply.AddRange([0x84, (byte)(fails ? 2 : known ? 0 : 3), 0, 1, 0, (byte)answers.Count, 0, 0, 0, 0]);
        reply.AddRange(query.AsSpan(12, end - 12));
        foreach (var (_, data) in answers)
            reply.AddRange([0xc0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data]);
        return [.. reply];
    }

    private static byte[] Name(string name) =>
        name == "." ? [0] : [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
