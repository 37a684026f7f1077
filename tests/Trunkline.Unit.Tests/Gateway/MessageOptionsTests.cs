using CsCheck;
using Trunkline.Core.Documents;
using Trunkline.Gateway;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>What senders ask for, and how they write it.</summary>
public class MessageOptionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("high", Priority.High)]
    [InlineData("HIGH", Priority.High)]
    [InlineData("0", Priority.High)]
    [InlineData("63", Priority.High)]
    [InlineData("94", Priority.High)]
    [InlineData("95", Priority.Medium)]
    [InlineData("127", Priority.Medium)]
    [InlineData("normal", Priority.Medium)]
    [InlineData("158", Priority.Medium)]
    [InlineData("159", Priority.Low)]
    [InlineData("190", Priority.Low)]
    [InlineData("191", Priority.Low)]
    [InlineData("bulk", Priority.Low)]
    [InlineData("255", Priority.Low)]
    public void A_priority_is_a_word_or_a_number_as_HylaFAX_counts(string text, Priority priority) => Assert.Equal(priority, Address("priority=" + text).Priority);

    [Theory]
    [InlineData("priority=256")]
    [InlineData("priority=-1")]
    [InlineData("priority=+1")]
    [InlineData("priority=")]
    [InlineData("priority")]
    [InlineData("resolution=great")]
    [InlineData("at=noon")]
    [InlineData("at=25:00")]
    [InlineData("at=+2")]
    [InlineData("at=now")]
    [InlineData("expires=0h")]
    [InlineData("expires=999999w")]
    [InlineData("cover=a;b")]
    [InlineData("ref=")]
    [InlineData("colour=red")]
    public void What_is_not_understood_is_named_and_what_is_known_is_listed(string text)
    {
        Assert.False(OptionReader.TryReadAddress(text, out _, out var error));
        Assert.Contains($"\"/{text}\"", error, StringComparison.Ordinal);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_has_a_hundred_characters_at_most()
    {
        Assert.Equal(new string('7', 100), Address("ref=" + new string('7', 100)).Reference);
        Assert.False(OptionReader.TryReadAddress("ref=" + new string('7', 101), out _, out _));
    }

    [Fact]
    public void An_underscore_in_an_address_is_a_space_but_not_in_a_name()
    {
        var options = Address("to=Ms_Smith/fr=Bob/company=A_and_B/ref=A_1/cover=my_cover");
        Assert.Equal(("Ms Smith", "Bob", "A and B", "A_1", "my_cover"),
            (options.CoverTo, options.CoverFrom, options.CoverCompany, options.Reference, options.Cover));
    }

    [Fact]
    public void Headers_are_read_as_faxmail_users_write_them()
    {
        Assert.True(OptionReader.TryReadHeaders(new Dictionary<string, string>
        {
            ["x-fax-priority"] = " 190 ",
            ["x-fax-sendtime"] = "now + 2 hours",
            ["x-fax-killtime"] = "now + 1 day",
            ["x-fax-vres"] = "196",
            ["x-fax-autocoverpage"] = "no",
            ["x-fax-cover-regarding"] = "The plan",
            ["x-fax-jobtag"] = "77",
            ["x-trunkline-submission"] = "our own mark",
        }, out var options, out var error), error);
        Assert.Equal((Priority.Low, FaxResolution.Fine, Cover.Off, "The plan", "77"),
            (options.Priority, options.Resolution, options.Cover, options.CoverRegarding, options.Reference));
        Assert.Equal(new WrittenTime.Span(TimeSpan.FromHours(2)), options.At);
        Assert.Equal(new WrittenTime.Span(TimeSpan.FromDays(1)), options.Expires);
        Assert.False(OptionReader.TryReadHeaders(new Dictionary<string, string> { ["x-trunkline-colour"] = "red" }, out _, out error));
        Assert.Contains("x-trunkline-colour", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[priority=high] Contract", "Contract")]
    [InlineData("Contract [priority=high]", "Contract")]
    [InlineData("[ref=1][priority=high] Contract [at=+2h] ", "Contract")]
    [InlineData("[ priority = high ]", "")]
    [InlineData("[priority=high][External] Contract [Ticket 12]", "[External] Contract [Ticket 12]")]
    [InlineData("[External] [priority=low] Contract [priority=high]", "[External] [priority=low] Contract")]
    public void Options_of_a_subject_are_taken_out_of_it(string subject, string rest)
    {
        Assert.True(OptionReader.TryReadSubject(subject, out var options, out var left, out var error), error);
        Assert.Equal((rest, Priority.High), (left, options.Priority));
    }

    [Fact]
    public void What_one_place_says_twice_and_differently_is_refused()
    {
        Assert.False(OptionReader.TryReadAddress("at=1800/sendtime=1900", out _, out var error));
        Assert.Contains("/sendtime=1900", error, StringComparison.Ordinal);
        Assert.False(OptionReader.TryReadSubject("[priority=high] Contract [pri=low]", out _, out _, out error));
        Assert.Contains("[pri=low]", error, StringComparison.Ordinal);
        Assert.False(OptionReader.TryReadHeaders(
            new Dictionary<string, string> { ["x-trunkline-priority"] = "high", ["x-fax-priority"] = "low" }, out _, out error));
        Assert.Contains("x-fax-priority", error, StringComparison.Ordinal);

        Assert.True(OptionReader.TryReadSubject("[priority=high] Contract [pri=63]", out var same, out _, out error), error);
        Assert.Equal(Priority.High, same.Priority);
    }

    [Theory]
    [InlineData("[External] Contract")]
    [InlineData("Contract [Ticket 12]")]
    [InlineData("Re: [a=b] Contract")]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData("[]")]
    [InlineData("[=x]")]
    [InlineData("[ =x]")]
    [InlineData("x [a [b]")]
    [InlineData("")]
    public void A_subject_without_options_stays_as_it_is(string subject)
    {
        Assert.True(OptionReader.TryReadSubject(subject, out var options, out var rest, out _));
        Assert.Equal((subject, MessageOptions.None), (rest, options));
    }

    [Theory]
    [InlineData("2026-11-24T08:00Z", "2026-11-24T08:00Z")]
    [InlineData("2026-11-24T08:00:30+01:00", "2026-11-24T07:00:30Z")]
    [InlineData("20261124T0800Z", "2026-11-24T08:00Z")]
    [InlineData("2026-11-24T08:00", "2026-11-24T13:00Z")]
    [InlineData("2026-11-24 08:00", "2026-11-24T13:00Z")]
    [InlineData("20261124T0800", "2026-11-24T13:00Z")]
    [InlineData("2026-11-24", "2026-11-24T05:00Z")]
    [InlineData("18:00", "2026-11-23T23:00Z")]
    [InlineData("1800", "2026-11-23T23:00Z")]
    [InlineData("07:00", "2026-11-24T12:00Z")]
    [InlineData("+2h", "2026-11-23T14:00Z")]
    [InlineData("+30m", "2026-11-23T12:30Z")]
    [InlineData("1d12h", "2026-11-25T00:00Z")]
    [InlineData("now + 3 minutes", "2026-11-23T12:03Z")]
    public void A_time_is_read_in_the_forms_that_people_write(string text, string moment)
    {
        Assert.True(WrittenTime.TryParse(text, out var time));
        Assert.Equal(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture), time.Resolve(Now, NewYork, Now));
    }

    [Fact]
    public void An_hour_that_clocks_skip_is_the_one_after_and_of_one_that_comes_twice_the_first()
    {
        Assert.Equal(new DateTimeOffset(2027, 3, 28, 1, 30, 0, TimeSpan.Zero), WrittenTime.ByClocksOf(Berlin, new DateTime(2027, 3, 28, 2, 30, 0)).ToUniversalTime());
        Assert.Equal(new DateTimeOffset(2027, 10, 31, 0, 30, 0, TimeSpan.Zero), WrittenTime.ByClocksOf(Berlin, new DateTime(2027, 10, 31, 2, 30, 0)).ToUniversalTime());
    }

    [Fact]
    public void What_was_late_under_way_is_sent_at_once_and_what_is_long_past_was_not_meant()
    {
        Assert.Null(Times("at=2026-11-23T11:30Z", out _)!.Value.NotBefore);
        Assert.Null(Times("at=2026-11-23T10:30Z", out var error));
        Assert.Contains("past", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("at=+2h/expires=2026-11-23T13:00Z")]
    [InlineData("expires=2026-11-23T11:00Z")]
    [InlineData("at=+2h/expires=2026-11-23T14:00:30Z")]
    [InlineData("at=+367d")]
    [InlineData("expires=367d")]
    public void Times_that_contradict_one_another_or_lie_too_far_away_are_refused(string text)
    {
        Assert.Null(Times(text, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void An_hour_to_expire_at_lies_after_the_hour_to_send_at()
    {
        // Sent at 20:00, it expires at 07:00 the next morning.
        var times = Times("at=20:00/expires=07:00", out var error, TimeZoneInfo.Utc);
        Assert.Equal((Now.AddHours(8), TimeSpan.FromHours(11), ""), (times?.NotBefore, times?.ExpiryDuration, error));
    }

    [Fact]
    public void No_text_throws_in_any_place_that_options_are_read_from()
    {
        Gen.String[Gen.Char["[]=/ priorityaexsc0123456789+-:TZhmd_\u0000é😀"], 0, 60].Sample(text =>
        {
            OptionReader.TryReadAddress(text, out var options, out _);
            SendingTimes.TryFind(options, Now, Berlin, new GatewayOptions(), out _, out _);
            OptionReader.TryReadSubject(text, out options, out var rest, out _);
            SendingTimes.TryFind(options, Now, Berlin, new GatewayOptions(), out _, out _);
            return rest.Length <= text.Length;
        });
        Gen.String.Sample(text => !WrittenTime.TryParse(text, out var time) || time.Resolve(Now, Berlin, Now) > DateTimeOffset.MinValue);
    }

    [Fact]
    public void What_was_written_is_read_back_from_each_place() =>
        Gen.Select(Gen.OneOf(Gen.Const("high"), Gen.Const("medium"), Gen.Const("low")), Gen.Int[1, 5000], Gen.String[Gen.Char.AlphaNumeric, 1, 20], Gen.OneOf(Gen.Const("standard"), Gen.Const("fine"), Gen.Const("superfine")))
            .Sample((priority, minutes, reference, resolution) =>
            {
                var byAddress = Address($"priority={priority}/at=+{minutes}m/ref={reference}/resolution={resolution}");
                Assert.True(OptionReader.TryReadSubject($"[priority={priority}] [at=+{minutes}m] Hello [ref={reference}] [resolution={resolution}]", out var bySubject, out var rest, out _));
                Assert.True(OptionReader.TryReadHeaders(new Dictionary<string, string>
                {
                    ["x-trunkline-priority"] = priority, ["x-trunkline-at"] = $"+{minutes}m", ["x-trunkline-ref"] = reference, ["x-trunkline-resolution"] = resolution,
                }, out var byHeader, out _));
                Assert.Equal("Hello", rest);
                Assert.Equal(byAddress, bySubject);
                Assert.Equal(byAddress, byHeader);
                Assert.Equal(TimeSpan.FromMinutes(minutes), Assert.IsType<WrittenTime.Span>(byAddress.At).Time);
            });

    private static MessageOptions Address(string text)
    {
        Assert.True(OptionReader.TryReadAddress(text, out var options, out var error), error);
        return options;
    }

    private static SendingTimes? Times(string text, out string error, TimeZoneInfo? zone = null) =>
        SendingTimes.TryFind(Address(text), Now, zone ?? TimeZoneInfo.Utc, new GatewayOptions(), out var times, out error) ? times : null;
}
