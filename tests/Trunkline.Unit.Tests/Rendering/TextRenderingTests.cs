using System.Text;
using CsCheck;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Text;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class TextRenderingTests
{
    [Fact]
    public async Task Text_becomes_a_page_whose_words_can_be_read()
    {
        using var bench = await RenderingBench.StartAsync();
        var text = bench.Write("note.txt", "Dear customer,\n\nThe seventeen umbrellas leave our warehouse on Thursday morning.\n");
        Assert.Equal(new RenderResult.Rendered(1), await bench.RenderAsync(text, "text/plain"));
        Assert.Contains("seventeen umbrellas leave our warehouse on Thursday", await bench.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t\n \f ")]
    public async Task Text_without_a_word_makes_no_page_and_no_file(string text)
    {
        using var bench = await RenderingBench.StartAsync();
        Assert.Equal(new RenderResult.Rendered(0), await bench.RenderAsync(bench.Write("empty.txt", text), "text/plain"));
        Assert.False(File.Exists(bench.In("out.tif")));
    }

    [Fact]
    public async Task A_form_feed_begins_a_page_and_long_text_fills_several()
    {
        using var bench = await RenderingBench.StartAsync();
        Assert.Equal(new RenderResult.Rendered(2), await bench.RenderAsync(bench.Write("two.txt", "one\ftwo"), "text/plain"));
        Assert.Equal(new RenderResult.Rendered(4), await bench.RenderAsync(bench.Write("long.txt", string.Concat(Enumerable.Repeat("line\r\n", 170))), "text/plain"));
    }

    [Fact]
    public async Task Text_of_too_many_pages_is_refused_in_a_sentence()
    {
        using var bench = await RenderingBench.StartAsync(o => o with { MaxPages = 3 });
        var result = await bench.RenderAsync(bench.Write("long.txt", "a\fb\fc\fd"), "text/plain");
        Assert.Equal(new RenderResult.Failed("\"long.txt\" has more than 3 pages."), result);
    }

    [Fact]
    public async Task A_word_wider_than_the_page_is_broken_and_not_cut()
    {
        using var bench = await RenderingBench.StartAsync();
        var page = Assert.Single(await bench.PagesAsync(bench.Write("word.txt", new string('m', 300)), "text/plain"));
        var ink = page.Ink();
        Assert.InRange(ink.Left, 160, 180);
        Assert.InRange(ink.Right, 1400, 1728 - 160);
        Assert.True(ink.Bottom - ink.Top > 100);
    }

    [Fact]
    public async Task An_arabic_line_starts_at_the_right_margin()
    {
        using var bench = await RenderingBench.StartAsync();
        var ink = Assert.Single(await bench.PagesAsync(bench.Write("ar.txt", "مرحبا بالعالم"), "text/plain")).Ink();
        Assert.InRange(ink.Right, 1728 - 185, 1728 - 160);
        Assert.True(ink.Left > 864);
    }

    [Theory]
    [InlineData("Καλημέρα κόσμε")]
    [InlineData("Добрый день")]
    [InlineData("مرحبا بالعالم")]
    [InlineData("שלום עולם")]
    [InlineData("这是一个测试文件")]
    [InlineData("これはテストです")]
    [InlineData("이것은 시험입니다")]
    [InlineData("นี่คือเอกสารทดสอบ")]
    [InlineData("यह एक परीक्षण है")]
    [InlineData("é ắ ệ Z\u0351")]
    [InlineData("😀 👍 👨\u200D👩\u200D👧 🇩🇪 ✅ ❌")]
    public void No_script_is_drawn_as_boxes(string text)
    {
        using var fonts = new FontFallback(text, monospaced: false);
        var lines = new TextLayout(fonts, 11, 400).Lines(text, startsPage: false).ToList();
        var glyphs = lines.SelectMany(l => l.Runs).SelectMany(r => r.Glyphs).ToList();
        Assert.NotEmpty(glyphs);
        Assert.DoesNotContain((ushort)0, glyphs);
    }

    [Fact]
    public void Emoji_and_broken_surrogates_do_not_stop_the_page()
    {
        const string Text = "👨‍👩‍👧 🇩🇪 👍🏽 \uD83D and \uDE00 \u202E back";
        using var fonts = new FontFallback(Text, monospaced: false);
        Assert.NotEmpty(new TextLayout(fonts, 11, 400).Lines(Text, startsPage: false));
    }

    [Theory]
    [InlineData("abc אבג 123", new byte[] { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2 })]
    [InlineData("אב 12,5 cd", new byte[] { 1, 1, 1, 2, 2, 2, 2, 1, 2, 2 })]
    [InlineData("a (ב) c", new byte[] { 0, 0, 0, 1, 0, 0, 0 })]
    public void Levels_follow_the_bidirectional_algorithm(string text, byte[] levels) => Assert.Equal(levels, BidiLevels.Of(text, out _));

    [Fact]
    public void Any_text_is_laid_out_with_nothing_wider_than_the_page()
    {
        using var fonts = new FontFallback("", monospaced: false);
        var layout = new TextLayout(fonts, 11, 300);
        Check.Sample(
            Gen.Char["ab -\tמء漢ไก\u0301\uD83D\uDE00"].Array[0, 120].Select(c => new string(c)),
            text => layout.Lines(text, startsPage: false).All(l => l.Width <= 301),
            iter: 200,
            threads: 1);
    }

    [Theory]
    [InlineData("windows-1251", "Привет")]
    [InlineData("iso-8859-7", "Καλημέρα")]
    [InlineData("shift_jis", "テスト")]
    [InlineData("utf-16", "Ünï")]
    public void A_declared_charset_is_believed(string charset, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Assert.Equal(text, TextDecoding.Decode(Encoding.GetEncoding(charset).GetBytes(text), charset));
    }

    [Fact]
    public void Without_a_true_declaration_valid_utf8_is_read_as_such_and_the_rest_as_windows_1252()
    {
        Assert.Equal("Ünï", TextDecoding.Decode("Ünï"u8, "us-ascii"));
        Assert.Equal("Ünï", TextDecoding.Decode("Ünï"u8, "x-unknown"));
        Assert.Equal("Ünï", TextDecoding.Decode("Ünï"u8, "utf-7"));
        Assert.Equal("€ü", TextDecoding.Decode([0x80, 0xFC], null));
        Assert.Equal("€ü", TextDecoding.Decode([0x80, 0xFC], "utf-8"));
    }
}
