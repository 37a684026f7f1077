using CsCheck;
using Trunkline.Gateway.Billing;

namespace Trunkline.Unit.Tests.Gateway.Billing;

public sealed class CustomerDayTests
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Apia", "America/Sao_Paulo", "Asia/Beirut"];

    [Theory]
    [InlineData("2026-11-23T22:59:59Z", "Europe/Berlin", "2026-11-23")]
    [InlineData("2026-11-23T23:00:00Z", "Europe/Berlin", "2026-11-24")]
    [InlineData("2026-07-23T22:00:00Z", "Europe/Berlin", "2026-07-24")]
    [InlineData("2026-11-24T04:59:59Z", "America/New_York", "2026-11-23")]
    [InlineData("2026-11-23T15:00:00Z", "Asia/Tokyo", "2026-11-24")]
    [InlineData("2026-11-23T23:59:59Z", "Nowhere/Land", "2026-11-23")]
    public void A_day_ends_at_midnight_of_the_customer(string time, string zone, string day) =>
        Assert.Equal(DateOnly.Parse(day, null), CustomerDay.Of(DateTimeOffset.Parse(time, null), zone));

    [Theory]
    [InlineData("2026-03-29", "Europe/Berlin", 23)]
    [InlineData("2026-10-25", "Europe/Berlin", 25)]
    [InlineData("2026-03-08", "America/New_York", 23)]
    [InlineData("2026-11-01", "America/New_York", 25)]
    // Brazil set its clocks on at midnight: the day began at one.
    [InlineData("2018-11-04", "America/Sao_Paulo", 23)]
    [InlineData("2026-10-25", "UTC", 24)]
    public void A_day_is_as_long_as_the_clock_on_the_wall_makes_it(string day, string zone, int hours)
    {
        var date = DateOnly.Parse(day, null);
        Assert.Equal(TimeSpan.FromHours(hours), CustomerDay.Begins(date.AddDays(1), zone) - CustomerDay.Begins(date, zone));
    }

    [Fact]
    public void A_day_begins_where_the_one_before_it_ends() => Gen.Select(Gen.Int[0, Zones.Length - 1], Gen.Int[0, 20_000]).Sample((zone, days) =>
    {
        // Samoa left a day out, 30 December 2011: it begins, and ends, with the next one.
        var day = new DateOnly(1990, 1, 1).AddDays(days);
        var begins = CustomerDay.Begins(day, Zones[zone]);
        return CustomerDay.Of(begins, Zones[zone]) >= day && CustomerDay.Of(begins.AddMilliseconds(-1), Zones[zone]) < day;
    });

    [Fact]
    public void Months_rise_over_the_turn_of_the_year() =>
        Assert.Equal(1, CustomerDay.MonthOf(new DateOnly(2027, 1, 1)) - CustomerDay.MonthOf(new DateOnly(2026, 12, 31)));
}
