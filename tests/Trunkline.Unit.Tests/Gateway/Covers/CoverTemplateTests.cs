using CsCheck;
using Trunkline.Gateway.Covers;

namespace Trunkline.Unit.Tests.Gateway.Covers;

public class CoverTemplateTests
{
    private static readonly string[] Parts =
        ["{{", "}}", "{{#if a}}", "{{/if}}", "{{else}}", "{{a.b}}", "{{!x}}", "{", "}", "\\", "#", "{{#unless a}}", "{{/unless}}", "if", " "];

    [Fact]
    public void What_a_field_holds_is_escaped_and_what_is_not_known_is_empty()
    {
        Assert.True(CoverTemplate.TryRead("<p>{{to.name}}|{{to.nothing}}|{{nothing.at.all}}|{{#if urgent}}URGENT{{else}}calm{{/if}}</p>", out var template, out _));
        var html = template.Fill(new Dictionary<string, object> { ["to"] = new Dictionary<string, object> { ["name"] = "<b>\"A & B\"</b>" }, ["urgent"] = "" });
        Assert.Equal("<p>&lt;b&gt;&quot;A &amp; B&quot;&lt;/b&gt;|||calm</p>", html);
    }

    [Theory]
    [InlineData("{{{raw}}}", "{{{raw}}")]
    [InlineData("{{&raw}}", "{{&raw}}")]
    [InlineData("{{> partial}}", "{{> partial}}")]
    [InlineData("{{#*inline \"a\"}}{{> a}}{{/inline}}", "{{#*inline")]
    [InlineData("{{#each fields}}x{{/each}}", "{{#each fields}}")]
    [InlineData("{{lookup a b}}", "{{lookup a b}}")]
    [InlineData("{{log}}", "{{log}}")]
    [InlineData("one\ntwo\n{{#if a}}", "has no end")]
    [InlineData("{{#if a}}{{/unless}}", "ends nothing")]
    [InlineData("{{else}}", "outside")]
    [InlineData("{{#unless a}}{{else}}{{else}}{{/unless}}", "second")]
    [InlineData("{{#if a}}{{else}}{{#if b}}{{else}}{{/if}}{{else}}{{/if}}", "second")]
    [InlineData("{{a", "{{a")]
    [InlineData("\\{{a}}", "{{a}}")]
    public void What_could_run_away_is_not_let_in(string text, string named)
    {
        Assert.False(CoverTemplate.TryRead(text, out _, out var error));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_names_its_line()
    {
        Assert.False(CoverTemplate.TryRead("one\ntwo {{fine}}\nthree {{#each x}}", out _, out var error));
        Assert.StartsWith("Line 3:", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_written_is_refused_or_can_be_filled() => Gen.OneOf(Gen.Int[0, Parts.Length - 1].Select(i => Parts[i]), Gen.String[0, 5])
        .List[0, 12].Select(parts => string.Concat(parts)).Sample(text =>
        {
            if (CoverTemplate.TryRead(text, out var template, out var error))
                Assert.NotNull(template.Fill(new Dictionary<string, object> { ["a"] = "x" }));
            else
                Assert.NotEmpty(error);
        }, iter: 2000);

    [Theory]
    [InlineData("classic")]
    [InlineData("modern")]
    public void A_cover_that_is_shipped_can_be_read(string name)
    {
        Assert.True(CoverTemplate.TryRead(CoverPress.Shipped(name), out _, out var error), error);
        Assert.Null(CoverTemplate.UnknownField(CoverPress.Shipped(name)));
    }

    [Theory]
    [InlineData("{{to.name}} {{ urgent }} {{#if from}}{{else}}{{/if}} {{fields.anything}} {{! nothing }}{{labels.to}}", null)]
    [InlineData("one\ntwo {{subjct}}", "Line 2: there is no field \"subjct\".")]
    [InlineData("{{#unless to.adress}}x{{/unless}}", "Line 1: there is no field \"to.adress\".")]
    [InlineData("{{date.day}}", "Line 1: there is no field \"date.day\".")]
    public void A_field_that_there_is_not_is_named_with_its_line(string text, string? expected)
    {
        Assert.True(CoverTemplate.TryRead(text, out _, out _));
        var fault = CoverTemplate.UnknownField(text);
        Assert.Equal(expected, fault?[..(fault.IndexOf('.', expected!.Length - 1) + 1)]);
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>", "image/svg+xml")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg>&a;</svg>", null)]
    [InlineData("<html><svg/></html>", null)]
    [InlineData("GIF89a", null)]
    public void A_logo_is_what_its_bytes_say(string content, string? type)
    {
        Assert.Equal(type is not null, CoverLogo.TryRead(System.Text.Encoding.UTF8.GetBytes(content), out var logo, out var error));
        if (type is null)
            Assert.NotEmpty(error);
        else
            Assert.Equal(type, logo.ContentType);
    }

    [Fact]
    public void A_logo_that_is_too_large_is_refused() =>
        Assert.False(CoverLogo.TryRead(new byte[CoverLogo.MaxBytes + 1], out _, out _));
}
