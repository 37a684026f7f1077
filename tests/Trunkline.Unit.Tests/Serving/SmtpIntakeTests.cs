using System.Net;
using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Security;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Mail.Dkim;
using Trunkline.Mail.Smtp;
using Trunkline.Mail.Spf;
using Trunkline.Serving;
using Trunkline.Unit.Tests.Gateway.Customers;
using Trunkline.Unit.Tests.Mail.Delivery;

namespace Trunkline.Unit.Tests.Serving;

/// <summary>Mail as it comes over the wire, real signatures, a real name server: what the sender is told.</summary>
public sealed class SmtpIntakeTests : IAsyncLifetime
{
    private const string Recipient = "+12025550101@fax.gateway.example";
    private static readonly IPEndPoint Listed = new(IPAddress.Parse("203.0.113.5"), 4711);
    private static readonly IPEndPoint Unlisted = new(IPAddress.Parse("198.51.100.5"), 4711);
    private readonly RSA _key = RSA.Create(2048);
    private readonly CustomerRig _rig = new();
    private readonly DnsZone _zone = new();
    private readonly string _parts = Directory.CreateTempSubdirectory("trunkline-parts-").FullName;
    private SmtpIntake _intake = null!;

    public async ValueTask InitializeAsync()
    {
        _zone.Txt("k1._domainkey.example.org", "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()))
            .Txt("example.org", "v=spf1 ip4:203.0.113.0/24 ~all").Failing("down.example");
        _rig.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        _intake = new SmtpIntake(_rig.Desk, _rig.Get<LoginDesk>(), new DkimCheck(_zone.Client, _rig.Clock), new SpfCheck(_zone.Client, TimeProvider.System), _parts);
        await _rig.AddAsync(CustomerRig.Customer(1, "alice@example.org", TrustFrom.Dkim), "her-key");
        await _rig.AddAsync(CustomerRig.Customer(2, "bob@down.example", TrustFrom.DkimOrSpf));
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _zone.DisposeAsync();
        _key.Dispose();
        Directory.Delete(_parts, recursive: true);
    }

    [Theory]
    [InlineData("dkim", true, false, 250, "")]
    [InlineData("dkim", false, true, 550, "DKIM: no signature of example.org")]
    [InlineData("spf", false, true, 250, "")]
    [InlineData("spf", true, false, 550, "SPF: softfail for example.org from 198.51.100.5")]
    [InlineData("dkim-or-spf", false, true, 250, "")]
    [InlineData("dkim-or-spf", true, false, 250, "")]
    [InlineData("dkim-or-spf", false, false, 550, "DKIM: no signature of example.org; SPF: softfail for example.org from 198.51.100.5")]
    [InlineData("from", false, false, 250, "")]
    public async Task A_mail_proves_itself_by_its_signature_or_by_its_server(string trust, bool isSigned, bool isListed, int code, string reason)
    {
        await _rig.SqlAsync("UPDATE customer SET trust_from = ?1 WHERE customer_key = 1", trust);
        var reply = await SendAsync("alice@example.org", isListed ? Listed : Unlisted, Mail("alice@example.org", isSigned));
        Assert.Equal(code, reply.Code);
        Assert.Contains(reason, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_trust_the_recipient_is_refused_before_a_byte_of_the_mail()
    {
        await _rig.SqlAsync("UPDATE customer SET trust_from = 'none' WHERE customer_key = 1");
        var envelope = Envelope("alice@example.org", Unlisted);
        Assert.True((await _intake.CheckSenderAsync(envelope, CancellationToken.None)).IsAccepted);
        Assert.Equal(550, (await _intake.CheckRecipientAsync(envelope, new SmtpRecipient(Recipient), CancellationToken.None)).Code);
    }

    [Fact]
    public async Task Name_servers_that_do_not_answer_mean_come_again()
    {
        var reply = await SendAsync("bob@down.example", Unlisted, Mail("bob@down.example", isSigned: false));
        Assert.Equal((451, "4.7.5"), (reply.Code, reply.EnhancedCode));
    }

    [Fact]
    public async Task A_signed_mail_that_is_sent_to_another_number_is_refused()
    {
        var reply = await SendAsync("alice@example.org", Unlisted, Mail("alice@example.org", isSigned: true), "+12025550102@fax.gateway.example");
        Assert.Equal((550, "5.7.1"), (reply.Code, reply.EnhancedCode));
    }

    [Fact]
    public async Task Guessing_is_answered_with_not_now()
    {
        var connection = new SmtpConnection("1", Unlisted, Listed);
        for (var i = 0; i < 5; i++)
            Assert.Equal(SmtpLogin.Refused, await _intake.AuthenticateAsync(connection, "alice@example.org", $"guess{i}", CancellationToken.None));
        Assert.Equal(SmtpLogin.NotNow, await _intake.AuthenticateAsync(connection, "alice@example.org", "her-key", CancellationToken.None));
        Assert.Null(connection.Identity);
        _rig.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(SmtpLogin.Accepted, await _intake.AuthenticateAsync(connection, "alice@example.org", "her-key", CancellationToken.None));
        Assert.Equal(1, Assert.IsType<Sender>(connection.Identity).Customer.Key);
    }

    private async Task<SmtpReply> SendAsync(string sender, IPEndPoint client, byte[] mail, string recipient = Recipient)
    {
        var envelope = Envelope(sender, client);
        Assert.True((await _intake.CheckSenderAsync(envelope, CancellationToken.None)).IsAccepted);
        Assert.True((await _intake.CheckRecipientAsync(envelope, new SmtpRecipient(recipient), CancellationToken.None)).IsAccepted);
        return await _intake.ReceiveAsync(envelope, new ReceivedData(mail, null, mail.Length, Encoding.ASCII.GetBytes("Received: here\r\n")), CancellationToken.None);
    }

    private static SmtpEnvelope Envelope(string sender, IPEndPoint client) => new("1", new SmtpConnection("1", client, Listed) { HeloName = "client.example" }, sender)
    {
        StartedAt = DateTimeOffset.UnixEpoch,
    };

    private byte[] Mail(string from, bool isSigned)
    {
        var mail = new MimeMessage { Subject = "Hello", Body = new TextPart("plain") { Text = "Hello.\r\n" } };
        mail.From.Add(MailboxAddress.Parse(from));
        mail.To.Add(MailboxAddress.Parse(Recipient));
        mail.Prepare(EncodingConstraint.SevenBit);
        if (isSigned)
            new DkimSigner(DotNetUtilities.GetRsaKeyPair(_key).Private, "example.org", "k1", DkimSignatureAlgorithm.RsaSha256).Sign(mail, [HeaderId.From, HeaderId.To, HeaderId.Subject]);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var stream = new MemoryStream();
        mail.WriteTo(format, stream);
        return stream.ToArray();
    }
}
