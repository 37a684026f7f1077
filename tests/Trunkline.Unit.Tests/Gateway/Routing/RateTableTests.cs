using CsCheck;
using Trunkline.Core;
using Trunkline.Gateway.Routing;

namespace Trunkline.Unit.Tests.Gateway.Routing;

public sealed class RateTableTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    // Few digits, so that prefixes of one another are common.
    private static readonly Gen<string> Digits = Gen.Char["0123"].Array[0, 8].Select(c => new string(c));

    private static readonly Gen<(string Prefix, int Price, int From, int To, bool HasBand)> Rows = Gen.Select(
        Digits, Gen.Int[1, 1000], Gen.Int[-5, 3], Gen.Int[1, 6], Gen.Int[0, 3]).Select(t => (t.Item1, t.Item2, t.Item3, t.Item3 + t.Item4, t.Item5 == 0));

    [Fact]
    public void Table_finds_what_a_search_through_all_rows_finds() => Gen.Select(Rows.Array[0, 60], Digits.Array[1, 20], Gen.Int[-6, 6]).Sample((drawn, numbers, hours) =>
    {
        // As the importer guarantees: one row for each prefix, beginning and band.
        var rows = drawn.DistinctBy(r => (r.Prefix, r.From, r.HasBand)).Select(Row).ToList();
        var deck = RateFiles.Build(RateFiles.Cost(1), rows);
        var at = Monday.AddHours(hours);
        foreach (var number in numbers)
        {
            var expected = rows.Where(r => number.StartsWith(r.Prefix.ToString(), StringComparison.Ordinal) && Holds(r, at))
                .OrderByDescending(r => r.Prefix.Length).ThenByDescending(r => r.Band is not null).ThenByDescending(r => r.ValidFrom).FirstOrDefault();
            var isFound = deck.TryFind(number, at, out var rate, out var length);

            Assert.Equal(expected is not null, isFound);
            if (expected is null)
                continue;
            Assert.Equal(expected.Rate, rate);
            Assert.Equal(expected.Prefix.Length, length);
        }
    });

    [Fact]
    public void Decks_side_by_side_say_what_each_says_by_itself() =>
        Gen.Select(Rows.Array[0, 30].Array[1, 2 * RateGrid.Width + 1], Digits.Array[1, 20], Gen.Int[-6, 6]).Sample((drawn, numbers, hours) =>
        {
            var decks = drawn.Select((rows, i) => RateFiles.Build(RateFiles.Cost(i + 1) with { Id = i + 1 }, rows.DistinctBy(r => (r.Prefix, r.From, r.HasBand)).Select(Row))).ToList();
            var book = new RateBook(decks);
            var at = Monday.AddHours(hours);
            foreach (var number in numbers)
            {
                var search = book.Search(MessageType.Fax, number, at);
                foreach (var deck in decks)
                {
                    var placed = search.Cost(deck.Info.ResourceId!.Value)!;
                    var found = search.Find(placed);

                    Assert.Same(deck, placed.Deck);
                    Assert.Equal(deck.TryFind(number, at, out var rate, out _), found >= 0);
                    Assert.Equal(rate, found < 0 ? default : deck.Rate(found));
                }
            }
        }, iter: 300);

    [Fact]
    public void Prefix_is_written_as_it_was_read_and_sorts_as_its_digits_do() =>
        Gen.Select(Gen.Char["0123456789"].Array[0, 15], Gen.Char["0123456789"].Array[0, 15]).Sample((a, b) =>
        {
            var (x, y) = (RateFiles.Prefix(new string(a)), RateFiles.Prefix(new string(b)));

            Assert.Equal(new string(a), x.ToString());
            Assert.Equal(a.Length, x.Length);
            Assert.Equal(Math.Sign(string.CompareOrdinal(new string(a), new string(b))), x.CompareTo(y));
        });

    [Fact]
    public void Longer_prefix_out_of_its_time_leaves_the_number_to_a_shorter()
    {
        var deck = RateFiles.Build(RateFiles.Cost(1), [Row(("1", 10, -9, 9, false)), Row(("1202", 20, 1, 2, false))]);

        Assert.True(deck.TryFind("12025550100", Monday, out var rate, out var length));
        Assert.Equal((10L, 1), (rate.PerPage, length));
        Assert.True(deck.TryFind("12025550100", Monday.AddHours(1), out rate, out length));
        Assert.Equal((20L, 4), (rate.PerPage, length));
    }

    [Fact]
    public void What_is_no_number_has_the_rate_of_every_number_only()
    {
        var deck = RateFiles.Build(RateFiles.Cost(1), [Row(("", 5, -9, 9, false)), Row(("1", 10, -9, 9, false))]);

        Assert.True(deck.TryFind("", Monday, out var rate, out _));
        Assert.Equal(5, rate.PerPage);
        Assert.True(deck.TryFind("ä1", Monday, out rate, out _));
        Assert.Equal(5, rate.PerPage);
    }

    [Fact]
    public void Empty_table_finds_nothing() => Assert.False(RateFiles.Build(RateFiles.Cost(1), []).TryFind("1202", Monday, out _, out _));

    [Fact]
    public void Hours_are_told_by_the_clock_of_the_deck()
    {
        Assert.True(RateBand.TryParse("mon-fri", "08:00-18:00", out var day, out _));
        var info = RateFiles.Cost(1) with { TimeZone = "Europe/Berlin" };
        var deck = RateFiles.Build(info,
            [new RateRow(RateFiles.Prefix("49"), Rate.Of("USD", 1), null, null, null, null), new RateRow(RateFiles.Prefix("49"), Rate.Of("USD", 2), null, null, day, null)]);

        // 07:30 in London is 08:30 in Berlin; 17:30 is 18:30.
        Assert.True(deck.TryFind("4930", Monday.AddHours(-4.5), out var rate, out _) && rate.ConnectFee == 2);
        Assert.True(deck.TryFind("4930", Monday.AddHours(5.5), out rate, out _) && rate.ConnectFee == 1);
        Assert.True(deck.TryFind("4930", Monday.AddDays(-1), out rate, out _) && rate.ConnectFee == 1);
    }

    [Theory]
    [InlineData("", "22:00-06:00", 23, true)]
    [InlineData("", "22:00-06:00", 5, true)]
    [InlineData("", "22:00-06:00", 6, false)]
    [InlineData("", "18:00-00:00", 23, true)]
    [InlineData("", "18:00-24:00", 0, false)]
    [InlineData("sun-tue", "", 3, true)]
    [InlineData("tue sat", "", 3, false)]
    public void Hours_may_go_over_midnight_and_days_over_the_week(string days, string hours, int hour, bool isIn)
    {
        Assert.True(RateBand.TryParse(days, hours, out var band, out _));

        Assert.Equal(isIn, band.Contains(Monday.Date.AddHours(hour)));
        Assert.Equal(band, RateBand.Unpack(band.Packed));
    }

    [Theory]
    [InlineData("monday", "", "days")]
    [InlineData("mon-", "", "days")]
    [InlineData("", "8-18", "hours")]
    [InlineData("", "25:00-26:00", "hours")]
    [InlineData("", "08:00-08:00", "hours")]
    [InlineData("", "24:00-08:00", "hours")]
    public void What_is_no_time_of_the_week_is_named_by_its_column(string days, string hours, string column)
    {
        Assert.False(RateBand.TryParse(days, hours, out _, out var bad));
        Assert.Equal(column, bad);
    }

    [Fact]
    public void Looking_up_allocates_nothing()
    {
        var deck = RateFiles.Build(RateFiles.Cost(1), [Row(("1", 10, -9, 9, false)), Row(("1202", 20, -9, 9, true)), Row(("120255", 30, 100, 200, false))]);
        deck.TryFind("12025550100", Monday, out _, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            deck.TryFind("12025550100", Monday, out _, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static RateRow Row((string Prefix, int Price, int From, int To, bool HasBand) r) => new(
        RateFiles.Prefix(r.Prefix), Rate.Of("USD", perPage: r.Price), Monday.AddHours(r.From), Monday.AddHours(r.To),
        r.HasBand ? new RateBand(0x7f, 11 * 60, 14 * 60) : null, null);

    private static bool Holds(RateRow row, DateTimeOffset at) => at >= row.ValidFrom && at < row.ValidTo && (row.Band is not { } band || band.Contains(at.UtcDateTime));
}
