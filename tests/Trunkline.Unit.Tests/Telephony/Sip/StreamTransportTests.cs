using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>Endpoints with TCP and TLS on this machine's loopback.</summary>
public sealed class StreamTransportTests : IDisposable
{
    private readonly X509Certificate2 _certificate = MakeCertificate("carrier.example");

    public void Dispose() => _certificate.Dispose();

    private static X509Certificate2 MakeCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    private SipStreamOptions Streams() => new()
    {
        TlsLocal = new IPEndPoint(IPAddress.Loopback, 0),
        Certificate = SslStreamCertificateContext.Create(_certificate, null, offline: true),
        Authorities = [_certificate],
    };

    private static SipEndpoint Open(SipStreamOptions? streams, ISipCallHandler? handler = null, TimeProvider? time = null) => new(
        new SipEndpointOptions { Local = new IPEndPoint(IPAddress.Loopback, 0), Streams = streams }, new UdpNetwork(), time ?? TimeProvider.System,
        NullLogger<SipEndpoint>.Instance, handler);

    private static Task<SipInviteResult> CallAsync(SipEndpoint from, SipPeer to, string longer = "") => from.InviteAsync(
        new SipInvitation
        {
            Destination = to,
            To = "sip:+12025550100@carrier.example",
            From = $"sip:+12025550190{longer}@carrier.example",
            CallId = "c1",
            Offer = SipBench.Audio(),
            Session = new RecordingSession(),
        },
        CancellationToken.None).WaitAsync(ScriptedPeer.Hang);

    private static SipPeer At(SipEndpoint far, SipTransport transport) => transport switch
    {
        SipTransport.Udp => far.LocalEndPoint,
        SipTransport.Tcp => new SipPeer(SipTransport.Tcp, far.LocalEndPoint),
        SipTransport.Tls => new SipPeer(SipTransport.Tls, far.TlsEndPoint!, "carrier.example"),
    };

    private sealed class Taking : ISipCallHandler
    {
        public TaskCompletionSource<SipCall> Up { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<SipIncomingCall> Came { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task OnInviteAsync(SipIncomingCall call)
        {
            Came.TrySetResult(call);
            if (await call.AnswerAsync(SipBench.Audio(), new RecordingSession()) is { } up)
            {
                Up.TrySetResult(up);
                await up.Ended;
            }
        }
    }

    [Theory]
    [InlineData(SipTransport.Tcp)]
    [InlineData(SipTransport.Tls)]
    public async Task A_call_goes_by_one_connection_from_its_first_message_to_its_last(SipTransport transport)
    {
        var taking = new Taking();
        await using var far = Open(Streams(), taking);
        await using var near = Open(Streams());
        var result = await CallAsync(near, At(far, transport));
        Assert.NotNull(result.Call);
        var up = await taking.Up.Task.WaitAsync(ScriptedPeer.Hang);
        Assert.Contains($"transport={transport.Name().ToLowerInvariant()}", (await taking.Came.Task).Invite.Headers["Contact"], StringComparison.Ordinal);

        // Both ends ask within the call, and one hangs up.
        Assert.Equal(200, (await result.Call.ReinviteAsync(SipBench.Audio(), CancellationToken.None).WaitAsync(ScriptedPeer.Hang)).Status);
        Assert.Equal(200, (await up.ReinviteAsync(SipBench.Audio(), CancellationToken.None).WaitAsync(ScriptedPeer.Hang)).Status);
        await up.ByeAsync().WaitAsync(ScriptedPeer.Hang);
        Assert.Equal(SipCallEnder.FarEnd, (await result.Call.Ended.WaitAsync(ScriptedPeer.Hang)).By);
        Assert.Equal((1, 1), (near.ConnectionCount, far.ConnectionCount));
    }

    [Theory]
    [InlineData(SipTransport.Tcp)]
    [InlineData(SipTransport.Tls)]
    public async Task A_capture_has_what_went_by_a_stream_deciphered(SipTransport transport)
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var capture = new PacketCapture(path, 1_000_000, TimeProvider.System))
            {
                await using var far = Open(Streams(), new Taking());
                await using var near = Open(Streams() with { Capture = capture });
                var result = await CallAsync(near, At(far, transport));
                await result.Call!.ByeAsync().WaitAsync(ScriptedPeer.Hang);
            }
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path));
            foreach (var line in new[] { "INVITE sip:+12025550100@", "SIP/2.0 200 OK", "ACK sip:", "BYE sip:" })
                Assert.Contains(line, text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task An_answer_whose_connection_is_gone_goes_by_a_new_one_to_the_port_of_the_Via()
    {
        var came = new TaskCompletionSource<SipIncomingCall>(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var far = Open(Streams(), new LambdaHandler(async call =>
        {
            came.TrySetResult(call);
            await answer.Task;
            call.Reject(486, "Busy Here");
        }));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(far.LocalEndPoint);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"INVITE sip:+12025550100@{far.LocalEndPoint} SIP/2.0\r\nVia: SIP/2.0/TCP {listener.LocalEndpoint};branch=z9hG4bKgone\r\nMax-Forwards: 70\r\n"
                + "From: <sip:far@far>;tag=far\r\nTo: <sip:+12025550100@near>\r\nCall-ID: gone\r\nCSeq: 1 INVITE\r\nContact: <sip:far@127.0.0.1:5999>\r\nContent-Length: 0\r\n\r\n"));
            await came.Task.WaitAsync(ScriptedPeer.Hang);
        }
        await Patience.UntilAsync(() => far.ConnectionCount == 0);
        answer.SetResult();
        using var again = await listener.AcceptTcpClientAsync().WaitAsync(ScriptedPeer.Hang);
        using var reader = new StreamReader(again.GetStream());
        Assert.Equal("SIP/2.0 486 Busy Here", await reader.ReadLineAsync().WaitAsync(ScriptedPeer.Hang));
    }

    [Fact]
    public async Task A_certificate_for_another_name_or_from_nobody_we_know_is_no_connection()
    {
        await using var far = Open(Streams(), new Taking());
        await using var near = Open(Streams());
        Assert.Equal((0, false), await StatusAsync(near, At(far, SipTransport.Tls) with { HostName = "other.example" }));
        await using var trusting = Open(Streams() with { Authorities = [] });
        Assert.Equal((0, false), await StatusAsync(trusting, At(far, SipTransport.Tls)));

        static async Task<(int, bool)> StatusAsync(SipEndpoint from, SipPeer to)
        {
            var result = await CallAsync(from, to);
            return (result.Status, result.Heard);
        }
    }

    [Fact]
    public async Task A_place_where_nobody_listens_is_known_at_once()
    {
        // The clock stands still: nothing but the refused connection can end this.
        await using var near = Open(Streams(), time: new WatchedTime());
        var result = await CallAsync(near, new SipPeer(SipTransport.Tcp, ClosedPort()));
        Assert.Equal((0, false), (result.Status, result.Heard));
    }

    [Fact]
    public async Task A_request_too_long_for_UDP_goes_by_TCP()
    {
        var taking = new Taking();
        await using var far = Open(Streams(), taking);
        await using var near = Open(Streams());
        var result = await CallAsync(near, At(far, SipTransport.Udp), new string('0', 1_200));
        Assert.NotNull(result.Call);
        Assert.Equal("TCP", (await taking.Came.Task).Invite.TopVia.Transport);
        await result.Call.ByeAsync().WaitAsync(ScriptedPeer.Hang);
    }

    [Fact]
    public async Task A_request_too_long_for_UDP_goes_by_UDP_all_the_same_where_there_is_no_TCP()
    {
        var taking = new Taking();
        await using var far = Open(null, taking);
        await using var near = Open(Streams());
        var result = await CallAsync(near, At(far, SipTransport.Udp), new string('0', 1_200));
        Assert.NotNull(result.Call);
        Assert.Equal("UDP", (await taking.Came.Task).Invite.TopVia.Transport);
        await result.Call.ByeAsync().WaitAsync(ScriptedPeer.Hang);
        Assert.Equal(0, near.ConnectionCount);
    }

    [Fact]
    public async Task A_message_that_does_not_end_closes_its_connection()
    {
        var time = new WatchedTime();
        await using var far = Open(Streams(), time: time);
        using var client = new TcpClient();
        await client.ConnectAsync(far.LocalEndPoint);
        await client.GetStream().WriteAsync("OPTIONS sip:a SIP/2.0\r\nVia: "u8.ToArray());
        await time.TimerSetAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30)).WaitAsync(ScriptedPeer.Hang);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[10]).AsTask().WaitAsync(ScriptedPeer.Hang));
    }

    [Fact]
    public async Task A_ping_is_answered_and_one_address_has_no_more_than_its_connections()
    {
        await using var far = Open(Streams() with { MaxConnectionsPerAddress = 1 });
        using var first = new TcpClient();
        await first.ConnectAsync(far.LocalEndPoint);
        await first.GetStream().WriteAsync("\r\n\r\n"u8.ToArray());
        var pong = new byte[2];
        await first.GetStream().ReadExactlyAsync(pong).AsTask().WaitAsync(ScriptedPeer.Hang);
        Assert.Equal("\r\n", Encoding.ASCII.GetString(pong));

        using var second = new TcpClient();
        await second.ConnectAsync(far.LocalEndPoint);
        Assert.Equal(0, await second.GetStream().ReadAsync(new byte[10]).AsTask().WaitAsync(ScriptedPeer.Hang));
    }

    private static IPEndPoint ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
