using System.Text;
using MimeKit;
using Trunkline.Gateway.Dispatch;

namespace Trunkline.Unit.Tests.Gateway;

public sealed class DeliveryMimeTests
{
    [Theory]
    [InlineData("A form")]
    [InlineData("Größe — 請求書")]
    [InlineData("")]
    [InlineData("two\r\nlines: of which one would be a header")]
    public async Task A_header_is_read_as_it_was_written(string value)
    {
        var read = await Load(Fax(value, [1, 2, 3]));
        Assert.Equal(value.ReplaceLineEndings(" "), read.Headers["X-Value"]);
        Assert.Null(read.Headers["lines"]);
        Assert.Equal("7", read.Headers["X-Number"]);
    }

    [Fact]
    public async Task A_long_header_is_folded()
    {
        var value = string.Join(' ', Enumerable.Repeat("word", 500));
        var delivery = Fax(value, [1]);
        Assert.Equal(value, (await Load(delivery)).Headers["X-Value"]);
        Assert.True(Encoding.ASCII.GetString(delivery).Split("\r\n").Max(l => l.Length) < 998);
    }

    [Fact]
    public async Task Pages_arrive_with_every_byte()
    {
        byte[] pages = [.. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\r\n--other\r\n\n.\n"u8];
        using var decoded = new MemoryStream();
        var part = Assert.IsType<MimePart>(((Multipart)(await Load(Fax("x", pages))).Body!).Single());
        Assert.Equal("image/tiff", part.ContentType.MimeType);
        Assert.Equal("fax.tif", part.FileName);
        await part.Content!.DecodeToAsync(decoded);
        Assert.Equal(pages, decoded.ToArray());
    }

    [Fact]
    public async Task Other_parts_follow_in_their_order()
    {
        using var mime = new DeliveryMime("=_b", 0);
        mime.BeginParts();
        using var first = new TextPart("plain") { Text = "Grüße\n", ContentTransferEncoding = ContentEncoding.EightBit };
        using var second = new TextPart("plain") { Text = "two" };
        mime.Part(first);
        mime.Part(second);
        var parts = ((Multipart)(await Load(mime.End().ToArray())).Body!).Cast<TextPart>().Select(p => p.Text.Trim());
        Assert.Equal(["Grüße", "two"], parts);
    }

    [Fact]
    public void Every_line_ends_with_CR_LF()
    {
        var text = Encoding.Latin1.GetString(Fax("Größe", [65]));
        Assert.Equal(text.Count(c => c == '\n'), text.Split("\r\n").Length - 1);
    }

    private static byte[] Fax(string value, byte[] pages)
    {
        using var mime = new DeliveryMime("=_boundary", pages.Length);
        mime.Header("X-Value", value);
        mime.Header("X-Number", 7);
        mime.BeginParts();
        mime.Pages(pages);
        return mime.End().ToArray();
    }

    private static async Task<MimeMessage> Load(byte[] bytes) => await MimeMessage.LoadAsync(new MemoryStream(bytes));
}
