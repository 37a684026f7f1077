using System.Globalization;
using System.Text;
using CsCheck;
using Trunkline.Gateway.Broadcasts;

namespace Trunkline.Unit.Tests.Gateway.Broadcasts;

public class BroadcastListReaderTests
{
    private static readonly BroadcastOptions Options = new() { MaxRows = 50 };

    [Theory]
    [InlineData("number,name,company,account\n+12025550100,Ann,\"Smith, Jones\",7\n")]
    [InlineData("\ufeffFax Number;Contact;Company;Account\r\n202-555-0100;Ann;Smith, Jones;7\r\n")]
    [InlineData("phone\tto_name\tcompany\taccount\n(202) 555-0100\tAnn\tSmith, Jones\t7")]
    public void Spreadsheets_write_lists_in_many_ways(string text)
    {
        var row = Assert.Single(Read(text));
        Assert.Equal(("+12025550100", "Ann", "Smith, Jones", "7"),
            (row.Number.E164, row.Fields.ToName, row.Fields.ToCompany, row.Fields.Columns!["account"]));
        Assert.Equal(2, row.Line);
    }

    [Fact]
    public void A_quoted_field_may_go_over_several_lines_and_lines_are_counted_all_the_same()
    {
        var rows = Read("number,comments\n+12025550100,\"one\ntwo \"\"2\"\"\"\n\n+12025550101,three\n");
        Assert.Equal("one\ntwo \"2\"", rows[0].Fields.Comments);
        Assert.Equal([2, 5], rows.Select(r => r.Line));
    }

    [Fact]
    public void A_bad_row_is_named_by_its_line_and_nothing_is_taken()
    {
        var refused = Refused("number,name\n+12025550100,Ann\nhello,Bob\n,Carl\n+12025550101,Dora,too much\n+12025550102,Eve\n");
        Assert.Equal([3, 4, 5], refused.Faults.Select(f => f.Line));
        Assert.Contains("\"hello\" is no telephone number", refused.Faults[0].Reason, StringComparison.Ordinal);
        Assert.Contains("no number", refused.Faults[1].Reason, StringComparison.Ordinal);
        Assert.Contains("\"too much\"", refused.Faults[2].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("number\n", 1, "nobody")]
    [InlineData("name,company\nAnn,Smith\n", 1, "No column is named number")]
    [InlineData("number,number\n1,2\n", 1, "twice")]
    [InlineData("number,Straße\n+12025550100,x\n", 1, "Straße")]
    [InlineData("number\n\"+12025550100\n", 2, "has no end")]
    public void What_is_no_list_is_refused(string text, int line, string named)
    {
        var fault = Refused(text).Faults[0];
        Assert.Contains(named, fault.Reason, StringComparison.Ordinal);
        Assert.InRange(fault.Line, 1, line + 1);
    }

    [Fact]
    public void A_list_that_is_not_utf8_is_refused_and_says_what_to_do()
    {
        var fault = ReadBytes([.. Encoding.UTF8.GetBytes("number,name\n+12025550100,Gr"), 0xFC, 0xDF, (byte)'e']);
        Assert.Contains("CSV UTF-8", Assert.IsType<ListReadResult.Refused>(fault).Faults[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_has_at_most_so_many_rows()
    {
        var text = "number\n" + string.Concat(Enumerable.Range(0, 51).Select(i => $"+120255501{i:00}\n"));
        Assert.Contains("more than 50 rows", Refused(text).Faults[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_bad_rows_are_named_than_anybody_reads()
    {
        var refused = Refused("number\n" + string.Concat(Enumerable.Repeat("x\n", 1000)));
        Assert.Equal((BroadcastListReader.MaxFaults, 1000), (refused.Faults.Count, refused.Count));
    }

    [Fact]
    public void What_is_written_by_the_rules_is_read_back() =>
        Gen.Select(Gen.Int[0, 99], Gen.String[Gen.Char["ab ,;\"\n\t'é漢"], 0, 12]).List[1, 20].Sample(rows =>
        {
            var text = "number,name\r\n" + string.Concat(rows.Select(r =>
                $"+120255501{r.Item1.ToString("00", CultureInfo.InvariantCulture)},\"{r.Item2.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\r\n"));
            var read = Read(text);
            Assert.Equal(rows.Select(r => r.Item2.Trim()), read.Select(r => r.Fields.ToName ?? ""));
            Assert.Equal(rows.Select(r => $"+120255501{r.Item1.ToString("00", CultureInfo.InvariantCulture)}"), read.Select(r => r.Number.E164));
        }, iter: 500);

    [Fact]
    public void Whatever_comes_is_read_or_refused() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        if (ReadBytes([.. "number,name\n"u8, .. bytes]) is ListReadResult.Refused refused)
            Assert.NotEmpty(refused.Faults);
    }, iter: 2000);

    private static IReadOnlyList<BroadcastRow> Read(string text) => Assert.IsType<ListReadResult.Read>(ReadBytes(Encoding.UTF8.GetBytes(text))).Rows;

    private static ListReadResult.Refused Refused(string text) => Assert.IsType<ListReadResult.Refused>(ReadBytes(Encoding.UTF8.GetBytes(text)));

    private static ListReadResult ReadBytes(byte[] bytes) => new BroadcastListReader(Options).Read(new MemoryStream(bytes), "US");
}
