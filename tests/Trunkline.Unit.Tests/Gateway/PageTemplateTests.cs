using CsCheck;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Text;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>What a pager is told of a mail.</summary>
public class PageTemplateTests
{
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    [Theory]
    [InlineData("{{from}}: {{subject}} {{text}}", 240, "nagios@example.org: Disk full on db1 /var: 98 % in use, call 202-555-0199")]
    [InlineData("{{time}} {{weekday}} {{date}} {{priority}} {{size}} {{rule}} {{to}}", 240, "12:30 Monday 2026-11-23 high 2000 Alarms carol@gateway.example")]
    [InlineData("{{upper subject}}", 240, "DISK FULL ON DB1")]
    [InlineData("{{short subject 4}}", 240, "Disk")]
    [InlineData("{{digits number}}", 240, "2025550199")]
    [InlineData("{{#if number}}call {{number}}{{else}}no number{{/if}}{{#unless number}}!{{/unless}}", 240, "call 2025550199")]
    [InlineData("{{subject}}", 12, "Disk full…")]
    [InlineData(" & < > ", 12, "& < >")]
    public void An_alphanumeric_page_is_composed_by_its_template_and_fitted(string template, int max, string page)
    {
        Assert.Null(PageTemplate.Fault(template));
        Assert.Equal(page, PageComposer.Compose(Pager(template, max), FilterRuleTests.FilterMailOf(), "Alarms", NewYork));
    }

    [Theory]
    [InlineData("{{number}}", 20, "2025550199")]
    [InlineData("{{number}}", 9, "911")]
    [InlineData("{{text}}", 20, "982025550199")]
    [InlineData("no digits", 20, "911")]
    [InlineData("{{number}}-77", 20, "202555019977")]
    public void A_numeric_page_is_digits_or_else_the_code_of_the_pager(string template, int max, string page)
    {
        var pager = Pager(template, max) with { Display = PagerDisplay.Numeric, Code = "911" };
        Assert.Equal(page, PageComposer.Compose(pager, FilterRuleTests.FilterMailOf(), "Alarms", NewYork));
    }

    [Fact]
    public void A_mail_of_nothing_still_makes_a_page() => Assert.Equal("Mail from nagios@example.org",
        PageComposer.Compose(Pager("{{text}}", 40), FilterRuleTests.FilterMailOf(""), "Alarms", NewYork));

    [Theory]
    [InlineData("")]
    [InlineData("{{colour}}")]
    [InlineData("{{#each text}}x{{/each}}")]
    [InlineData("{{#with text}}x{{/with}}")]
    [InlineData("{{> partial}}")]
    [InlineData("{{text.Length}}")]
    [InlineData("{{{{raw}}}}")]
    [InlineData("{{{text}}}")]
    [InlineData("{{short text}}")]
    [InlineData("{{short text 100000}}")]
    [InlineData("{{#if text}}")]
    [InlineData("{{/if}}")]
    [InlineData("{{text")]
    [InlineData("text}}")]
    [InlineData("{{!-- {{text}} --}}")]
    public void What_a_template_may_not_do_is_refused(string template) => Assert.NotNull(PageTemplate.Fault(template));

    [Fact]
    public void A_template_has_an_end()
    {
        Assert.NotNull(PageTemplate.Fault(new string('x', 2001)));
        Assert.NotNull(PageTemplate.Fault(string.Concat(Enumerable.Repeat("{{text}}", 51))));
    }

    [Fact]
    public void No_template_throws_and_every_page_fits() => Gen.Select(Gen.OneOf(Gen.String, Gen.String[Gen.Char["{}#/ textif!>"], 0, 30]), Gen.Int[1, 40], Gen.Enum<PageFold>()).Sample((template, max, fold) =>
    {
        if (PageTemplate.Fault(template) is not null)
            return;
        var page = PageComposer.Compose(Pager(template, max) with { Fold = fold }, FilterRuleTests.FilterMailOf(), "Alarms", NewYork);
        Assert.InRange(page.Length, 1, max);
    });

    private static Pager Pager(string template, int max) => new()
    {
        CustomerKey = 1,
        Name = "mine",
        Type = PagerType.Tap,
        Number = "4711",
        Display = PagerDisplay.Alphanumeric,
        MaxLength = max,
        Template = template,
    };
}
