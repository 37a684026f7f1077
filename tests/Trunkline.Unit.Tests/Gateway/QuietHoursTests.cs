using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Gateway;

public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("21:00-08:00", "21:00-08:00")]
    [InlineData("9:30-24:00 sun", "09:30-24:00 sun")]
    [InlineData("SAT sun", "sun sat")]
    [InlineData("", null)]
    [InlineData("21-8", null)]
    [InlineData("25:00-08:00", null)]
    [InlineData("08:00-08:00", null)]
    [InlineData("00:00-24:00", null)]
    [InlineData("sun 21:00-08:00", null)]
    [InlineData("mon tue wed thu fri sat sun", null)]
    [InlineData("21:00-08:00 sunday", null)]
    public void Hours_and_days_are_read_and_what_never_ends_is_refused(string text, string? written)
    {
        Assert.Equal(written is not null, QuietHours.TryParse(text, out var hours));
        Assert.Equal(written, hours?.ToString());
    }

    [Theory]
    // New York is four hours behind in summer.
    [InlineData("21:00-08:00", "2026-07-01T15:00:00Z", null)]
    [InlineData("21:00-08:00", "2026-07-02T02:00:00Z", "2026-07-02T12:00:00Z")]
    [InlineData("21:00-08:00", "2026-07-02T01:00:00Z", "2026-07-02T12:00:00Z")]
    [InlineData("21:00-08:00", "2026-07-02T12:00:00Z", null)]
    // 2026-07-04 is a Saturday: to Monday, eight o'clock.
    [InlineData("21:00-08:00 sat sun", "2026-07-04T02:00:00Z", "2026-07-06T12:00:00Z")]
    [InlineData("sun", "2026-07-05T12:00:00Z", "2026-07-06T04:00:00Z")]
    [InlineData("12:00-13:00", "2026-07-01T16:30:00Z", "2026-07-01T17:00:00Z")]
    // The clock skips 02:00 to 03:00 on 2026-03-08, and shows 01:00 to 02:00 twice on 2026-11-01: the second counts.
    [InlineData("21:00-02:30", "2026-03-08T06:00:00Z", "2026-03-08T07:30:00Z")]
    [InlineData("21:00-01:30", "2026-11-01T03:00:00Z", "2026-11-01T06:30:00Z")]
    public void A_number_waits_for_the_end_of_the_quiet_time_where_it_is(string text, string now, string? until)
    {
        Assert.True(QuietHours.TryParse(text, out var hours));
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        Assert.Equal(until is null ? null : Time(until), hours.Until(Time(now), [zone], TimeZoneInfo.Utc));
    }

    [Fact]
    public void A_number_that_may_be_in_several_zones_waits_until_it_is_allowed_in_all()
    {
        Assert.True(QuietHours.TryParse("21:00-08:00", out var hours));
        TimeZoneInfo[] zones = [Zone("America/New_York"), Zone("America/Los_Angeles")];
        // Eight in New York is five in Los Angeles.
        Assert.Equal(Time("2026-07-01T15:00:00Z"), hours.Until(Time("2026-07-01T12:00:00Z"), zones, TimeZoneInfo.Utc));
        Assert.Null(hours.Until(Time("2026-07-01T22:00:00Z"), zones, TimeZoneInfo.Utc));
    }

    [Fact]
    public void Where_no_time_suits_all_zones_the_customers_own_decides()
    {
        Assert.True(QuietHours.TryParse("20:00-09:00", out var hours));
        TimeZoneInfo[] zones = [Zone("Pacific/Auckland"), Zone("Europe/London"), Zone("America/Los_Angeles")];
        Assert.Null(hours.Until(Time("2026-07-01T12:00:00Z"), zones, Zone("Europe/Berlin")));
        Assert.Equal(Time("2026-07-02T07:00:00Z"), hours.Until(Time("2026-07-01T23:00:00Z"), zones, Zone("Europe/Berlin")));
        Assert.Equal(Time("2026-07-02T07:00:00Z"), hours.Until(Time("2026-07-01T23:00:00Z"), [], Zone("Europe/Berlin")));
    }

    [Theory]
    [InlineData("+12025550100", "America/New_York")]
    [InlineData("+442079460100", "Europe/London")]
    [InlineData("+81312345678", "Asia/Tokyo")]
    public void A_number_of_an_area_is_in_its_zone(string number, string zone)
    {
        Assert.True(PhoneNumber.TryParse(number, "US", out var parsed));
        Assert.Equal(zone, Assert.Single(NumberTimeZones.Of(parsed)).Id);
    }

    [Fact]
    public void A_mobile_number_of_a_large_country_may_be_in_many_zones()
    {
        Assert.True(PhoneNumber.TryParse("+79161234567", "RU", out var parsed));
        Assert.True(NumberTimeZones.Of(parsed).Count > 1);
    }

    private static TimeZoneInfo Zone(string name) => TimeZoneInfo.FindSystemTimeZoneById(name);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
