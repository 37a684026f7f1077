using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;
using Trunkline.Unit.Tests.Mail.Delivery;
using Trunkline.Unit.Tests.Telephony.Calls;
using Trunkline.Unit.Tests.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Trunks;

/// <summary>Trunks with several hosts, several trunks of a resource, and registrations.</summary>
public sealed class SeveralPlacesTests : IAsyncDisposable
{
    private static readonly IPEndPoint Other = new(IPAddress.Loopback, 5998);

    private readonly SipBench _bench = new();
    private readonly FakeMediaEngine _media = new();
    private readonly ScriptedPeer _other;
    private readonly HashSet<string> _seen = [];
    private readonly SipTrunkOptions _options = new() { Name = "carrier", Host = "127.0.0.1:5999, 127.0.0.1:5998", KeepAlive = TimeSpan.Zero };

    public SeveralPlacesTests() => _other = new ScriptedPeer(_bench.Network, Other, SipBench.Near);

    public async ValueTask DisposeAsync()
    {
        _other.Dispose();
        await _bench.DisposeAsync();
    }

    private SipTrunk Trunk(SipTrunkOptions options) =>
        new(options, _bench.Endpoint, _media, _bench.Time, NullLogger<SipTrunk>.Instance);

    private static FaxCall Call(string id)
    {
        Assert.True(PhoneNumber.TryParse("+12025550100", "US", out var number));
        return new FaxCall { CallId = id, To = number, LocalIdent = "", HeaderLine = "", TiffPath = "/nowhere.tif", Pages = 1 };
    }

    [Fact]
    public async Task A_host_that_was_silent_twice_is_left_out_for_a_while()
    {
        await using var trunk = Trunk(_options);
        for (var i = 1; i <= 2; i++)
        {
            var calling = trunk.SendFaxAsync(Call($"m{i}"), new RecordingObserver(), default);
            await _bench.Peer.NextAsync("INVITE");
            _bench.Time.Advance(TimeSpan.FromSeconds(6));
            _other.Respond(await _other.NextAsync("INVITE"), 486, "Busy Here");
            await _other.NextAsync("ACK");
            Assert.Equal(CallOutcome.Busy, (await calling.WaitAsync(ScriptedPeer.Hang)).Outcome);
            await _bench.Peer.SettleAsync();
        }
        var third = trunk.SendFaxAsync(Call("m3"), new RecordingObserver(), default);
        _other.Respond(await _other.NextAsync("INVITE"), 486, "Busy Here");
        Assert.Equal(CallOutcome.Busy, (await third.WaitAsync(ScriptedPeer.Hang)).Outcome);
        Assert.DoesNotContain(await _bench.Peer.SettleAsync(), m => m.CallId.StartsWith("m3", StringComparison.Ordinal));

        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        _ = trunk.SendFaxAsync(Call("m4"), new RecordingObserver(), default);
        while (!(await _bench.Peer.NextAsync("INVITE")).CallId.StartsWith("m4", StringComparison.Ordinal))
        {
        }
    }

    [Fact]
    public async Task A_host_that_wants_no_calls_for_a_while_gets_none()
    {
        await using var trunk = Trunk(_options);
        var first = trunk.SendFaxAsync(Call("m1"), new RecordingObserver(), default);
        _bench.Peer.Respond(await _bench.Peer.NextAsync("INVITE"), 503, "Service Unavailable", extra: "Retry-After: 60 (busy)");
        await _bench.Peer.NextAsync("ACK");
        _other.Respond(await _other.NextAsync("INVITE"), 486, "Busy Here");
        await _other.NextAsync("ACK");
        Assert.Equal(CallOutcome.Busy, (await first.WaitAsync(ScriptedPeer.Hang)).Outcome);

        var second = trunk.SendFaxAsync(Call("m2"), new RecordingObserver(), default);
        _other.Respond(await _other.NextAsync("INVITE"), 503, "Service Unavailable", extra: "Retry-After: 30");
        await _other.NextAsync("ACK");
        Assert.Equal((CallOutcome.Congestion, true), Of(await second.WaitAsync(ScriptedPeer.Hang)));
        Assert.True(trunk is { IsUp: true, IsResting: true });
        Assert.Equal((CallOutcome.Congestion, false), Of(await trunk.SendFaxAsync(Call("m3"), new RecordingObserver(), default).WaitAsync(ScriptedPeer.Hang)));
        Assert.Empty(await _bench.Peer.SettleAsync());

        _bench.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(trunk.IsResting);
        _ = trunk.SendFaxAsync(Call("m4"), new RecordingObserver(), default);
        await _bench.Peer.NextAsync("INVITE");

        static (CallOutcome, bool) Of(FaxCallResult result) => (result.Outcome, result.CallPlaced);
    }

    [Fact]
    public async Task A_carrier_that_rests_is_passed_over_for_another()
    {
        await using var group = new TrunkGroup(
            [Trunk(_options with { Name = "one", Host = "127.0.0.1:5999" }), Trunk(_options with { Name = "two", Host = "127.0.0.1:5998" })]);
        var first = group.SendFaxAsync(Call("m1"), new RecordingObserver(), default);
        _bench.Peer.Respond(await _bench.Peer.NextAsync("INVITE"), 503, "Service Unavailable", extra: "Retry-After: 60");
        Assert.Equal(CallOutcome.Congestion, (await first.WaitAsync(ScriptedPeer.Hang)).Outcome);
        _ = group.SendFaxAsync(Call("m2"), new RecordingObserver(), default);
        await _other.NextAsync("INVITE");
    }

    [Theory]
    [InlineData("18", 18)]
    [InlineData(" 120;duration=60", 120)]
    [InlineData("99999999999999 (for ever)", 300)]
    [InlineData("3600", 300)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData("-5", null)]
    public void Retry_After_is_read_and_bounded(string text, int? seconds)
    {
        var response = Trunkline.Telephony.Sip.Messages.SipMessage.Response(503, "Service Unavailable", "INVITE");
        response.Headers.Add("Retry-After", text);
        Assert.Equal(seconds, (int?)SipRetryAfter.Read(response, TimeSpan.FromMinutes(5))?.TotalSeconds);
    }

    [Fact]
    public async Task A_host_that_answers_no_OPTIONS_is_left_out_until_it_does()
    {
        await using var trunk = Trunk(_options with { KeepAlive = TimeSpan.FromSeconds(25) });
        for (var i = 0; i < 2; i++)
        {
            await NextOptionsAsync();
            _other.Respond(await _other.NextAsync("OPTIONS"), 200, "OK");
            Assert.Empty(await _other.SettleAsync());
            _bench.Time.Advance(TimeSpan.FromSeconds(8));
            await _bench.Time.TimerSetAsync(TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(25)).WaitAsync(ScriptedPeer.Hang);
            await _bench.Peer.SettleAsync();
            if (i == 0)
                _bench.Time.Advance(TimeSpan.FromSeconds(25));
        }
        Assert.True(trunk.IsUp);
        var calling = trunk.SendFaxAsync(Call("m1"), new RecordingObserver(), default);
        _other.Respond(await _other.NextAsync("INVITE"), 486, "Busy Here");
        await _other.NextAsync("ACK");
        await calling.WaitAsync(ScriptedPeer.Hang);
        Assert.DoesNotContain(await _bench.Peer.SettleAsync(), m => m.Method == "INVITE");

        _bench.Time.Advance(TimeSpan.FromSeconds(25));
        _bench.Peer.Respond(await NextOptionsAsync(), 404, "Not Found");
        await _bench.Peer.SettleAsync();
        _ = trunk.SendFaxAsync(Call("m2"), new RecordingObserver(), default);
        await _bench.Peer.NextAsync("INVITE");
    }

    [Fact]
    public async Task A_call_goes_to_the_next_carrier_when_the_first_does_not_answer_at_all()
    {
        await using var group = new TrunkGroup(
        [
            Trunk(_options with { Name = "one", Host = "127.0.0.1:5999", MaxChannels = 1 }),
            Trunk(_options with { Name = "two", Host = "127.0.0.1:5998", MaxChannels = 2 }),
        ]);
        Assert.Equal((3, true), (group.MaxChannels, group.IsUp));
        var observer = new RecordingObserver();
        var first = group.SendFaxAsync(Call("m1"), observer, default);
        var silent = await _bench.Peer.NextAsync("INVITE");
        // The only channel of the first is taken: the second call goes by the other.
        var second = group.SendFaxAsync(Call("m2"), new RecordingObserver(), default);
        _other.Respond(await _other.NextAsync("INVITE"), 486, "Busy Here");
        await _other.NextAsync("ACK");
        Assert.Equal(CallOutcome.Busy, (await second.WaitAsync(ScriptedPeer.Hang)).Outcome);

        _bench.Time.Advance(TimeSpan.FromSeconds(6));
        var next = await _other.NextAsync("INVITE");
        // What the first begins late is taken down again: the fax goes once.
        await _bench.Peer.SettleAsync();
        _bench.Peer.Respond(silent, 200, "OK");
        await _bench.Peer.NextAsync("ACK");
        await _bench.Peer.NextAsync("BYE");
        _other.Respond(next, 486, "Busy Here");
        Assert.Equal(CallOutcome.Busy, (await first.WaitAsync(ScriptedPeer.Hang)).Outcome);
        Assert.Equal(["dialing", "dialing"], observer.Seen);
    }

    [Fact]
    public async Task Our_number_and_the_carriers_headers_stand_where_it_wants_them()
    {
        Assert.True(PhoneNumber.TryParse("+12025550190", "US", out var number));
        await using var trunk = Trunk(_options with
        {
            Domain = "carrier.example",
            CallerId = number,
            FromUser = "acct7",
            Identity = TrunkIdentity.Asserted,
            Headers = [new("X-Account", "7 of {number} at {domain}")],
        });
        _ = trunk.SendFaxAsync(Call("m1"), new RecordingObserver(), default);
        var invite = await _bench.Peer.NextAsync("INVITE");
        Assert.Equal("sip:acct7@carrier.example", invite.From.UriText);
        Assert.Equal("<sip:+12025550190@carrier.example>", invite.Headers["P-Asserted-Identity"]);
        Assert.Equal("7 of +12025550190 at carrier.example", invite.Headers["X-Account"]);
    }

    [Fact]
    public async Task A_registration_is_made_refreshed_and_taken_back()
    {
        var trunk = Trunk(_options with { Host = "127.0.0.1:5999", Domain = "carrier.example", Credentials = new SipCredentials("acct7", "s3cret"), Register = true });
        var first = await _bench.Peer.NextAsync("REGISTER");
        Assert.Equal(("sip:carrier.example", "sip:acct7@carrier.example", "600", "<sip:acct7@127.0.0.1:5060>"),
            (first.RequestUri, first.To.UriText, first.Headers["Expires"], first.Headers["Contact"]));
        _bench.Peer.Respond(first, 401, "Unauthorized", extra: "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n1\", qop=\"auth\"");
        var second = await _bench.Peer.NextAsync("REGISTER");
        Assert.Equal((first.CallId, first.CSeq.Number + 1), (second.CallId, second.CSeq.Number));
        Assert.Contains("username=\"acct7\"", second.Headers["Authorization"], StringComparison.Ordinal);
        _bench.Peer.Respond(second, 423, "Interval Too Brief", extra: "Min-Expires: 1200");
        var third = await _bench.Peer.NextAsync("REGISTER");
        Assert.Equal("1200", third.Headers["Expires"]);
        Grant(third, 1000);
        await _bench.Time.TimerSetAsync(TimeSpan.FromSeconds(750), TimeSpan.FromSeconds(750)).WaitAsync(ScriptedPeer.Hang);
        Assert.True(trunk.IsRegistered);

        _bench.Time.Advance(TimeSpan.FromSeconds(750));
        Grant(await _bench.Peer.NextAsync("REGISTER"), 1000);
        await _bench.Time.TimerSetAsync(TimeSpan.FromSeconds(750), TimeSpan.FromSeconds(750)).WaitAsync(ScriptedPeer.Hang);
        _bench.Time.Advance(TimeSpan.FromSeconds(750));
        _bench.Peer.Respond(await _bench.Peer.NextAsync("REGISTER"), 403, "Forbidden");
        var wait = await _bench.Time.TimerSetAsync(TimeSpan.FromSeconds(22.5), TimeSpan.FromSeconds(30)).WaitAsync(ScriptedPeer.Hang);
        Assert.False(trunk.IsRegistered);
        _bench.Time.Advance(wait);
        Grant(await _bench.Peer.NextAsync("REGISTER"), 1000);
        await _bench.Time.TimerSetAsync(TimeSpan.FromSeconds(750), TimeSpan.FromSeconds(750)).WaitAsync(ScriptedPeer.Hang);

        var closing = trunk.DisposeAsync();
        var last = await _bench.Peer.NextAsync("REGISTER");
        Assert.Equal("0", last.Headers["Expires"]);
        _bench.Peer.Respond(last, 200, "OK");
        await closing.AsTask().WaitAsync(ScriptedPeer.Hang);

        void Grant(Trunkline.Telephony.Sip.Messages.SipMessage request, int seconds)
        {
            var reply = $"<sip:acct7@192.0.2.9:5060>;expires=30, <sip:acct7@127.0.0.1:5060>;expires={seconds}";
            _bench.Peer.Respond(request, 200, "OK", extra: "Expires: 60", contact: reply);
        }
    }

    [Fact]
    public async Task Hosts_are_found_by_SRV_in_their_order_and_by_their_addresses_without_it()
    {
        await using var zone = new DnsZone().Srv("_sip._udp.carrier.example", 20, 1, 5082, "localhost").Srv("_sip._udp.carrier.example", 10, 0, 5081, "localhost")
            .Srv("_sips._tcp.carrier.example", 10, 0, 5071, "localhost");
        var lookup = new SipHostLookup(zone.Client);
        var (places, _) = await lookup.FindAsync("carrier.example", 0, SipTransport.Udp, AddressFamily.InterNetwork, default);
        Assert.Equal([new SipPeer(SipTransport.Udp, new IPEndPoint(IPAddress.Loopback, 5081), "carrier.example"),
            new SipPeer(SipTransport.Udp, new IPEndPoint(IPAddress.Loopback, 5082), "carrier.example")], places);
        (places, _) = await lookup.FindAsync("carrier.example", 0, SipTransport.Tls, AddressFamily.InterNetwork, default);
        Assert.Equal([new SipPeer(SipTransport.Tls, new IPEndPoint(IPAddress.Loopback, 5071), "carrier.example")], places);
        (places, _) = await lookup.FindAsync("localhost", 0, SipTransport.Tls, AddressFamily.InterNetwork, default);
        Assert.Equal([5061], places.Select(p => p.Address.Port).Distinct());
        var asked = zone.Questions;
        (places, _) = await lookup.FindAsync("localhost", 5090, SipTransport.Udp, AddressFamily.InterNetwork, default);
        Assert.Equal((5090, asked), (places[0].Address.Port, zone.Questions));
        zone.Fails = true;
        (places, var fault) = await lookup.FindAsync("nowhere.invalid", 0, SipTransport.Udp, AddressFamily.InterNetwork, default);
        Assert.Empty(places);
        Assert.NotEmpty(fault);
    }

    [Fact]
    public async Task Hosts_of_one_priority_share_the_calls_by_their_weights()
    {
        await using var zone = new DnsZone().Srv("_sip._udp.carrier.example", 10, 90, 5081, "localhost").Srv("_sip._udp.carrier.example", 10, 10, 5082, "localhost");
        var lookup = new SipHostLookup(zone.Client);
        var first = 0;
        for (var i = 0; i < 200; i++)
        {
            var (places, _) = await lookup.FindAsync("carrier.example", 0, SipTransport.Udp, AddressFamily.InterNetwork, default);
            first += places[0].Address.Port == 5081 ? 1 : 0;
        }
        // 180 are expected; less than 150 or all of them would come once in a hundred million runs.
        Assert.InRange(first, 150, 199);
    }

    /// <summary>The next OPTIONS to the first host; what is said again of the one before is passed over.</summary>
    private async Task<Trunkline.Telephony.Sip.Messages.SipMessage> NextOptionsAsync()
    {
        while (true)
        {
            var message = await _bench.Peer.NextAsync("OPTIONS");
            if (_seen.Add(message.TopVia.Branch!))
                return message;
        }
    }
}
