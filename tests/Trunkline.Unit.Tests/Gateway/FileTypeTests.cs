using System.Security.Cryptography;
using System.Text;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Intake;

namespace Trunkline.Unit.Tests.Gateway;

public class FileTypeTests
{
    private readonly FileTypeTable _table = new(
    [
        new("pdf", "application/pdf", MessageType.Fax),
        new("png", "image/png", MessageType.Fax),
        new("txt", "text/plain", MessageType.Fax),
        new("asc", "application/pgp-signature", null),
    ]);

    private static MailPart Part(string contentType, string? name, string content, bool isBody = false)
    {
        var bytes = Encoding.Latin1.GetBytes(content);
        return new MailPart { ContentType = contentType, FileName = name, IsBody = isBody, Content = new MailContent(bytes.Length, SHA256.HashData(bytes), bytes, null) };
    }

    [Theory]
    [InlineData("application/pdf", "plan.pdf", "%PDF-1.7 …")]
    [InlineData("application/octet-stream", "PLAN.PDF", "%PDF-1.7 …")]
    [InlineData("application/pdf", null, "rubbish\n%PDF-1.4")]
    public void A_document_is_known_by_its_mime_type_or_else_its_name(string contentType, string? name, string content)
    {
        var known = Assert.IsType<FileTypeVerdict.Known>(_table.Determine(Part(contentType, name, content)));
        Assert.Equal("application/pdf", known.ContentType);
    }

    [Fact]
    public void A_document_that_is_not_what_it_says_is_refused_by_name()
    {
        var refused = Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part("application/pdf", "plan.pdf", "PK\u0003\u0004")));
        Assert.Contains("\"plan.pdf\"", refused.Reason, StringComparison.Ordinal);
        Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part("application/octet-stream", "photo.png", "GIF89a")));
    }

    [Fact]
    public void What_cannot_be_faxed_is_refused_with_what_can()
    {
        var refused = Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part("application/zip", "all.zip", "PK\u0003\u0004")));
        Assert.Contains("PDF, PNG, TXT", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_is_left_out() =>
        Assert.IsType<FileTypeVerdict.Ignored>(_table.Determine(Part("application/pgp-signature", "signature.asc", "-----BEGIN")));

    [Fact]
    public void The_body_is_a_text_whatever_it_is_called() =>
        Assert.Equal("text/plain", Assert.IsType<FileTypeVerdict.Known>(_table.Determine(Part("text/enriched", null, "hello", isBody: true))).ContentType);
}
