using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Mail.Delivery;
using Trunkline.Unit.Tests.Mail.Smtp;

namespace Trunkline.Unit.Tests.Mail.Delivery;

public sealed class SmtpDeliveryTests
{
    private static readonly byte[] Message = Encoding.UTF8.GetBytes("Subject: x\r\nMIME-Version: 1.0\r\n\r\nbody\r\n.\r\nend\r\n");

    [Fact]
    public async Task Mail_goes_to_the_server_of_the_domain_inside_TLS_whatever_its_certificate()
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var zone = new DnsZone().Mx("there.example", 10, "mx.there.example").A("mx.there.example", "127.0.0.1");
        Assert.IsType<MailDeliveryResult.Delivered>(await SendAsync(zone, server.Port, "someone@there.example"));
        var mail = Assert.Single(server.Backend.Mails);
        Assert.Equal("", mail.Envelope.Sender);
        Assert.Equal("someone@there.example", mail.Envelope.Recipients[0].Address);
        Assert.True(mail.Envelope.Connection.IsTls);
        Assert.EndsWith("\r\n\r\nbody\r\n.\r\nend\r\n", mail.Text);
    }

    [Fact]
    public async Task Server_of_lower_preference_is_tried_when_the_first_is_down()
    {
        await using var server = await TestSmtpServer.StartAsync();
        // Nobody listens at 127.0.0.9, since the test server is bound to 127.0.0.1 alone.
        await using var zone = new DnsZone().Mx("there.example", 20, "second.example").Mx("there.example", 10, "first.example")
            .A("first.example", "127.0.0.9").A("second.example", "127.0.0.1");
        Assert.IsType<MailDeliveryResult.Delivered>(await SendAsync(zone, server.Port, "someone@there.example"));
        await using var down = new DnsZone().Mx("there.example", 10, "first.example").A("first.example", "127.0.0.9");
        Assert.IsType<MailDeliveryResult.Deferred>(await SendAsync(down, server.Port, "someone@there.example"));
    }

    [Fact]
    public async Task Domain_without_MX_is_its_own_server()
    {
        await using var server = await TestSmtpServer.StartAsync(tls: false);
        await using var zone = new DnsZone().A("there.example", "127.0.0.1");
        Assert.IsType<MailDeliveryResult.Delivered>(await SendAsync(zone, server.Port, "someone@there.example"));
        Assert.False(Assert.Single(server.Backend.Mails).Envelope.Connection.IsTls);
    }

    [Fact]
    public async Task What_DNS_says_decides_between_now_and_never()
    {
        await using var zone = new DnsZone().Mx("null.example", 0, ".").Mx("lost.example", 10, "nowhere.example");
        Assert.Contains("takes no e-mail", Assert.IsType<MailDeliveryResult.Failed>(await SendAsync(zone, 1, "a@null.example")).Reason);
        Assert.Contains("does not exist", Assert.IsType<MailDeliveryResult.Failed>(await SendAsync(zone, 1, "a@unknown.example")).Reason);
        Assert.Contains("no mail server", Assert.IsType<MailDeliveryResult.Failed>(await SendAsync(zone, 1, "a@lost.example")).Reason);
        zone.Fails = true;
        Assert.IsType<MailDeliveryResult.Deferred>(await SendAsync(zone, 1, "a@null.example"));
    }

    [Fact]
    public async Task Refusal_of_the_server_is_passed_on_with_its_code_and_words()
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var zone = new DnsZone().A("there.example", "127.0.0.1");
        var failed = Assert.IsType<MailDeliveryResult.Failed>(await SendAsync(zone, server.Port, "bad@there.example"));
        Assert.Equal(550, failed.Code);
        Assert.Contains("That is no number", failed.Reason);
        Assert.Equal(451, Assert.IsType<MailDeliveryResult.Deferred>(await SendAsync(zone, server.Port, "boom@there.example")).Code);
    }

    [Fact]
    public async Task Mail_is_never_sent_to_ourselves()
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var zone = new DnsZone().A("there.example", "127.0.0.1").A("home.example", "127.0.0.1");
        var options = Options(server.Port) with { OwnEndPoints = [new IPEndPoint(IPAddress.Any, server.Port)], LocalDomains = ["home.example"] };
        Assert.IsType<MailDeliveryResult.Failed>(await SendAsync(options, zone, "a@there.example"));
        Assert.IsType<MailDeliveryResult.Failed>(await SendAsync(options with { OwnEndPoints = [] }, zone, "a@HOME.example"));
        Assert.Empty(server.Backend.Mails);
    }

    [Fact]
    public async Task Smarthost_gets_the_login_only_when_its_certificate_is_good_or_TLS_is_opportunistic()
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var zone = new DnsZone();
        var smarthost = new Smarthost("127.0.0.1", server.Port, SmarthostSecurity.Opportunistic, "demo@localhost", "demo-key");
        Assert.IsType<MailDeliveryResult.Delivered>(await SendAsync(Options(1) with { Smarthost = smarthost }, zone, "a@there.example"));
        Assert.Equal("demo@localhost", Assert.Single(server.Backend.Mails).Envelope.Connection.Identity);

        var strict = smarthost with { Security = SmarthostSecurity.StartTls };
        Assert.IsType<MailDeliveryResult.Deferred>(await SendAsync(Options(1) with { Smarthost = strict }, zone, "a@there.example"));
        var wrong = smarthost with { Password = "wrong" };
        Assert.IsType<MailDeliveryResult.Deferred>(await SendAsync(Options(1) with { Smarthost = wrong }, zone, "a@there.example"));
        Assert.Single(server.Backend.Mails);
    }

    [Fact]
    public async Task Postfix_smtp_sink_takes_our_mail()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/smtp-sink"), "The Debian package postfix is not installed.");
        using var reserve = new TcpListener(IPAddress.Loopback, 0);
        reserve.Start();
        var port = ((IPEndPoint)reserve.LocalEndpoint).Port;
        reserve.Stop();
        using var sink = Process.Start(new ProcessStartInfo("/usr/sbin/smtp-sink", ["-u", "nobody", "-c", $"127.0.0.1:{port}", "100"]) { RedirectStandardOutput = true })!;
        try
        {
            await using var zone = new DnsZone().A("there.example", "127.0.0.1");
            MailDeliveryResult result;
            // It listens some moments after its start.
            do
                result = await SendAsync(zone, port, "someone@there.example");
            while (result is MailDeliveryResult.Deferred && !sink.HasExited);
            Assert.IsType<MailDeliveryResult.Delivered>(result);
        }
        finally
        {
            sink.Kill();
            await sink.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Router_keeps_local_domains_at_home()
    {
        var root = Directory.CreateTempSubdirectory("trunkline-router-").FullName;
        await using var server = await TestSmtpServer.StartAsync();
        await using var zone = new DnsZone().A("there.example", "127.0.0.1");
        var router = new MailRouter(["localhost"], new MaildirDelivery(root), Delivery(Options(server.Port), zone));
        Assert.IsType<MailDeliveryResult.Delivered>(await router.DeliverAsync("1", "", "demo@LOCALHOST", Message, default));
        Assert.IsType<MailDeliveryResult.Delivered>(await router.DeliverAsync("2", "", "a@there.example", Message, default));
        Assert.IsType<MailDeliveryResult.Failed>(await router.DeliverAsync("3", "", "nobody", Message, default));
        Assert.Single(server.Backend.Mails);
        Assert.Single(Directory.GetFiles(Path.Combine(root, "demo@localhost", "new")));
        Directory.Delete(root, recursive: true);
    }

    private static SmtpDeliveryOptions Options(int port) => new() { HostName = "gw.example", MxPort = port };

    private static SmtpDelivery Delivery(SmtpDeliveryOptions options, DnsZone zone) =>
        new(options, zone.Client, TimeProvider.System, NullLogger<SmtpDelivery>.Instance);

    private static ValueTask<MailDeliveryResult> SendAsync(DnsZone zone, int port, string recipient) => SendAsync(Options(port), zone, recipient);

    private static ValueTask<MailDeliveryResult> SendAsync(SmtpDeliveryOptions options, DnsZone zone, string recipient) =>
        Delivery(options, zone).DeliverAsync("d1", "", recipient, Message, default);
}
