using System.Text;
using MimeKit;
using SkiaSharp;
using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>Mails and documents as people send them.</summary>
internal static class Documents
{
    public static MimeMessage Mail(string subject, string text, params string[] numbers)
    {
        var mail = new MimeMessage { Subject = subject, Body = new TextPart("plain") { Text = text }, MessageId = MimeKit.Utils.MimeUtils.GenerateMessageId("example.org") };
        mail.From.Add(new MailboxAddress("Demo", "demo@localhost"));
        mail.To.AddRange(numbers.Select(n => new MailboxAddress("", n.Contains('@', StringComparison.Ordinal) ? n : n + "@fax.localhost")));
        return mail;
    }

    public static MimeMessage With(this MimeMessage mail, string name, string contentType, byte[] content)
    {
        var part = new MimePart(contentType)
        {
            Content = new MimeContent(new MemoryStream(content)),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
            ContentTransferEncoding = ContentEncoding.Base64,
        };
        mail.Body = mail.Body is Multipart multipart ? multipart : new Multipart("mixed") { mail.Body! };
        ((Multipart)mail.Body).Add(part);
        return mail;
    }

    /// <summary>
    /// A PDF that wants a password: its trailer names a standard encryption whose keys no empty password opens.
    /// </summary>
    public static byte[] EncryptedPdf()
    {
        var key = string.Concat(Enumerable.Repeat("5A", 32));
        return TinyPdf.Assemble(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
            $"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{key}> /U <{key}> >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ], " /Encrypt 3 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]");
    }

    /// <summary>A file that begins as a PDF does, and holds nothing that can be read.</summary>
    public static byte[] BrokenPdf() => Encoding.ASCII.GetBytes("%PDF-1.4\n" + string.Concat(Enumerable.Repeat("this is not the inside of a PDF\n", 40)));

    /// <summary>A photograph of sorts.</summary>
    public static byte[] Jpeg()
    {
        using var bitmap = new SKBitmap(480, 640);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint
        {
            Shader = SKShader.CreateLinearGradient(new SKPoint(0, 0), new SKPoint(480, 640), [SKColors.White, SKColors.Black], SKShaderTileMode.Clamp),
        };
        canvas.DrawRect(0, 0, 480, 640, paint);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 80);
        return data.ToArray();
    }
}
