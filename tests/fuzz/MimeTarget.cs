using System.Text;
using Trunkline.Mail.Mime;

namespace Trunkline.Fuzz;

/// <summary>Mails, read into their parts.</summary>
internal sealed class MimeTarget : FuzzTarget
{
    /// <summary>A text within its S/MIME signature.</summary>
    private const string Signed =
        "MIH8BgkqhkiG9w0BBwKgge4wgesCAQExDTALBglghkgBZQMEAgEwRgYJKoZIhvcNAQcBoDkEN0NvbnRlbnQtVHlwZTogdGV4dC9wbGFpbjsgZm9ybWF0PWZsb3dlZA0KDQpIaSANCnRo"
        + "ZXJlDQoxgY4wgYsCAQEwJDAMMQowCAYDVQQDDAFhAhR5RNXS+eBT5XgpkSHxsKIblyxfVjALBglghkgBZQMEAgEwCgYIKoZIzj0EAwIERzBFAiEA3F/jz3AVuo2/GYRtlBq7MOExIEZs"
        + "bRUxpdhHnu6iaioCIHKXxmuGlPRcM3c1FAHMFcGFwHeIQ1k83Vo293bv8+eu";

    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-fuzz-").FullName;

    public override string Name => "mime";

    public override IReadOnlyList<byte[]> Corpus { get; } = [.. new[]
    {
        "From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>\r\nTo: +12025550100@fax.example\r\nSubject: =?utf-8?b?w5xiZXI=?=\r\n folded\r\nMessage-ID: <1@x>\r\n\r\nHello\r\n",
        "From: a@x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\npreamble\r\n--b 1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n"
            + "--b2\r\nContent-Type: text/plain; charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=A4 soft=\r\n line\r\n--b2\r\n"
            + "Content-Type: text/html\r\n\r\n<p>Hello <img src=\"cid:p1\"></p>\r\n--b2--\r\n--b 1\r\nContent-Type: application/pdf; name*0*=utf-8''%e2%82%ac; name*1=x.pdf\r\n"
            + "Content-Disposition: attachment; filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b 1--\r\nepilogue\r\n",
        "From: a@x\r\nContent-Type: message/rfc822\r\n\r\nFrom: b@y\r\nSubject: inner\r\nContent-Type: text/plain; format=flowed\r\n\r\nHi \r\nthere\r\n",
        "From: a@x\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n<img src='cid:1'>\r\n--r\r\nContent-ID: <1>\r\n"
            + "Content-Type: image/png\r\nContent-Transfer-Encoding: uuencode\r\n\r\nbegin 644 a.png\r\n#86)C\r\n`\r\nend\r\n--r--\r\n",
        "From: a@x\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Signed + "\r\n",
        "From: a@x\r\nContent-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/plain\r\n\r\nHi\r\n--r\r\nContent-ID: <1>\r\nContent-Type: image/jpeg\r\n"
            + "Content-Transfer-Encoding: base64\r\n\r\n/9j/4AAESkb/wgALCADIA1ID\r\n--r--\r\n",
    }.Select(Encoding.UTF8.GetBytes)];

    public override IReadOnlyList<byte[]> Words { get; } = [.. new[]
    {
        "Content-Type: multipart/mixed; boundary=b2\r\n\r\n", "--b2\r\n", "--b2--\r\n", "Content-Transfer-Encoding: base64\r\n", "=?utf-8?q?", "=?gb18030?b?", "?=", "filename*1*=",
        "charset=utf-7", "Content-Type: message/rfc822\r\n\r\n", "\r\n\r\n", "%ff", "boundary=\"\"",
    }.Select(Encoding.UTF8.GetBytes)];

    public override int MaxBytes => 200_000;

    public override void Run(byte[] input)
    {
        switch (MailReader.Read(input.AsMemory(), MimeLimits.Default, _directory, CancellationToken.None))
        {
            case MailReadResult.Read read:
                _ = (read.Mail.From, read.Mail.Subject, read.Mail.Parts.Count);
                break;
            case MailReadResult.Refused { Cause.Length: 0 }:
                throw new InvalidOperationException("A refusal without a word.");
            case MailReadResult.Refused:
                break;
        }
    }

    public override void Settle()
    {
        foreach (var file in Directory.EnumerateFiles(_directory))
            File.Delete(file);
    }

    public override void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        base.Dispose();
    }
}
