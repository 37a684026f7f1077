using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Filter;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>Rules: how they are written, and what they say of a mail.</summary>
public class FilterRuleTests
{
    // A Monday, 12:30 in New York.
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 17, 30, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    [Theory]
    [InlineData("sender", "equals", "MONITOR@example.org", true)]
    [InlineData("sender", "glob", "*@example.org", true)]
    [InlineData("sender", "glob", "example.org", false)]
    [InlineData("sender", "glob", "?onitor@*", true)]
    [InlineData("sender", "glob", "monitor@example+org", false)]
    [InlineData("from", "equals", "nagios@example.org", true)]
    [InlineData("recipient", "contains", "carol@", true)]
    [InlineData("subject", "contains", "disk", true)]
    [InlineData("subject", "equals", "disk", false)]
    [InlineData("subject", "regex", "^DISK \\w+ on (db|web)\\d$", true)]
    [InlineData("subject", "regex", "tape", false)]
    [InlineData("text", "contains", "98 %", true)]
    [InlineData("text", "regex", "use.*%", true)]
    [InlineData("size", "above", "1999", true)]
    [InlineData("size", "above", "2000", false)]
    [InlineData("size", "below", "2001", true)]
    [InlineData("priority", "equals", "high", true)]
    [InlineData("priority", "equals", "low", false)]
    [InlineData("time", "within", "12:00-13:00", true)]
    [InlineData("time", "within", "12:30-12:31", true)]
    [InlineData("time", "within", "12:00-12:30", false)]
    [InlineData("time", "within", "22:00-06:00", false)]
    [InlineData("time", "within", "18:00-12:31", true)]
    [InlineData("time", "within", "08:00-08:00", true)]
    [InlineData("weekday", "within", "mon", true)]
    [InlineData("weekday", "within", "sat-mon", true)]
    [InlineData("weekday", "within", "tue-fri, sun", false)]
    public void A_condition_holds_or_not_and_negated_the_other_way_round(string field, string comparison, string value, bool holds)
    {
        Assert.Equal(holds, Holds($$"""{"field":"{{field}}","op":"{{comparison}}","value":{{JsonSerializer.Serialize(value)}}}"""));
        Assert.Equal(!holds, Holds($$"""{"field":"{{field}}","op":"{{comparison}}","value":{{JsonSerializer.Serialize(value)}},"not":true}"""));
    }

    [Theory]
    [InlineData("X-Host", "equals", "db1", true)]
    [InlineData("x-host", "glob", "db?", true)]
    [InlineData("X-Host", "equals", "web1", true)]
    [InlineData("X-Other", "contains", "", false)]
    [InlineData("Subject", "contains", "full", true)]
    public void A_header_is_any_of_its_name(string header, string comparison, string value, bool holds) =>
        Assert.Equal(holds, Holds($$"""{"field":"header","header":"{{header}}","op":"{{comparison}}","value":"{{value}}"}"""));

    [Theory]
    [InlineData("""{"field":"colour","op":"equals","value":"red"}""", ".field")]
    [InlineData("""{"field":"subject","op":"like","value":"x"}""", ".op")]
    [InlineData("""{"field":"subject","op":"above","value":"x"}""", ".value")]
    [InlineData("""{"field":"subject","op":"regex","value":"("}""", ".value")]
    [InlineData("""{"field":"subject","op":"regex","value":"(a)\\1"}""", "back-reference")]
    [InlineData("""{"field":"subject","op":"regex","value":"(?=a)a"}""", "look-around")]
    [InlineData("""{"field":"size","op":"above","value":"big"}""", ".value")]
    [InlineData("""{"field":"priority","op":"contains","value":"high"}""", ".value")]
    [InlineData("""{"field":"time","op":"within","value":"22-6"}""", ".value")]
    [InlineData("""{"field":"weekday","op":"within","value":"monday"}""", ".value")]
    [InlineData("""{"field":"header","op":"equals","value":"x"}""", "header")]
    [InlineData("""{"field":"subject","header":"X","op":"equals","value":"x"}""", "header")]
    [InlineData("""{"field":"subject","op":"equals","value":"x","color":1}""", ".color")]
    [InlineData("""{"field":"subject","op":"equals"}""", ".value")]
    [InlineData("""{"field":"subject","op":"equals","value":"x","not":"yes"}""", ".not")]
    [InlineData("3", "object")]
    public void A_condition_that_cannot_be_asked_is_refused_by_its_place(string condition, string word)
    {
        Assert.False(FilterRuleFormat.TryRead($$"""[{"name":"a","then":[{"do":"keep"}]},{"name":"b","if":[{{condition}}],"then":[{"do":"keep"}]}]""", "US", out _, out var error));
        Assert.StartsWith("rules[1].if[0]", error, StringComparison.Ordinal);
        Assert.Contains(word, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"do":"cook"}""")]
    [InlineData("""{"do":"notify"}""")]
    [InlineData("""{"do":"forward","to":"nobody"}""")]
    [InlineData("""{"do":"forward","to":"a@b.c\r\nBcc: d@e.f"}""")]
    [InlineData("""{"do":"deliver","to":"telex:+12025550101"}""")]
    [InlineData("""{"do":"deliver","to":"fax:hello"}""")]
    [InlineData("""{"do":"drop","with":"x"}""")]
    public void An_action_that_cannot_be_taken_is_refused_by_its_place(string action)
    {
        Assert.False(FilterRuleFormat.TryRead($$"""[{"name":"a","then":[{{action}}]}]""", "US", out _, out var error));
        Assert.StartsWith("rules[0].then[0].", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[3]")]
    [InlineData("[{}]")]
    [InlineData("""[{"name":"a"}]""")]
    [InlineData("""[{"name":"a","then":[]}]""")]
    [InlineData("""[{"name":"","then":[{"do":"keep"}]}]""")]
    public void What_is_no_list_of_rules_is_refused(string json)
    {
        Assert.False(FilterRuleFormat.TryRead(json, "US", out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void There_is_an_end_to_rules_conditions_and_actions()
    {
        var rule = """{"name":"a","then":[{"do":"keep"}]}""";
        Assert.True(FilterRuleFormat.TryRead($"[{string.Join(',', Enumerable.Repeat(rule, 100))}]", "US", out _, out _));
        Assert.False(FilterRuleFormat.TryRead($"[{string.Join(',', Enumerable.Repeat(rule, 101))}]", "US", out _, out _));
        var condition = """{"field":"size","op":"above","value":1}""";
        Assert.False(FilterRuleFormat.TryRead($$"""[{"name":"a","if":[{{string.Join(',', Enumerable.Repeat(condition, 21))}}],"then":[{"do":"keep"}]}]""", "US", out _, out _));
        Assert.False(FilterRuleFormat.TryRead($$"""[{"name":"a","then":[{{string.Join(',', Enumerable.Repeat("{\"do\":\"keep\"}", 11))}}]}]""", "US", out _, out _));
        Assert.False(FilterRuleFormat.TryRead($$"""[{"name":"a","if":[{"field":"subject","op":"regex","value":"{{new string('a', 501)}}"}],"then":[{"do":"keep"}]}]""", "US", out _, out _));
    }

    [Fact]
    public void A_rule_is_read_as_it_is_written()
    {
        const string Json = """
            {"name":"Alarms","active":false,"if":[{"field":"header","header":"X-Host","op":"glob","value":"db*","not":true},{"field":"size","op":"below","value":"5000"}],
            "then":[{"do":"notify","to":"mine"},{"do":"deliver","to":"fax:+12025550101"},{"do":"forward","to":"a@example.org"},{"do":"keep"},{"do":"drop"}],"continue":true}
            """;
        Assert.True(FilterRuleFormat.TryRead($"{{\"rules\":[{Json}]}}", "US", out var rules, out var error), error);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Json), FilterRuleFormat.Write(Assert.Single(rules))));
    }

    [Fact]
    public void The_first_rule_that_matches_ends_it_unless_it_says_continue()
    {
        var verdict = Ask("""
            [{"name":"off","active":false,"then":[{"do":"drop"}]},
             {"name":"no","if":[{"field":"subject","op":"contains","value":"tape"}],"then":[{"do":"drop"}]},
             {"name":"first","if":[{"field":"subject","op":"contains","value":"disk"}],"then":[{"do":"notify","to":"a"}],"continue":true},
             {"name":"second","then":[{"do":"notify","to":"a"},{"do":"notify","to":"b"}]},
             {"name":"third","then":[{"do":"drop"}]}]
            """);
        Assert.Equal(["off", "no", "first", "second"], verdict.Rules.Select(r => r.Rule.Name));
        Assert.Equal([false, false, true, true], verdict.Rules.Select(r => r.Matches));
        // The same pager is told once, by the rule that came first.
        Assert.Equal([("notify a", "first"), ("notify b", "second")], verdict.Actions.Select(a => (a.Action.ToString(), a.Rule.Name)));
        Assert.True(verdict.IsKept);
    }

    [Theory]
    [InlineData("""{"do":"notify","to":"a"}""", true)]
    [InlineData("""{"do":"drop"}""", false)]
    [InlineData("""{"do":"forward","to":"a@example.org"}""", false)]
    [InlineData("""{"do":"deliver","to":"voice:+12025550104"}""", false)]
    [InlineData("""{"do":"drop"},{"do":"keep"}""", true)]
    public void A_mail_is_kept_unless_a_rule_took_it_elsewhere(string actions, bool isKept) => Assert.Equal(isKept, Ask($$"""[{"name":"a","then":[{{actions}}]}]""").IsKept);

    [Fact]
    public void Without_a_rule_that_matches_a_mail_is_kept()
    {
        Assert.True(Ask("[]").IsKept);
        Assert.True(Ask("""[{"name":"a","if":[{"field":"size","op":"above","value":99999}],"then":[{"do":"drop"}]}]""").IsKept);
    }

    [Fact]
    public void No_pattern_takes_long_however_it_is_written()
    {
        // What takes a backtracking matcher longer than the age of the universe.
        var text = new string('a', 60_000) + "!";
        Assert.True(FilterRuleFormat.TryRead("""[{"name":"a","if":[{"field":"text","op":"regex","value":"^(a+)+$"}],"then":[{"do":"drop"}]}]""", "US", out var rules, out _));
        Assert.True(FilterVerdict.Of(rules, new FilterMail(Mail(text), "", "carol@gateway.example", 1, Noon), NewYork).IsKept);
    }

    [Fact]
    public void No_text_throws() => Gen.Select(Gen.String, Gen.String[Gen.Char["[]{}\":,namethdokp"], 0, 60]).Sample((any, json) =>
    {
        Assert.True(FilterRuleFormat.TryRead(any, "US", out _, out var error) || error.Length > 0);
        Assert.True(FilterRuleFormat.TryRead(json, "US", out _, out error) || error.Length > 0);
        Assert.True(FilterCondition.TryMake(FilterField.Subject, FilterOperator.Glob, any.Length > 500 ? "" : any, null, false, out var condition, out error), error);
        condition.Holds(FilterMailOf(), NewYork);
    });

    [Fact]
    public void A_glob_without_signs_is_the_text_itself() => Gen.String[Gen.Char.AlphaNumeric, 0, 40].Sample(text =>
    {
        Assert.True(FilterCondition.TryMake(FilterField.Subject, FilterOperator.Glob, text, null, false, out var condition, out _));
        return condition.Holds(new FilterMail(Mail("") with { Subject = text }, "", "", 1, Noon), NewYork)
            && !condition.Holds(new FilterMail(Mail("") with { Subject = text + "." }, "", "", 1, Noon), NewYork);
    });

    internal static ParsedMail Mail(string text, string headers = "X-Host: db1\r\nX-Host: web1\r\nX-Priority: 1 (Highest)\r\nSubject: Disk full on db1\r\n") => new()
    {
        From = "nagios@example.org",
        Subject = "Disk full on db1",
        MessageId = "<1@example.org>",
        References = [],
        IsAutomatic = true,
        OptionHeaders = new Dictionary<string, string>(),
        RawHeaders = Encoding.ASCII.GetBytes(headers),
        Hops = 1,
        Parts = [new MailPart { IsBody = true, ContentType = "text/html", Charset = "utf-8", Content = GatewayRig.Content(text) }],
    };

    internal static FilterMail FilterMailOf(string text = "<p>/var: <b>98&nbsp;%</b> in use, call 202-555-0199</p>") =>
        new(Mail(text.Replace("&nbsp;", " ", StringComparison.Ordinal)), "monitor@example.org", "carol@gateway.example", 2000, Noon);

    private static bool Holds(string condition) => !Ask($$"""[{"name":"a","if":[{{condition}}],"then":[{"do":"drop"}]}]""").IsKept;

    private static FilterVerdict Ask(string json)
    {
        Assert.True(FilterRuleFormat.TryRead(json, "US", out var rules, out var error), error);
        return FilterVerdict.Of(rules, FilterMailOf("<p>/var: use <b>98 %</b></p>"), NewYork);
    }
}
