using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Unit.Tests.Gateway.Billing;

public sealed class MoneyFormatTests
{
    private readonly MoneyFormat _format = new(new CurrencyTable());

    // · is a space that does not break.
    [Theory]
    [InlineData("1234.5", "USD", "en", "$1,234.50")]
    [InlineData("1234.5", "EUR", "de", "1.234,50·€")]
    [InlineData("1234.5", "EUR", "de-AT", "1.234,50·€")]
    [InlineData("1234.5", "EUR", "fr", "1·234,50·€")]
    [InlineData("1234.5", "EUR", "es", "1234,50·€")]
    [InlineData("12345.5", "EUR", "es", "12.345,50·€")]
    [InlineData("1234.5", "BRL", "pt", "R$·1.234,50")]
    [InlineData("1234.5", "JPY", "ja", "¥1,235")]
    [InlineData("1234.5", "JPY", "de", "1.235·¥")]
    [InlineData("1234567.891", "KWD", "en", "KWD·1,234,567.891")]
    [InlineData("5", "CHF", "en", "CHF·5.00")]
    [InlineData("-0.5", "USD", "en", "-$0.50")]
    [InlineData("-0.5", "EUR", "de", "-0,50·€")]
    [InlineData("-0.004", "USD", "en", "$0.00")]
    [InlineData("0.005", "USD", "en", "$0.01")]
    [InlineData("999.999", "USD", "en", "$1,000.00")]
    [InlineData("7", "XYZ", "it", "XYZ·7.00")]
    public void An_amount_is_written_as_its_reader_writes_it(string amount, string currency, string language, string text)
    {
        Assert.True(Money.TryParse(amount, currency, out var money));
        Assert.Equal(text, _format.Round(money, language).Replace('\u00a0', '·'));
    }

    [Theory]
    [InlineData("0.0045", "USD", "$0.0045")]
    [InlineData("0.5", "USD", "$0.50")]
    [InlineData("12.5", "JPY", "¥12.5")]
    [InlineData("12", "JPY", "¥12")]
    [InlineData("-0.000001", "USD", "-$0.000001")]
    public void An_exact_amount_loses_nothing(string amount, string currency, string text)
    {
        Assert.True(Money.TryParse(amount, currency, out var money));
        Assert.Equal(text, _format.Exact(money, "en"));
    }

    [Fact]
    public void A_currency_of_the_operators_own_is_written_by_its_row()
    {
        var table = new CurrencyTable();
        table.Use([new Currency("XTS", "Test", "T", 1)]);
        Assert.Equal("T·2.5", new MoneyFormat(table).Round(new Money(2_450_000, "XTS"), "en").Replace('\u00a0', '·'));
    }
}
