using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Spandsp;

namespace Trunkline.Unit.Tests.Documents;

/// <summary>docs/reference/outcomes.md says of every SIP status, every Q.850 cause and every T.30 code what the code makes of it.</summary>
public sealed class OutcomePageTests
{
    private static readonly string Page = File.ReadAllText(PathOf("docs/reference/outcomes.md"));

    [Fact]
    public void Every_SIP_status_that_is_listed_has_its_outcome_and_every_other_is_congestion()
    {
        var listed = Regex.Matches(Page, @"^\| (\d{3}) \| [^|]+ \| `([a-z-]+)` \|", RegexOptions.Multiline)
            .ToDictionary(row => int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row => row.Groups[2].Value);
        Assert.Equal(66, listed.Count);
        for (var status = 300; status < 700; status++)
        {
            var outcome = CallOutcomeTable.OfStatus(status, rang: false).Code();
            Assert.Equal((status, listed.GetValueOrDefault(status, "congestion")), (status, outcome));
        }
        // The two that ringing makes another thing of say so.
        foreach (var status in new[] { 408, 487 })
        {
            Assert.Equal(CallOutcome.NoAnswer, CallOutcomeTable.OfStatus(status, rang: true));
            Assert.Matches($@"(?m)^\| {status} \|.*`no-answer` when it had rung \|$", Page);
        }
    }

    [Fact]
    public void Every_cause_of_the_telephone_network_has_its_outcome()
    {
        var table = Page[Page.IndexOf("| Q.850 cause |", StringComparison.Ordinal)..Page.IndexOf("| SIP status |", StringComparison.Ordinal)];
        var listed = new Dictionary<int, string>();
        foreach (Match row in Regex.Matches(table, @"^\| ([\d, ]+) \| `([a-z-]+)` \|", RegexOptions.Multiline))
        {
            foreach (var cause in row.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
                listed.Add(int.Parse(cause, CultureInfo.InvariantCulture), row.Groups[2].Value);
        }
        for (var cause = 1; cause <= 127; cause++)
            Assert.Equal((cause, listed.GetValueOrDefault(cause)), (cause, CallOutcomeTable.OfCause(cause)?.Code()));
    }

    [Fact]
    public void Every_T30_code_has_its_words_its_meaning_and_its_outcomes()
    {
        SpandspLibrary.Require();
        for (var code = 1; code < T30Codes.End; code++)
        {
            var words = Marshal.PtrToStringUTF8(SpandspNative.t30_completion_code_to_str(code));
            var before = Outcome(code, pageBegun: false).Code();
            var within = Outcome(code, pageBegun: true).Code();
            Assert.Contains($"| {code} | {words} | {T30Codes.Meaning(code)} | `{before}` | `{within}` |", Page, StringComparison.Ordinal);
        }
        Assert.Equal("???", Marshal.PtrToStringUTF8(SpandspNative.t30_completion_code_to_str(T30Codes.End)));
    }

    [Fact]
    public void No_code_makes_a_page_that_may_have_arrived_into_anything_but_uncertain()
    {
        for (var code = 0; code < T30Codes.End; code++)
            Assert.Equal(CallOutcome.Uncertain, CallOutcomeTable.Of(Report(code, pageBegun: true) with { Pages = 2, PageSent = true }, 3, CallEnding.FaxOver));
    }

    private static CallOutcome Outcome(int code, bool pageBegun) => CallOutcomeTable.Of(Report(code, pageBegun), 3, CallEnding.FaxOver);

    private static FaxReport Report(int code, bool pageBegun) =>
        new(false, code, "", 0, "", 0, false, "", HeardFax: true, PageBegun: pageBegun, PageSent: false);

    private static string PathOf(string page)
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, page)))
            directory = Path.GetDirectoryName(directory) ?? throw new FileNotFoundException(page);
        return Path.Combine(directory, page);
    }
}
