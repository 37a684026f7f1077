using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using Trunkline.Mail.Dkim;
using Trunkline.Unit.Tests.Mail.Delivery;

namespace Trunkline.Unit.Tests.Mail.Dkim;

/// <summary>Signatures made by MimeKit, keys on a name server of ours, and what a thief would do to the mail on its way.</summary>
public sealed class DkimCheckTests : IAsyncLifetime
{
    private const string Recipient = "+12025550101@fax.gateway.example";
    private static readonly AsymmetricCipherKeyPair Key = NewKey(2048);
    private static readonly AsymmetricCipherKeyPair OtherKey = NewKey(2048);
    private static readonly AsymmetricCipherKeyPair ShortKey = NewKey(512);

    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly DnsZone _zone = new DnsZone()
        .Txt("k1._domainkey.example.org", Record(Key)).Txt("k1._domainkey.mail.example.org", Record(Key)).Txt("k1._domainkey.elsewhere.example", Record(Key))
        .Txt("tests._domainkey.example.org", Record(Key, "t=y; ")).Txt("short._domainkey.example.org", Record(ShortKey))
        .Txt("revoked._domainkey.example.org", "v=DKIM1; p=").Txt("rubbish._domainkey.example.org", "v=DKIM1; k=rsa; p=////")
        .Failing("down._domainkey.example.org");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _zone.DisposeAsync();

    [Theory]
    [InlineData("example.org", "k1", DkimResult.Pass, "signed by example.org")]
    [InlineData("mail.example.org", "k1", DkimResult.Pass, "signed by mail.example.org")]
    [InlineData("elsewhere.example", "k1", DkimResult.Fail, "no signature of example.org")]
    [InlineData("example.org", "none", DkimResult.Fail, "has no key none")]
    [InlineData("example.org", "tests", DkimResult.Fail, "is for tests")]
    [InlineData("example.org", "short", DkimResult.Fail, "does not hold")]
    [InlineData("example.org", "revoked", DkimResult.Fail, "")]
    [InlineData("example.org", "rubbish", DkimResult.Fail, "")]
    [InlineData("example.org", "down", DkimResult.TempError, "")]
    public async Task A_signature_proves_its_domain(string domain, string selector, DkimResult result, string detail)
    {
        var outcome = await CheckAsync(Signed(domain, selector, key: selector == "short" ? ShortKey : null));
        Assert.Equal(result, outcome.Result);
        Assert.Contains(detail, outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DkimCanonicalizationAlgorithm.Simple)]
    [InlineData(DkimCanonicalizationAlgorithm.Relaxed)]
    public async Task Attachments_and_long_lines_are_covered(DkimCanonicalizationAlgorithm canonicalization)
    {
        var mail = Signed("example.org", "k1", canonicalization: canonicalization, attachment: RandomNumberGenerator.GetBytes(100_000));
        Assert.Equal(DkimResult.Pass, (await CheckAsync(mail)).Result);
        var at = mail.AsSpan().LastIndexOf("\r\n--"u8) - 40;
        mail[at] = mail[at] == (byte)'A' ? (byte)'B' : (byte)'A';
        Assert.Equal(DkimResult.Fail, (await CheckAsync(mail)).Result);
    }

    [Theory]
    [InlineData("Pay 10", "Pay 99")]
    [InlineData("Subject: Invoice", "Subject: Invoive")]
    [InlineData("alice@example.org", "mallo@example.org")]
    public async Task A_change_on_the_way_is_seen(string was, string becomes)
    {
        var text = Encoding.ASCII.GetString(Signed("example.org", "k1"));
        Assert.Contains(was, text, StringComparison.Ordinal);
        Assert.Equal(DkimResult.Fail, (await CheckAsync(Encoding.ASCII.GetBytes(text.Replace(was, becomes, StringComparison.Ordinal)))).Result);
    }

    [Fact]
    public async Task The_key_of_another_does_not_do() => Assert.Equal(DkimResult.Fail, (await CheckAsync(Signed("example.org", "k1", key: OtherKey))).Result);

    [Fact]
    public async Task A_mail_without_a_signature_proves_nothing() =>
        Assert.Equal(new DkimOutcome(DkimResult.Fail, "no signature of example.org"), await CheckAsync(Bytes(Mail(Recipient))));

    [Fact]
    public async Task A_signed_mail_cannot_be_sent_again_to_another_number()
    {
        var mail = Signed("example.org", "k1");
        var outcome = await CheckAsync(mail, "+19002345678@fax.gateway.example");
        Assert.Equal(DkimResult.Fail, outcome.Result);
        Assert.Contains("does not cover the recipient +19002345678@fax.gateway.example", outcome.Detail, StringComparison.Ordinal);
        // Nor with a header of its own above the signed one.
        byte[] forged = [.. Encoding.ASCII.GetBytes("To: +19002345678@fax.gateway.example\r\n"), .. mail];
        Assert.Equal(DkimResult.Fail, (await CheckAsync(forged, "+19002345678@fax.gateway.example")).Result);
    }

    [Fact]
    public async Task Recipients_that_are_signed_in_Cc_count_and_those_that_are_not_signed_do_not()
    {
        var mail = Mail("someone@example.net");
        mail.Cc.Add(MailboxAddress.Parse(Recipient));
        Assert.Equal(DkimResult.Pass, (await CheckAsync(Signed("example.org", "k1", mail))).Result);
        Assert.Equal(DkimResult.Fail, (await CheckAsync(Signed("example.org", "k1", headers: [HeaderId.From, HeaderId.Subject]))).Result);
    }

    [Theory]
    [InlineData("l=10", "does not cover the whole mail")]
    [InlineData("x=1000000000", "has expired")]
    [InlineData("t=1000000000", "is not of these days")]
    [InlineData("t=90000000000", "is not of these days")]
    public async Task A_signature_of_less_than_the_mail_or_of_another_time_is_not_enough(string tag, string detail)
    {
        var text = Encoding.ASCII.GetString(Signed("example.org", "k1"));
        var changed = System.Text.RegularExpressions.Regex.Replace(text, tag.StartsWith('t') ? @"\bt=\d+" : "(?=d=example)", tag.StartsWith('t') ? tag : tag + "; ");
        Assert.Contains(detail, (await CheckAsync(Encoding.ASCII.GetBytes(changed))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_is_too_old_after_a_week()
    {
        var mail = Signed("example.org", "k1");
        _clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(DkimResult.Pass, (await CheckAsync(mail)).Result);
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(DkimResult.Fail, (await CheckAsync(mail)).Result);
    }

    [Fact]
    public async Task Of_several_signatures_one_is_enough_and_only_the_first_five_are_looked_at()
    {
        var signed = Signed("example.org", "k1");
        var rubbish = Encoding.ASCII.GetBytes("DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=none; h=from:to; bh=AAAA; b=AAAA\r\n");
        byte[] four = [.. rubbish, .. rubbish, .. rubbish, .. rubbish, .. signed];
        Assert.Equal(DkimResult.Pass, (await CheckAsync(four)).Result);
        byte[] five = [.. rubbish, .. four];
        Assert.Equal(DkimResult.Fail, (await CheckAsync(five)).Result);
    }

    [Theory]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=example.org; d=example.org; s=k1; h=from; bh=AAAA; b=AAAA\r\n")]
    [InlineData("DKIM-Signature: rubbish\r\n")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k1; h=from:to; bh=*; b=*\r\n")]
    [InlineData("DKIM-Signature: v=1; a=none; d=example.org; s=k1; h=from:to; bh=AAAA; b=AAAA\r\n")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=..; h=from:to; bh=AAAA; b=AAAA\r\n")]
    [InlineData("DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k1; q=carrier/pigeon; h=from:to; bh=AAAA; b=AAAA\r\n")]
    public async Task A_signature_that_cannot_be_read_proves_nothing(string header) =>
        Assert.Equal(DkimResult.Fail, (await CheckAsync([.. Encoding.ASCII.GetBytes(header), .. Bytes(Mail(Recipient))])).Result);

    private async Task<DkimOutcome> CheckAsync(byte[] mail, params string[] recipients)
    {
        using var stream = new MemoryStream(mail);
        return await new DkimCheck(_zone.Client, _clock).CheckAsync(stream, "example.org", recipients.Length == 0 ? [Recipient] : recipients, CancellationToken.None);
    }

    private static MimeMessage Mail(string to)
    {
        var mail = new MimeMessage { Subject = "Invoice", MessageId = "1@example.org", Body = new TextPart("plain") { Text = "Pay 10 to me.\r\n" } };
        mail.From.Add(MailboxAddress.Parse("alice@example.org"));
        mail.To.Add(MailboxAddress.Parse(to));
        return mail;
    }

    private static byte[] Signed(string domain, string selector, MimeMessage? mail = null, AsymmetricCipherKeyPair? key = null,
        DkimCanonicalizationAlgorithm canonicalization = DkimCanonicalizationAlgorithm.Relaxed, byte[]? attachment = null, HeaderId[]? headers = null)
    {
        mail ??= Mail(Recipient);
        if (attachment is not null)
        {
            mail.Body = new Multipart("mixed")
            {
                new TextPart("plain") { Text = "See the document." },
                new MimePart("application", "pdf") { FileName = "a.pdf", Content = new MimeContent(new MemoryStream(attachment)), ContentTransferEncoding = ContentEncoding.Base64 },
            };
        }
        mail.Prepare(EncodingConstraint.SevenBit);
        var signer = new DkimSigner((key ?? Key).Private, domain, selector, DkimSignatureAlgorithm.RsaSha256)
        {
            HeaderCanonicalizationAlgorithm = canonicalization,
            BodyCanonicalizationAlgorithm = canonicalization,
        };
        signer.Sign(mail, headers ?? [HeaderId.From, HeaderId.To, HeaderId.Cc, HeaderId.Subject]);
        return Bytes(mail);
    }

    private static byte[] Bytes(MimeMessage mail)
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        using var stream = new MemoryStream();
        mail.WriteTo(format, stream);
        return stream.ToArray();
    }

    private static AsymmetricCipherKeyPair NewKey(int bits)
    {
        using var rsa = RSA.Create(bits);
        return DotNetUtilities.GetRsaKeyPair(rsa);
    }

    private static string Record(AsymmetricCipherKeyPair key, string flags = "") =>
        "v=DKIM1; k=rsa; " + flags + "p=" + Convert.ToBase64String(Org.BouncyCastle.X509.SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(key.Public).GetDerEncoded());
}
