using CsCheck;
using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Unit.Tests.Gateway.Billing;

public sealed class ExchangeRateTests
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_amount_is_converted_by_the_newest_rate_that_was_valid()
    {
        var board = new ExchangeRateBoard();
        board.Use([Rate("EUR", "USD", "1.2", Monday.AddDays(1)), Rate("EUR", "USD", "1.1", Monday)]);
        Assert.Null(board.Convert(Money.Of(10, "EUR"), "USD", Monday.AddTicks(-1)));
        Assert.Equal(Money.Of(11, "USD"), board.Convert(Money.Of(10, "EUR"), "USD", Monday));
        Assert.Equal(Money.Of(11, "USD"), board.Convert(Money.Of(10, "EUR"), "USD", Monday.AddDays(1).AddTicks(-1)));
        Assert.Equal(Money.Of(12, "USD"), board.Convert(Money.Of(10, "EUR"), "USD", Monday.AddYears(1)));
    }

    [Fact]
    public void A_rate_is_not_guessed_from_its_opposite_or_by_a_third_currency()
    {
        var board = new ExchangeRateBoard();
        board.Use([Rate("EUR", "USD", "1.1", Monday), Rate("USD", "JPY", "150", Monday)]);
        Assert.Null(board.Convert(Money.Of(10, "USD"), "EUR", Monday));
        Assert.Null(board.Convert(Money.Of(10, "EUR"), "JPY", Monday));
        Assert.Equal(Money.Of(10, "GBP"), board.Convert(Money.Of(10, "GBP"), "GBP", Monday));
    }

    [Theory]
    [InlineData("0.10", "0.9221", 92_210)]
    [InlineData("0.000001", "0.5", 1)]
    [InlineData("0.000001", "0.499999", 0)]
    [InlineData("-0.000001", "0.5", -1)]
    [InlineData("1", "0.000000499999", 0)]
    [InlineData("1", "151.237", 151_237_000)]
    public void A_conversion_is_exact_to_a_millionth(string amount, string rate, long microUnits)
    {
        var board = new ExchangeRateBoard();
        board.Use([Rate("EUR", "USD", rate, Monday)]);
        Assert.True(Money.TryParse(amount, "EUR", out var money));
        Assert.Equal(new Money(microUnits, "USD"), board.Convert(money, "USD", Monday));
    }

    [Theory]
    [InlineData("eur", "USD", "1")]
    [InlineData("EUR", "DOLLAR", "1")]
    [InlineData("EUR", "EUR", "1")]
    [InlineData("EUR", "USD", "0")]
    [InlineData("EUR", "USD", "-1")]
    [InlineData("EUR", "USD", "1,5")]
    [InlineData("EUR", "USD", "1e3")]
    [InlineData("EUR", "USD", "1000001")]
    [InlineData("EUR", "USD", "1.0000000000001")]
    [InlineData("EUR", "USD", "")]
    public void What_is_no_rate_is_refused(string from, string to, string rate)
    {
        Assert.False(ExchangeRate.TryCreate(from, to, rate, Monday, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void A_file_is_read_with_and_without_its_head()
    {
        Assert.True(ExchangeRateFile.TryRead("from,to,rate,valid_from\r\nEUR,USD,1.0845,2026-11-23\r\n\r\nUSD,EUR,0.9221,2026-11-23T01:00:00+01:00\n", out var rates, out _));
        Assert.Equal([Rate("EUR", "USD", "1.0845", Monday), Rate("USD", "EUR", "0.9221", Monday)], rates);
        Assert.True(ExchangeRateFile.TryRead("\uFEFFEUR,USD,1.0845,2026-11-23", out rates, out _));
        Assert.Single(rates);
    }

    [Theory]
    [InlineData("EUR,USD,1.1,2026-11-23\nEUR,USD,1.1", "Line 2:")]
    [InlineData("EUR,USD,1.1,yesterday", "Line 1:")]
    [InlineData("EUR,USD,1.1,2026-11-23T00:00:00Z,more", "Line 1:")]
    [InlineData("EUR,USD,one,2026-11-23", "Line 1:")]
    [InlineData("", "no exchange rate")]
    public void A_bad_line_is_named_and_nothing_is_taken(string text, string error)
    {
        Assert.False(ExchangeRateFile.TryRead(text, out var rates, out var found));
        Assert.Empty(rates);
        Assert.Contains(error, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_sentence() => Gen.Char.Array[0, 300].Select(c => new string(c)).Sample(text =>
        ExchangeRateFile.TryRead(text, out var rates, out var error) ? rates.Count > 0 && error.Length == 0 : rates.Count == 0 && error.Length > 0);

    private static ExchangeRate Rate(string from, string to, string rate, DateTimeOffset validFrom)
    {
        Assert.True(ExchangeRate.TryCreate(from, to, rate, validFrom, out var result, out var error), error);
        return result;
    }
}
