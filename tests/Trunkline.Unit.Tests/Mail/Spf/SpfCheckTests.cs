using System.Net;
using DnsClient;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Mail.Spf;
using Trunkline.Unit.Tests.Mail.Delivery;

namespace Trunkline.Unit.Tests.Mail.Spf;

/// <summary>SPF by the examples of RFC 7208, appendix A, and by its limits; the name server is real.</summary>
public sealed class SpfCheckTests : IAsyncLifetime
{
    // RFC 7208, A.1.
    private readonly DnsZone _zone = new DnsZone()
        .A("example.com", "192.0.2.10").A("example.com", "192.0.2.11")
        .A("amy.example.com", "192.0.2.65").A("bob.example.com", "192.0.2.66")
        .A("mail-a.example.com", "192.0.2.129").A("mail-b.example.com", "192.0.2.130").A("mail-c.example.org", "192.0.2.140")
        .Mx("example.com", 10, "mail-a.example.com").Mx("example.com", 20, "mail-b.example.com").Mx("example.org", 10, "mail-c.example.org")
        .Ptr("192.0.2.10", "example.com").Ptr("192.0.2.65", "amy.example.com").Ptr("192.0.2.140", "mail-c.example.org").Ptr("10.0.0.4", "bob.example.com")
        .A("mary.mobile-users._spf.example.com", "127.0.0.2").A("15.15.168.192.joel.remote-users._spf.example.com", "127.0.0.2")
        .Txt("_spf.example.com", "v=spf1 mx:example.com -all")
        .Aaaa("six.example.com", "2001:db8::10");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _zone.DisposeAsync();

    [Theory]
    [InlineData("v=spf1 +all", "203.0.113.1", SpfResult.Pass)]
    [InlineData("v=spf1 a -all", "192.0.2.10", SpfResult.Pass)]
    [InlineData("v=spf1 a -all", "192.0.2.12", SpfResult.Fail)]
    [InlineData("v=spf1 a:example.org -all", "192.0.2.10", SpfResult.Fail)]
    [InlineData("v=spf1 mx -all", "192.0.2.129", SpfResult.Pass)]
    [InlineData("v=spf1 mx -all", "192.0.2.140", SpfResult.Fail)]
    [InlineData("v=spf1 mx:example.org -all", "192.0.2.140", SpfResult.Pass)]
    [InlineData("v=spf1 mx mx:example.org -all", "192.0.2.130", SpfResult.Pass)]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", SpfResult.Pass)]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", SpfResult.Pass)]
    [InlineData("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.132", SpfResult.Fail)]
    [InlineData("v=spf1 ptr -all", "192.0.2.65", SpfResult.Pass)]
    [InlineData("v=spf1 ptr -all", "192.0.2.140", SpfResult.Fail)]
    [InlineData("v=spf1 ptr -all", "10.0.0.4", SpfResult.Fail)]
    [InlineData("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", SpfResult.Pass)]
    [InlineData("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", SpfResult.Fail)]
    [InlineData("v=spf1 ip4:192.0.2.129/24 -all", "192.0.2.7", SpfResult.Pass)]
    [InlineData("v=spf1 ip6:2001:db8::/32 -all", "2001:db8:1::1", SpfResult.Pass)]
    [InlineData("v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", SpfResult.Fail)]
    [InlineData("v=spf1 a:six.example.com//64 -all", "2001:db8::99", SpfResult.Pass)]
    [InlineData("v=spf1 a:six.example.com/24//64 -all", "2001:db8:1::99", SpfResult.Fail)]
    [InlineData("v=spf1 include:_spf.example.com ?all", "192.0.2.129", SpfResult.Pass)]
    [InlineData("v=spf1 include:_spf.example.com ?all", "192.0.2.1", SpfResult.Neutral)]
    [InlineData("v=spf1 redirect=_spf.example.com", "192.0.2.129", SpfResult.Pass)]
    [InlineData("v=spf1 redirect=_spf.example.com", "192.0.2.1", SpfResult.Fail)]
    [InlineData("v=spf1 redirect=nowhere.example.com", "192.0.2.1", SpfResult.PermError)]
    [InlineData("v=spf1 include:nowhere.example.com -all", "192.0.2.1", SpfResult.PermError)]
    [InlineData("v=spf1 ~all redirect=_spf.example.com", "192.0.2.129", SpfResult.SoftFail)]
    [InlineData("v=spf1 exists:%{ir}.%{l1r+-}.remote-users._spf.%{d} -all", "192.168.15.15", SpfResult.Pass)]
    [InlineData("v=spf1 exists:%{ir}.%{l1r+-}.remote-users._spf.%{d} -all", "192.168.15.16", SpfResult.Fail)]
    [InlineData("v=spf1 MX -ALL", "192.0.2.129", SpfResult.Pass)]
    [InlineData("v=spf1", "192.0.2.129", SpfResult.Neutral)]
    [InlineData("v=spf10 +all", "192.0.2.129", SpfResult.None)]
    [InlineData("spf2.0/pra +all", "192.0.2.129", SpfResult.None)]
    [InlineData("v=spf1 unknown=%{d}.x -all", "192.0.2.129", SpfResult.Fail)]
    [InlineData("v=spf1 +all nonsense", "192.0.2.129", SpfResult.PermError)]
    [InlineData("v=spf1 +all ip4:192.0.2", "192.0.2.129", SpfResult.PermError)]
    [InlineData("v=spf1 +all ip4:192.0.2.0/33", "192.0.2.129", SpfResult.PermError)]
    [InlineData("v=spf1 +all ip6:192.0.2.0", "192.0.2.129", SpfResult.PermError)]
    [InlineData("v=spf1 +all a:%{c}.example.com", "192.0.2.129", SpfResult.PermError)]
    [InlineData("v=spf1 +all exists:%{d", "192.0.2.129", SpfResult.PermError)]
    [InlineData("v=spf1 +all include", "192.0.2.129", SpfResult.PermError)]
    [InlineData("v=spf1 +all all:example.com", "192.0.2.129", SpfResult.PermError)]
    [InlineData("v=spf1 redirect=a.example.com redirect=b.example.com", "192.0.2.129", SpfResult.PermError)]
    public async Task A_record_decides(string record, string client, SpfResult result)
    {
        _zone.Txt("example.com", record).Txt("joel.example.com", record);
        Assert.Equal(result, await CheckAsync("joel@example.com", client));
    }

    // RFC 7208, 7.4.
    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l}", "strong-bad")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    [InlineData("%{h}%%%_%-%{S}", "client.example% %20strong-bad%40email.example.com")]
    [InlineData("%{p}", "unknown")]
    public void A_macro_is_replaced(string text, string expanded)
    {
        Assert.True(SpfMacros.IsMacroString(text));
        Assert.Equal(expanded, SpfMacros.Expand(text, new SpfQuestion(IPAddress.Parse("192.0.2.3"), "strong-bad@email.example.com", "client.example"), "email.example.com", "unknown"));
    }

    [Fact]
    public void A_macro_of_an_IPv6_address_is_written_in_nibbles() => Assert.Equal(
        "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com",
        SpfMacros.Expand("%{ir}.%{v}._spf.%{d2}", new SpfQuestion(IPAddress.Parse("2001:db8::cb01"), "strong-bad@email.example.com", ""), "email.example.com", ""));

    [Fact]
    public void A_name_that_grows_too_long_is_cut_from_the_left()
    {
        var question = new SpfQuestion(IPAddress.Loopback, string.Join('.', Enumerable.Repeat("abcdefgh", 40)) + "@example.com", "");
        var name = SpfMacros.Expand("%{l}.%{d}", question, "example.com", "");
        Assert.True(name.Length <= 253 && name.StartsWith("abcdefgh.", StringComparison.Ordinal) && name.EndsWith(".example.com", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, SpfResult.Pass)]
    [InlineData(11, SpfResult.PermError)]
    public async Task Ten_questions_are_asked_and_no_more(int includes, SpfResult result)
    {
        for (var i = 1; i < includes; i++)
            _zone.Txt($"s{i}.chain.example", $"v=spf1 include:s{i + 1}.chain.example -all");
        _zone.Txt($"s{includes}.chain.example", "v=spf1 +all").Txt("chain.example", "v=spf1 include:s1.chain.example -all");
        Assert.Equal(result, await CheckAsync("joel@chain.example", "203.0.113.1"));
    }

    [Fact]
    public async Task A_record_that_leads_to_itself_ends()
    {
        _zone.Txt("loop.example", "v=spf1 include:loop.example -all");
        Assert.Equal(SpfResult.PermError, await CheckAsync("joel@loop.example", "203.0.113.1"));
        Assert.InRange(_zone.Questions, 1, 12);
    }

    [Theory]
    [InlineData("v=spf1 a:no1.example.com a:no2.example.com +all", SpfResult.Pass)]
    [InlineData("v=spf1 a:no1.example.com a:no2.example.com a:no3.example.com +all", SpfResult.PermError)]
    [InlineData("v=spf1 exists:no1.example.com mx:no2.example.com a:no3.example.com +all", SpfResult.PermError)]
    public async Task Two_lookups_may_lead_nowhere(string record, SpfResult result)
    {
        _zone.Txt("void.example", record);
        Assert.Equal(result, await CheckAsync("joel@void.example", "203.0.113.1"));
    }

    [Fact]
    public async Task More_than_ten_servers_of_an_mx_are_too_many()
    {
        for (ushort i = 0; i < 11; i++)
            _zone.Mx("many.example", i, $"m{i}.many.example");
        _zone.Txt("many.example", "v=spf1 mx +all");
        Assert.Equal(SpfResult.PermError, await CheckAsync("joel@many.example", "203.0.113.1"));
    }

    [Fact]
    public async Task Two_records_are_an_error()
    {
        _zone.Txt("two.example", "v=spf1 +all").Txt("two.example", "v=spf1 -all");
        Assert.Equal(SpfResult.PermError, await CheckAsync("joel@two.example", "203.0.113.1"));
    }

    [Theory]
    [InlineData("joel@down.example")]
    [InlineData("joel@half.example")]
    [InlineData("joel@below.example")]
    public async Task A_name_server_that_fails_is_a_temporary_error(string sender)
    {
        _zone.Failing("down.example").Txt("half.example", "v=spf1 a:host.down.example +all").Txt("below.example", "v=spf1 include:down.example +all");
        Assert.Equal(SpfResult.TempError, await CheckAsync(sender, "203.0.113.1"));
    }

    [Theory]
    [InlineData("joel@nothing.example")]
    [InlineData("joel@localhost")]
    [InlineData("joel@")]
    [InlineData("joel")]
    [InlineData("joel@a..b")]
    public async Task A_domain_without_a_record_says_nothing(string sender) => Assert.Equal(SpfResult.None, await CheckAsync(sender, "203.0.113.1"));

    [Fact]
    public async Task A_name_server_that_is_silent_is_a_temporary_error_after_a_time()
    {
        var clock = new FakeTimeProvider();
        await using var silent = new SilentServer();
        var dns = new LookupClient(new LookupClientOptions(silent.EndPoint) { UseCache = false, Timeout = TimeSpan.FromMinutes(5), Retries = 0 });
        var checking = new SpfCheck(dns, clock).CheckAsync(new SpfQuestion(IPAddress.Loopback, "joel@example.com", ""), CancellationToken.None).AsTask();
        await silent.Asked;
        clock.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal(SpfResult.TempError, await checking);
    }

    private async Task<SpfResult> CheckAsync(string sender, string client) => await new SpfCheck(_zone.Client, TimeProvider.System)
        .CheckAsync(new SpfQuestion(IPAddress.Parse(client), sender, "client.example"), CancellationToken.None);

    private sealed class SilentServer : IAsyncDisposable
    {
        private readonly System.Net.Sockets.UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

        public SilentServer() => Asked = _socket.ReceiveAsync();

        public IPEndPoint EndPoint => (IPEndPoint)_socket.Client.LocalEndPoint!;

        public Task Asked { get; }

        public ValueTask DisposeAsync()
        {
            _socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
