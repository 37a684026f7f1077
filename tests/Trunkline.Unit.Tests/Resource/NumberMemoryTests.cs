using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Resource;
using Trunkline.Resource.Fax;
using Trunkline.Telephony.Calls;

namespace Trunkline.Unit.Tests.Resource;

public sealed class NumberMemoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-numbers-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    private string File => Path.Combine(_directory, "numbers");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Each_failure_is_tried_another_way_down_to_the_slowest_and_then_from_the_top()
    {
        var memory = Open();
        Assert.Equal(FaxWay.Best, memory.PlanFor(Number()).Way);
        FaxWay[] tried = [.. Enumerable.Range(0, 5).Select(_ => Fails(memory, CallOutcome.Incompatible))];
        Assert.Equal([FaxWay.Best, FaxWay.Audio, FaxWay.WithoutV17, FaxWay.Slow, FaxWay.Best], tried);
    }

    [Fact]
    public void What_failed_by_G711_already_is_next_tried_without_V17()
    {
        var memory = Open();
        Fails(memory, CallOutcome.Incompatible, t38: false);
        Assert.Equal(FaxWay.WithoutV17, memory.PlanFor(Number()).Way);
    }

    [Fact]
    public void A_call_that_brought_pages_through_is_tried_the_same_way_once_more()
    {
        var memory = Open();
        Fails(memory, CallOutcome.Dropped, confirmed: 1);
        Assert.Equal(FaxWay.Best, memory.PlanFor(Number()).Way);
        Fails(memory, CallOutcome.Dropped, confirmed: 2, firstPage: 2);
        Assert.Equal(FaxWay.Audio, memory.PlanFor(Number()).Way);
    }

    [Theory]
    [InlineData(CallOutcome.Busy)]
    [InlineData(CallOutcome.NoAnswer)]
    [InlineData(CallOutcome.Congestion)]
    [InlineData(CallOutcome.Interrupted)]
    [InlineData(CallOutcome.Uncertain)]
    public void What_is_not_the_fault_of_the_way_changes_nothing(CallOutcome outcome)
    {
        var memory = Open();
        Fails(memory, CallOutcome.Incompatible);
        Fails(memory, outcome);
        Assert.Equal(FaxWay.Audio, memory.PlanFor(Number()).Way);
    }

    [Fact]
    public void T38_that_is_agreed_on_and_stays_silent_is_tried_by_G711_and_a_person_is_not()
    {
        var memory = Open();
        Fails(memory, CallOutcome.NoFax, t38: false);
        Assert.Equal(FaxWay.Best, memory.PlanFor(Number()).Way);
        Fails(memory, CallOutcome.NoFax, t38: true);
        Assert.Equal(FaxWay.Audio, memory.PlanFor(Number()).Way);
    }

    [Fact]
    public void What_worked_is_remembered_and_forgotten_after_a_while()
    {
        var memory = Open();
        Fails(memory, CallOutcome.Incompatible);
        Works(memory, t38: false);
        Assert.Equal(FaxWay.Audio, memory.PlanFor(Number()).Way);
        _time.Advance(TimeSpan.FromDays(13));
        Assert.Equal(FaxWay.Audio, Open().PlanFor(Number()).Way);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(FaxWay.Best, memory.PlanFor(Number()).Way);
        Assert.Equal(FaxWay.Best, Open().PlanFor(Number()).Way);
    }

    [Fact]
    public void A_far_end_that_refuses_T38_is_not_asked_again()
    {
        var memory = Open();
        Works(memory, t38: false);
        Assert.Equal(FaxWay.Audio, memory.PlanFor(Number()).Way);
        Assert.Equal(FaxWay.Best, memory.PlanFor(Number("+12025550199")).Way);
    }

    [Fact]
    public void It_lives_through_a_restart_and_a_damaged_file()
    {
        Fails(Open(), CallOutcome.Incompatible);
        System.IO.File.AppendAllText(File, "nonsense\n2026-11-24T12:00:00.000Z +12025550101 Sideways 0 0 ecm\n2026-11-24T12:0");
        Assert.Equal(FaxWay.Audio, Open().PlanFor(Number()).Way);
        Assert.Single(System.IO.File.ReadAllLines(File));
    }

    [Fact]
    public void It_goes_on_without_its_file()
    {
        Directory.CreateDirectory(File);
        var memory = Open();
        Fails(memory, CallOutcome.Incompatible);
        Assert.Equal(FaxWay.Audio, memory.PlanFor(Number()).Way);
    }

    [Fact]
    public void The_oldest_goes_when_there_are_too_many()
    {
        var memory = Open(max: 2);
        foreach (var number in new[] { "+12025550101", "+12025550102", "+12025550103" })
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Works(memory, t38: false, number);
        }
        Assert.Equal(FaxWay.Best, memory.PlanFor(Number("+12025550101")).Way);
        Assert.Equal(FaxWay.Audio, memory.PlanFor(Number("+12025550103")).Way);
        Assert.Equal(FaxWay.Audio, Open(max: 2).PlanFor(Number("+12025550102")).Way);
    }

    [Fact]
    public void A_way_changes_nothing_else_of_the_call()
    {
        var call = Call() with { FirstPage = 2, HeaderLine = "From us", AllowEcm = false };
        Assert.Equal(call, FaxPlan.Best.Apply(call));
        Assert.Equal(call with { AllowT38 = false, MaxBitRate = 4800 }, new FaxPlan(FaxWay.Slow).Apply(call));
        // The message's own wishes win where they are narrower.
        var narrow = call with { AllowT38 = false, MaxBitRate = 4800 };
        foreach (var way in Enum.GetValues<FaxWay>())
            Assert.Equal(narrow, new FaxPlan(way).Apply(narrow));
    }

    [Theory]
    [InlineData(14400, true, 14400)]
    [InlineData(12000, true, 14400)]
    [InlineData(9600, true, 9600)]
    [InlineData(7200, false, 9600)]
    [InlineData(4800, false, 4800)]
    [InlineData(2400, true, 4800)]
    public void The_next_fax_begins_at_the_rate_and_with_the_correction_that_got_through(int bitRate, bool ecm, int begins)
    {
        var memory = Open();
        Works(memory, t38: true, bitRate: bitRate, ecm: ecm);
        Assert.Equal(new FaxPlan(FaxWay.Best, begins, ecm), memory.PlanFor(Number()));
        Assert.Equal(new FaxPlan(FaxWay.Best, begins, ecm), Open().PlanFor(Number()));
    }

    [Fact]
    public void A_rate_that_failed_is_not_remembered_as_one_that_works()
    {
        var memory = Open();
        Works(memory, t38: true, bitRate: 4800, ecm: false);
        Fails(memory, CallOutcome.Incompatible);
        Assert.Equal(new FaxPlan(FaxWay.Audio), memory.PlanFor(Number()));
    }

    [Fact]
    public void A_number_that_is_called_every_day_is_given_the_best_way_again_all_the_same()
    {
        var memory = Open();
        Works(memory, t38: false, bitRate: 4800);
        for (var day = 1; day < 14; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            Assert.Equal(4800, memory.PlanFor(Number()).MaxBitRate);
            Works(memory, t38: false, bitRate: 4800);
        }
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(FaxPlan.Best, memory.PlanFor(Number()));
    }

    [Fact]
    public void A_number_that_takes_the_best_needs_no_place()
    {
        var memory = Open(max: 1);
        Works(memory, t38: false);
        Works(memory, t38: true, "+12025550101");
        Assert.Equal(FaxWay.Audio, memory.PlanFor(Number()).Way);
    }

    [Theory]
    [InlineData(FaxWay.Best, 14400, true, "T.38 or G.711, to 14400 bit/s")]
    [InlineData(FaxWay.Best, 9600, false, "T.38 or G.711, to 9600 bit/s, without ECM")]
    [InlineData(FaxWay.WithoutV17, 14400, true, "G.711 without V.17, to 9600 bit/s")]
    [InlineData(FaxWay.WithoutV17, 4800, true, "G.711 without V.17, to 4800 bit/s")]
    [InlineData(FaxWay.Slow, 9600, true, "G.711 by V.27ter, to 4800 bit/s")]
    internal void A_plan_says_what_it_is(FaxWay way, int bitRate, bool ecm, string words)
    {
        Assert.Equal(words, new FaxPlan(way, bitRate, ecm).Words());
    }

    private NumberMemory Open(int max = 100) => new(File, new ResourceOptions
    {
        ResourceId = "R1", Password = "x", RouterAddress = new Uri("http://localhost"), DataDirectory = _directory, MaxNumbers = max,
    }, _time, NullLogger.Instance);

    private static FaxWay Fails(NumberMemory memory, CallOutcome outcome, bool t38 = true, int confirmed = 0, int firstPage = 1)
    {
        var call = Call() with { FirstPage = firstPage };
        var way = memory.PlanFor(call.To).Way;
        memory.Learn(call, way, new FaxCallResult { Outcome = outcome, Detail = "", PagesConfirmed = confirmed, T38 = t38 && way == FaxWay.Best });
        return way;
    }

    private static void Works(NumberMemory memory, bool t38, string number = "+12025550100", int bitRate = 14400, bool ecm = true)
    {
        var call = Call() with { To = Number(number) };
        memory.Learn(call, memory.PlanFor(call.To).Way, new FaxCallResult
        {
            Outcome = CallOutcome.Delivered, Detail = "", PagesConfirmed = 3, T38 = t38, BitRate = bitRate, Ecm = ecm,
        });
    }

    private static FaxCall Call() => new()
    {
        CallId = "m1", To = Number(), LocalIdent = "", HeaderLine = "", TiffPath = "/nowhere.tif", Pages = 3,
    };

    private static PhoneNumber Number(string text = "+12025550100")
    {
        Assert.True(PhoneNumber.TryParse(text, "US", out var number));
        return number;
    }
}
