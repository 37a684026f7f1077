using CsCheck;
using Trunkline.Core;
using Trunkline.Gateway.Routing;

namespace Trunkline.Unit.Tests.Gateway.Routing;

public sealed class RateTests
{
    private static readonly Gen<Rate> Rates = Gen.Select(
        Gen.OneOf(Gen.Const("USD"), Gen.Const("EUR"), Gen.Const("JPY")), Gen.Long[0, Rate.MaxAmount], Gen.Long[0, 5_000_000], Gen.Long[0, 100_000], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60])
        .Select(t => Rate.Of(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5, t.Item6, t.Item7));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 30)]
    [InlineData(30, 30)]
    [InlineData(31, 36)]
    [InlineData(36, 36)]
    [InlineData(37, 42)]
    public void Time_is_charged_by_the_first_increment_and_then_by_next_ones(int seconds, int billed)
    {
        var rate = Rate.Of("USD", perTime: 600, pricedSeconds: 6, firstIncrement: 30, nextIncrement: 6);

        Assert.Equal(new Money(billed * 100, "USD"), rate.Price(new Usage(3, TimeSpan.FromSeconds(seconds))));
    }

    [Fact]
    public void Part_of_a_second_counts_as_a_second()
    {
        var rate = Rate.Of("USD", perTime: 10);

        Assert.Equal(30, rate.Price(new Usage(0, TimeSpan.FromMilliseconds(2001))).MicroUnits);
        Assert.Equal(20, rate.Price(new Usage(0, TimeSpan.FromMilliseconds(2000))).MicroUnits);
    }

    [Fact]
    public void Fee_pages_and_time_add_up()
    {
        var rate = Rate.Of("EUR", connectFee: 10_000, perPage: 50_000, perTime: 6_450, pricedSeconds: 60);

        // 0.01 + 3 × 0.05 + 61 s × 0.00645 / 60
        Assert.Equal(new Money(10_000 + 150_000 + 6_558, "EUR"), rate.Price(new Usage(3, TimeSpan.FromSeconds(61))));
    }

    [Fact]
    public void Price_is_within_half_a_micro_unit_of_the_exact_one_and_never_falls_with_usage() =>
        Gen.Select(Rates, Gen.Int[0, 500], Gen.Int[0, 20_000]).Sample((rate, pages, seconds) =>
        {
            var billed = seconds == 0 ? 0 : rate.FirstIncrement + (decimal)Math.Ceiling(Math.Max(0, seconds - rate.FirstIncrement) / (double)rate.NextIncrement) * rate.NextIncrement;
            var exact = rate.ConnectFee + (decimal)rate.PerPage * pages + rate.PerTime * billed / rate.PricedSeconds;
            var price = rate.Price(new Usage(pages, TimeSpan.FromSeconds(seconds)));

            Assert.Equal(Math.Round(exact, MidpointRounding.AwayFromZero), price.MicroUnits);
            Assert.True(rate.Price(new Usage(pages + 1, TimeSpan.FromSeconds(seconds + 1))) >= price);
        });

    [Fact]
    public void What_is_written_is_read_again() => Rates.Sample(rate =>
    {
        var text = rate.ToString();

        Assert.True(text.Length <= Rate.MaxTextLength);
        Assert.True(Rate.TryParse(text, out var read));
        Assert.Equal(rate, read);
    });

    [Fact]
    public void Text_shows_what_is_charged()
    {
        Assert.Equal("USD call=0.01 page=0.05 6s=0.0012 by=30/6", Rate.Of("USD", 10_000, 50_000, 1_200, 6, 30, 6).ToString());
        Assert.Equal("EUR", Rate.Free("EUR").ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("usd call=1")]
    [InlineData("USD call=-1")]
    [InlineData("USD call=1 call=2")]
    [InlineData("USD call=1,5")]
    [InlineData("USD page=0.0000001")]
    [InlineData("USD 0s=1 by=1/1")]
    [InlineData("USD 6s=0.1 by=0/6")]
    [InlineData("USD 6s=0.1 by=30/9999")]
    [InlineData("USD page=1000001")]
    [InlineData("USD fax=1")]
    public void What_was_not_written_here_is_not_read(string text) => Assert.False(Rate.TryParse(text, out _));

    [Fact]
    public void Nothing_that_is_read_throws() => Gen.String[Gen.Char["USDEcalpgeby=/.0123456789 s-"], 0, 60].Sample(text =>
        Assert.True(!Rate.TryParse(text, out var rate) || rate.ToString() == text));

    [Fact]
    public void Usage_beyond_any_call_is_charged_as_the_longest()
    {
        var dearest = Rate.Of("USD", Rate.MaxAmount, Rate.MaxAmount, Rate.MaxAmount);

        Assert.True(dearest.Price(new Usage(int.MaxValue, TimeSpan.MaxValue)).MicroUnits > 0);
        Assert.Equal(Rate.MaxAmount, dearest.Price(new Usage(-1, TimeSpan.FromSeconds(-1))).MicroUnits);
    }

    [Fact]
    public void Rate_is_converted_amount_by_amount()
    {
        var rate = Rate.Of("EUR", 10_000, 50_000, 600, 6, 30, 6);

        Assert.Equal(Rate.Of("USD", 20_000, 100_000, 1_200, 6, 30, 6), rate.In("USD", m => new Money(m.MicroUnits * 2, "USD")));
        Assert.Null(rate.In("USD", _ => null));
        Assert.Equal(rate, rate.In("EUR", _ => null));
    }
}
