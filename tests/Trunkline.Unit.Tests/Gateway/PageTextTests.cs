using CsCheck;
using Trunkline.Gateway.Text;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>What fits on a pager.</summary>
public class PageTextTests
{
    [Theory]
    [InlineData("Disk full on db1", 40, "Disk full on db1")]
    [InlineData("  Disk\r\n\tfull  ", 40, "Disk full")]
    [InlineData("Disk full on db1, call the office", 20, "Disk full on db1…")]
    [InlineData("Disk full on database1", 12, "Disk full…")]
    [InlineData("Donaudampfschifffahrtsgesellschaft", 12, "Donaudampfs…")]
    [InlineData("abc", 1, "a")]
    [InlineData("", 10, "")]
    public void A_text_is_cut_behind_a_word_with_an_ellipsis(string text, int max, string page) => Assert.Equal(page, PageText.Fit(text, max, PageFold.None));

    [Theory]
    [InlineData("Füße – „naß“ 5 € Łódź", PageFold.Ascii, "Fusse - \"nass\" 5 EUR Lodz")]
    [InlineData("Füße – 5 €", PageFold.Gsm, "Füße - 5 EUR")]
    [InlineData("[a] {b}", PageFold.Gsm, "(a) (b)")]
    [InlineData("😀 日本", PageFold.Ascii, "? ??")]
    [InlineData("e\u0301a", PageFold.Ascii, "ea")]
    public void Letters_that_the_network_does_not_carry_become_those_that_it_does(string text, PageFold fold, string page) => Assert.Equal(page, PageText.Fit(text, 100, fold));

    [Fact]
    public void Folding_may_make_a_text_longer_and_it_still_fits() => Assert.Equal("EUR E...", PageText.Fit("€ € € €", 8, PageFold.Ascii));

    [Theory]
    [InlineData("Call +1 (202) 555-0100 now", "12025550100")]
    [InlineData("Room 12, floor 3", "")]
    [InlineData("At 10:30 call 5551234. 99 bottles", "5551234")]
    [InlineData("12345", "12345")]
    [InlineData("1234", "")]
    public void A_numeric_pager_shows_the_first_number_of_a_text(string text, string number) => Assert.Equal(number, PageText.FirstNumber(text));

    [Fact]
    public void A_number_that_does_not_fit_is_none() => Assert.Equal(("123", ""), (PageText.Digits("1-2-3", 3), PageText.Digits("1-2-3-4", 3)));

    [Fact]
    public void Nothing_is_longer_than_the_pager_shows_and_no_character_is_torn() => Gen.Select(Gen.String, Gen.Int[1, 60], Gen.Enum<PageFold>()).Sample((text, max, fold) =>
    {
        var page = PageText.Fit(text, max, fold);
        Assert.True(page.Length <= max);
        Assert.DoesNotContain('\n', page);
        Assert.False(page.Length > 0 && char.IsHighSurrogate(page[^1]));
        if (fold == PageFold.Ascii)
            Assert.All(page, c => Assert.InRange(c, ' ', '~'));
    });

    [Theory]
    [InlineData("<p>One<br>two</p><ul><li>three</ul>", "One two three")]
    [InlineData("<style>p{}</style><p>a &amp; b &eacute;</p>", "a & b é")]
    [InlineData("<td>1</td><td>2</td>", "1 2")]
    [InlineData("a < b", "a < b")]
    [InlineData("<scr", "<scr")]
    public void The_text_of_a_page_of_HTML_is_what_a_person_would_read(string html, string text) => Assert.Equal(text, PlainText.OneLine(PlainText.OfHtml(html), 1000));

    [Fact]
    public void A_text_is_read_in_the_charset_that_it_names_or_else_as_it_looks()
    {
        Assert.Equal("é", PlainText.Of([0xE9], "text/plain", "iso-8859-1"));
        Assert.Equal("é", PlainText.Of([0xE9], "text/plain", null));
        Assert.Equal("é", PlainText.Of("é"u8.ToArray(), "text/plain", "utf-7"));
        Assert.Equal("é", PlainText.Of([0xC3, 0xA9], "text/plain", "no-such-charset"));
        Assert.Equal("Ж", PlainText.Of([0xF6], "text/plain", "koi8-r"));
    }
}
