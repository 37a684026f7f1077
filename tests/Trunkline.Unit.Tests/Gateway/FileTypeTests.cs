using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Intake;

namespace Trunkline.Unit.Tests.Gateway;

public class FileTypeTests
{
    private readonly FileTypeTable _table = new(
    [
        new("pdf", "application/pdf", MessageType.Fax, "*:255044462D"),
        new("png", "image/png", MessageType.Fax, "0:89504E47"),
        new("txt", "text/plain", MessageType.Fax, "@text") { IsText = true },
        new("wav", "audio/wav", MessageType.Voice, "0:52494646&8:57415645"),
        new("wav", "audio/x-wav", MessageType.Voice, "0:52494646&8:57415645") { KnownAs = "audio/wav" },
        new("mp3", "audio/mpeg", MessageType.Voice, "0:494433|@mpeg-audio"),
        new("gsm", "audio/gsm", MessageType.Voice, "@gsm"),
        new("mp4", "video/mp4", MessageType.Video, "4:66747970"),
        new("asc", "application/pgp-signature", null),
        new("docx", "application/x-word", MessageType.Fax, "0:504B0304"),
        new("zip", "application/zip", null) { Refusal = "is an archive: unpack it." },
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
    [InlineData("application/x-pdf", "plan.pdf", "%PDF-1.7 …")]
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
        var refused = Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part("application/x-dosexec", "all.exe", "MZ")));
        Assert.Contains("PDF, PNG, TXT", refused.Reason, StringComparison.Ordinal);
        Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part("application/x-pdf", "plan.pdf", "MZ")));
        Assert.StartsWith("An attachment (message/partial) cannot be delivered.", Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part("message/partial", null, ""))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_is_refused_with_its_own_reason_and_an_office_document_by_that_type_is_not()
    {
        var refused = Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part("application/zip", "all.zip", "PK\u0003\u0004")));
        Assert.Equal("\"all.zip\" is an archive: unpack it.", refused.Reason);
        Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part("application/octet-stream", "all.zip", "PK\u0003\u0004")));
        Assert.Equal("application/x-word", Assert.IsType<FileTypeVerdict.Known>(_table.Determine(Part("application/zip", "plan.docx", "PK\u0003\u0004"))).ContentType);
    }

    [Fact]
    public void A_signature_is_left_out() =>
        Assert.IsType<FileTypeVerdict.Ignored>(_table.Determine(Part("application/pgp-signature", "signature.asc", "-----BEGIN")));

    [Fact]
    public void The_body_is_a_text_whatever_it_is_called() =>
        Assert.Equal("text/plain", Assert.IsType<FileTypeVerdict.Known>(_table.Determine(Part("text/enriched", null, "hello", isBody: true))).ContentType);

    [Theory]
    [InlineData("audio/wav", "a.wav", "RIFF\u0001\u0002\u0003\u0004WAVEfmt ", MessageType.Voice, "audio/wav")]
    [InlineData("audio/x-wav", "a.wav", "RIFF\u0001\u0002\u0003\u0004WAVEfmt ", MessageType.Voice, "audio/wav")]
    [InlineData("application/octet-stream", "a.WAV", "RIFF\u0001\u0002\u0003\u0004WAVEfmt ", MessageType.Voice, "audio/wav")]
    [InlineData("audio/mpeg", "a.mp3", "ID3\u0004", MessageType.Voice, "audio/mpeg")]
    [InlineData("audio/mpeg", "a.mp3", "\u00ff\u00fb\u0090\u0064", MessageType.Voice, "audio/mpeg")]
    [InlineData("audio/gsm", "a.gsm", "\u00d212345678901234567890123456789012\u00d5234", MessageType.Voice, "audio/gsm")]
    [InlineData("video/mp4", "a.mp4", "\u0000\u0000\u0000\u0018ftypisom", MessageType.Video, "video/mp4")]
    public void Sound_and_film_are_known_by_a_row_and_by_their_content(string contentType, string name, string content, MessageType type, string known)
    {
        var verdict = Assert.IsType<FileTypeVerdict.Known>(_table.Determine(Part(contentType, name, content)));
        Assert.Equal((type, known, false), (verdict.MessageType, verdict.ContentType, verdict.IsText));
    }

    [Theory]
    [InlineData("audio/wav", "a.wav", "RIFF\u0001\u0002\u0003\u0004AVI fmt ")]
    [InlineData("audio/wav", "a.wav", "RIFF")]
    [InlineData("audio/mpeg", "a.mp3", "\u00ff\u00e8\u0090\u0064")]
    [InlineData("audio/gsm", "a.gsm", "\u00d234567890123456789012345678901234567")]
    [InlineData("audio/gsm", "a.gsm", "\u00d2")]
    [InlineData("video/mp4", "a.mp4", "")]
    [InlineData("text/plain", "a.txt", "a\u0000b")]
    public void Content_that_begins_otherwise_is_refused(string contentType, string name, string content)
    {
        var refused = Assert.IsType<FileTypeVerdict.Refused>(_table.Determine(Part(contentType, name, content)));
        Assert.Contains("is not what it says", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5:4142", "12345AB", true)]
    [InlineData("0:41??43", "AxC", true)]
    [InlineData("0:41??43", "AxD", false)]
    [InlineData("*:4142&0:58", "XyzAB", true)]
    [InlineData("*:4142&0:59", "XyzAB", false)]
    [InlineData("0:51|0:58", "X", true)]
    [InlineData("", "anything", true)]
    public void A_pattern_fits_bytes_at_its_offset(string pattern, string content, bool fits)
    {
        Assert.True(ContentSignature.TryParse(pattern, out var signature, out var error), error);
        Assert.Equal(fits, signature.Fits(Encoding.Latin1.GetBytes(content)));
    }

    [Theory]
    [InlineData("41")]
    [InlineData("0:4")]
    [InlineData("0:4G")]
    [InlineData("-1:41")]
    [InlineData("@film")]
    [InlineData("0:41|")]
    [InlineData("1023:4142")]
    public void A_pattern_that_cannot_be_read_is_refused_by_name(string pattern)
    {
        Assert.False(ContentSignature.TryParse(pattern, out _, out var error));
        Assert.Contains("is no pattern", error, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => new FileTypeTable([new("x", "a/x", MessageType.Fax, pattern)]));
    }

    [Fact]
    public void No_pattern_and_no_content_throws() => Gen.Select(Gen.String[Gen.Char["0123456789ABCDEF?*:&|@textgsmpau-"], 0, 40], Gen.Byte.Array[0, 100])
        .Sample((pattern, content) => !ContentSignature.TryParse(pattern, out var signature, out _) || signature.Fits(content) || true);
}
