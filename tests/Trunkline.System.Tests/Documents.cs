using System.Globalization;
using System.Text;
using MimeKit;
using SkiaSharp;

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

    /// <summary>A PDF with one line of large text a page.</summary>
    public static byte[] Pdf(params string[] pages)
    {
        var objects = new List<string>
        {
            "<< /Type /Catalog /Pages 2 0 R >>",
            string.Create(CultureInfo.InvariantCulture,
                $"<< /Type /Pages /Count {pages.Length} /Kids [{string.Join(' ', pages.Select((_, i) => $"{4 + 2 * i} 0 R"))}] >>"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        };
        foreach (var text in pages)
        {
            var content = $"BT /F1 36 Tf 72 700 Td ({text}) Tj ET";
            objects.Add(string.Create(CultureInfo.InvariantCulture,
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {objects.Count + 2} 0 R >>"));
            objects.Add(string.Create(CultureInfo.InvariantCulture, $"<< /Length {content.Length} >>\nstream\n{content}\nendstream"));
        }
        return Assemble(objects, "");
    }

    /// <summary>
    /// A PDF that wants a password: its trailer names a standard encryption whose keys no empty password opens.
    /// </summary>
    public static byte[] EncryptedPdf()
    {
        var key = string.Concat(Enumerable.Repeat("5A", 32));
        return Assemble(
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

    private static byte[] Assemble(IReadOnlyList<string> objects, string trailer)
    {
        var pdf = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(pdf.Length);
            pdf.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }
        var table = pdf.Length;
        pdf.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            pdf.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        pdf.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R{trailer} >>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(pdf.ToString());
    }
}
