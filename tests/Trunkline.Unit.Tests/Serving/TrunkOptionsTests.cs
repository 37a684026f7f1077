using System.Net;
using Microsoft.Extensions.Configuration;
using Trunkline.Serving;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sip;

namespace Trunkline.Unit.Tests.Serving;

public class TrunkOptionsTests
{
    private static readonly IPEndPoint TestLine = new(IPAddress.Loopback, 5090);

    private static TelephoneOptions Read(params string[] settings) => TelephoneOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s[..s.IndexOf('=')], (string?)s[(s.IndexOf('=') + 1)..]))).Build());

    [Fact]
    public void Without_a_carrier_calls_go_to_the_test_line()
    {
        var carrier = Assert.Single(Read().Carriers(TestLine));
        Assert.Equal(("test line", "127.0.0.1", 5090), (carrier.Name, carrier.Host, carrier.Port));
    }

    [Fact]
    public void One_carrier_stands_under_Trunk()
    {
        var carrier = Assert.Single(Read("Trunk:Host=sip.carrier.example", "Trunk:Codecs=PCMA", "Trunk:Headers:X-Account=7", "Trunk:Transport=tcp").Carriers(TestLine));
        Assert.Equal(("sip.carrier.example", 0, SipTransport.Tcp), (carrier.Name, carrier.Port, carrier.Transport));
        Assert.Equal([G711Law.ALaw], carrier.Calls.Laws);
        Assert.Equal([new("X-Account", "7")], carrier.Headers);
    }

    [Fact]
    public void Several_stand_under_Trunks_in_their_order_and_have_what_Trunk_says_where_they_say_nothing()
    {
        var options = Read("Trunk:Channels=7", "Trunk:CallerId=+12025550190", "Trunks:10:Host=c.example", "Trunks:2:Host=b.example", "Trunks:0:Host=a.example",
            "Trunks:0:Channels=2", "Trunks:0:Name=first");
        var carriers = options.Carriers(TestLine);
        Assert.Equal([("first", 2), ("b.example", 7), ("c.example", 7)], carriers.Select(c => (c.Name, c.MaxChannels)));
        Assert.All(carriers, c => Assert.Equal("+12025550190", c.CallerId!.Value.E164));
        Assert.Equal(16, options.Channels);
    }

    [Theory]
    [InlineData("Trunk:Channels=0", "Trunk:Channels")]
    [InlineData("Trunks:1:Port=70000", "Trunks:1:Port")]
    [InlineData("Trunk:Transport=pigeon", "Transport")]
    [InlineData("Trunk:Codecs=PCMU,G729", "Trunk:Codecs")]
    [InlineData("Trunk:Srtp=Required", "Trunk:Srtp needs Trunk:Transport Tls")]
    [InlineData("Trunk:Headers:Via=x", "Trunk:Headers:Via is written by us")]
    [InlineData("Trunk:Headers:X-A=a\r\nb", "Trunk:Headers:X-A")]
    [InlineData("Trunk:Register=true", "Trunk:Register needs Trunk:Host")]
    public void What_cannot_work_is_refused_with_a_sentence_that_names_it(string setting, string names)
    {
        var fault = Assert.Throws<OptionsException>(() => Read(setting));
        Assert.Contains(names, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TLS_listens_beside_SIP_only_where_a_trunk_uses_it()
    {
        var sip = new IPEndPoint(IPAddress.Loopback, 5060);
        Assert.Null(Read().Streams(sip, null!).TlsLocal);
        Assert.Equal(5061, Read("Trunk:Transport=Tls").Streams(sip, null!).TlsLocal!.Port);
        Assert.Equal(5071, Read("Trunk:TlsListen=127.0.0.1:5071").Streams(sip, null!).TlsLocal!.Port);
        Assert.Throws<OptionsException>(() => Read("Trunk:TlsAuthorities=/nowhere.pem").Streams(sip, null!));
    }
}
