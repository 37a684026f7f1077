using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Sip.Digest;

namespace Trunkline.Unit.Tests.Telephony.Sip;

public class DigestTests
{
    private static readonly SipCredentials Ours = new("gateway", "s3cr\"et");

    [Fact]
    public void The_examples_of_rfc_7616_come_out_right()
    {
        const string user = "Mufasa", realm = "http-auth@example.org", password = "Circle of Life", nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        Assert.Equal("8ca523f5e9506fed4657c9700eebdbec",
            SipDigest.Response(SipDigestAlgorithm.Md5, user, realm, password, "GET", "/dir/index.html", nonce, "auth", "00000001", cnonce));
        Assert.Equal("753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            SipDigest.Response(SipDigestAlgorithm.Sha256, user, realm, password, "GET", "/dir/index.html", nonce, "auth", "00000001", cnonce));
    }

    [Fact]
    public async Task A_challenge_too_long_to_be_repeated_is_not_answered()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync(Ours);
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 401, "Unauthorized", extra: $"WWW-Authenticate: Digest realm=\"{new string('r', 3_000)}\", nonce=\"n\"");
        await bench.Peer.NextAsync("ACK");
        Assert.Equal(401, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Theory]
    [InlineData(SipDigestAlgorithm.Md5, false)]
    [InlineData(SipDigestAlgorithm.Sha256, false)]
    [InlineData(SipDigestAlgorithm.Md5, true)]
    public async Task Our_caller_satisfies_our_gate_and_later_requests_need_no_second_round(SipDigestAlgorithm algorithm, bool asProxy)
    {
        var network = new WireNetwork();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var asked = 0;
        var gate = new SipDigestGate("test \"line\"", user =>
        {
            asked++;
            return user == "gateway" ? "s3cr\"et" : null;
        }, time, algorithm, asProxy);
        var up = new TaskCompletionSource<SipCall?>();
        var logger = Microsoft.Extensions.Logging.Abstractions.NullLogger<SipEndpoint>.Instance;
        await using var far = new SipEndpoint(new SipEndpointOptions { Local = SipBench.Far, Gate = gate }, network, time, logger,
            new LambdaHandler(async c => up.SetResult(await c.AnswerAsync(SipBench.Audio(6000), new RecordingSession()))));
        await using var near = new SipEndpoint(new SipEndpointOptions { Local = SipBench.Near }, network, time, logger);
        var result = await near.InviteAsync(new SipInvitation
        {
            Destination = SipBench.Far,
            To = "sip:1@far",
            From = "sip:2@near",
            CallId = "x",
            Offer = SipBench.Audio(),
            Session = new RecordingSession(),
            Credentials = Ours,
        }, default).WaitAsync(ScriptedPeer.Hang);
        Assert.NotNull(result.Call);
        Assert.Equal(1, asked);
        var call = await up.Task.WaitAsync(ScriptedPeer.Hang);
        await result.Call.ByeAsync().WaitAsync(ScriptedPeer.Hang);
        Assert.Equal(SipCallEnder.FarEnd, (await call!.Ended.WaitAsync(ScriptedPeer.Hang)).By);
    }

    [Fact]
    public async Task Credentials_that_are_refused_are_not_sent_again()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync(Ours);
        var first = await bench.Peer.NextAsync("INVITE");
        bench.Peer.Respond(first, 401, "Unauthorized", extra: "WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"");
        await bench.Peer.NextAsync("ACK");
        var second = await bench.Peer.NextAsync("INVITE");
        Assert.Equal((first.CallId, first.From.Tag, first.CSeq.Number + 1), (second.CallId, second.From.Tag, second.CSeq.Number));
        Assert.NotEqual(first.TopVia.Branch, second.TopVia.Branch);
        Assert.Null(second.To.Tag);
        Assert.Contains("nc=00000001", second.Headers["Authorization"], StringComparison.Ordinal);
        bench.Peer.Respond(second, 401, "Unauthorized", extra: "WWW-Authenticate: Digest realm=\"r\", nonce=\"n2\", qop=\"auth\"");
        await bench.Peer.NextAsync("ACK");
        Assert.Equal(401, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Fact]
    public async Task A_stale_nonce_is_answered_with_the_new_one_and_a_proxy_and_the_far_end_may_both_ask()
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync(Ours);
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 407, "Proxy", extra: "Proxy-Authenticate: Digest realm=\"p\", nonce=\"n1\"");
        await bench.Peer.NextAsync("ACK");
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 407, "Proxy", extra: "Proxy-Authenticate: Digest realm=\"p\", nonce=\"n2\", stale=TRUE");
        await bench.Peer.NextAsync("ACK");
        var third = await bench.Peer.NextAsync("INVITE");
        Assert.Contains("nonce=\"n2\"", third.Headers["Proxy-Authorization"], StringComparison.Ordinal);
        bench.Peer.Respond(third, 401, "Unauthorized",
            extra: "WWW-Authenticate: Basic realm=\"x\"\nWWW-Authenticate: Digest realm=\"u\", nonce=\"m\", algorithm=MD5\nWWW-Authenticate: Digest realm=\"u\", nonce=\"s\", algorithm=SHA-256, qop=\"auth,auth-int\", opaque=\"o\"");
        await bench.Peer.NextAsync("ACK");
        var fourth = await bench.Peer.NextAsync("INVITE");
        Assert.NotNull(fourth.Headers["Proxy-Authorization"]);
        Assert.Contains("algorithm=SHA-256", fourth.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Contains("opaque=\"o\"", fourth.Headers["Authorization"], StringComparison.Ordinal);
        bench.Peer.Respond(fourth, 200, "OK", sdp: SipBench.Audio(6000));
        Assert.NotNull((await bench.Peer.NextAsync("ACK")).Headers["Authorization"]);
        Assert.NotNull((await inviting.WaitAsync(ScriptedPeer.Hang)).Call);
    }

    [Theory]
    [InlineData("WWW-Authenticate: Basic realm=\"x\"")]
    [InlineData("WWW-Authenticate: Digest realm=\"x\"")]
    [InlineData("WWW-Authenticate: Digest realm=\"x\", nonce=\"1\", algorithm=SHA-512-256")]
    [InlineData("WWW-Authenticate: Digest realm=\"x\", nonce=\"1\", qop=\"auth-int\"")]
    [InlineData("X: y")]
    public async Task A_challenge_that_cannot_be_answered_is_the_end(string header)
    {
        await using var bench = new SipBench();
        var inviting = bench.InviteAsync(Ours);
        bench.Peer.Respond(await bench.Peer.NextAsync("INVITE"), 401, "Unauthorized", extra: header);
        await bench.Peer.NextAsync("ACK");
        Assert.Equal(401, (await inviting.WaitAsync(ScriptedPeer.Hang)).Status);
    }

    [Fact]
    public async Task The_gate_refuses_wrong_passwords_and_calls_old_nonces_stale()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var gate = new SipDigestGate("r", _ => "right", time);
        await using var bench = new SipBench(new LambdaHandler(c =>
        {
            c.Reject(603, "Decline");
            return Task.CompletedTask;
        }), o => o with { Gate = gate });
        var body = System.Text.Encoding.UTF8.GetString(SipBench.Audio(6000).ToBytes());
        async Task<Trunkline.Telephony.Sip.Messages.SipMessage> Try(int cseq, string nonce, string password)
        {
            const string uri = "sip:+12025550100@127.0.0.1:5060";
            var response = SipDigest.Response(SipDigestAlgorithm.Md5, "u", "r", password, "INVITE", uri, nonce, "auth", "00000001", "c");
            bench.Peer.Send(bench.Peer.Request("INVITE", cseq, body: body, callId: $"c{cseq}",
                extra: $"Authorization: Digest username=\"u\", realm=\"r\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\", qop=auth, nc=00000001, cnonce=\"c\"\r\n"));
            await bench.Peer.NextAsync(100);
            return await bench.Peer.NextAsync();
        }
        var challenge = await Try(1, "none", "right");
        Assert.Equal(401, challenge.StatusCode);
        var nonce = DigestParameters.Parse(challenge.Headers["WWW-Authenticate"])!["nonce"]!;
        Assert.Equal(401, (await Try(2, nonce, "wrong")).StatusCode);
        Assert.Equal(603, (await Try(3, nonce, "right")).StatusCode);
        time.Advance(TimeSpan.FromSeconds(61));
        var stale = await Try(4, nonce, "right");
        Assert.Contains("stale=true", stale.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_not_in_what_a_log_would_show() => Assert.Equal("gateway", Ours.ToString());
}
