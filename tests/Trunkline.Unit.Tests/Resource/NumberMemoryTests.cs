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
        Assert.Equal(FaxWay.Best, memory.WayFor(Number()));
        FaxWay[] tried = [.. Enumerable.Range(0, 5).Select(_ => Fails(memory, CallOutcome.Incompatible))];
        Assert.Equal([FaxWay.Best, FaxWay.Audio, FaxWay.WithoutV17, FaxWay.Slow, FaxWay.Best], tried);
    }

    [Fact]
    public void What_failed_by_G711_already_is_next_tried_without_V17()
    {
        var memory = Open();
        Fails(memory, CallOutcome.Incompatible, t38: false);
        Assert.Equal(FaxWay.WithoutV17, memory.WayFor(Number()));
    }

    [Fact]
    public void A_call_that_brought_pages_through_is_tried_the_same_way_once_more()
    {
        var memory = Open();
        Fails(memory, CallOutcome.Dropped, confirmed: 1);
        Assert.Equal(FaxWay.Best, memory.WayFor(Number()));
        Fails(memory, CallOutcome.Dropped, confirmed: 2, firstPage: 2);
        Assert.Equal(FaxWay.Audio, memory.WayFor(Number()));
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
        Assert.Equal(FaxWay.Audio, memory.WayFor(Number()));
    }

    [Fact]
    public void T38_that_is_agreed_on_and_stays_silent_is_tried_by_G711_and_a_person_is_not()
    {
        var memory = Open();
        Fails(memory, CallOutcome.NoFax, t38: false);
        Assert.Equal(FaxWay.Best, memory.WayFor(Number()));
        Fails(memory, CallOutcome.NoFax, t38: true);
        Assert.Equal(FaxWay.Audio, memory.WayFor(Number()));
    }

    [Fact]
    public void What_worked_is_remembered_and_forgotten_after_a_while()
    {
        var memory = Open();
        Fails(memory, CallOutcome.Incompatible);
        Works(memory, t38: false);
        Assert.Equal(FaxWay.Audio, memory.WayFor(Number()));
        _time.Advance(TimeSpan.FromDays(13));
        Assert.Equal(FaxWay.Audio, Open().WayFor(Number()));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(FaxWay.Best, memory.WayFor(Number()));
        Assert.Equal(FaxWay.Best, Open().WayFor(Number()));
    }

    [Fact]
    public void A_far_end_that_refuses_T38_is_not_asked_again()
    {
        var memory = Open();
        Works(memory, t38: false);
        Assert.Equal(FaxWay.Audio, memory.WayFor(Number()));
        Assert.Equal(FaxWay.Best, memory.WayFor(Number("+12025550199")));
    }

    [Fact]
    public void It_lives_through_a_restart_and_a_damaged_file()
    {
        Fails(Open(), CallOutcome.Incompatible);
        System.IO.File.AppendAllText(File, "nonsense\n2026-11-24T12:00:00.000Z +12025550101 Sideways 0 0 ecm\n2026-11-24T12:0");
        Assert.Equal(FaxWay.Audio, Open().WayFor(Number()));
        Assert.Single(System.IO.File.ReadAllLines(File));
    }

    [Fact]
    public void It_goes_on_without_its_file()
    {
        Directory.CreateDirectory(File);
        var memory = Open();
        Fails(memory, CallOutcome.Incompatible);
        Assert.Equal(FaxWay.Audio, memory.WayFor(Number()));
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
        Assert.Equal(FaxWay.Best, memory.WayFor(Number("+12025550101")));
        Assert.Equal(FaxWay.Audio, memory.WayFor(Number("+12025550103")));
        Assert.Equal(FaxWay.Audio, Open(max: 2).WayFor(Number("+12025550102")));
    }

    [Fact]
    public void A_way_changes_nothing_else_of_the_call()
    {
        var call = Call() with { FirstPage = 2, HeaderLine = "From us", AllowEcm = false };
        Assert.Equal(call, call.By(FaxWay.Best));
        Assert.Equal(call with { AllowT38 = false, MaxBitRate = 4800 }, call.By(FaxWay.Slow));
    }

    private NumberMemory Open(int max = 100) => new(File, new ResourceOptions
    {
        ResourceId = "R1", Password = "x", RouterAddress = new Uri("http://localhost"), DataDirectory = _directory, MaxNumbers = max,
    }, _time, NullLogger.Instance);

    private static FaxWay Fails(NumberMemory memory, CallOutcome outcome, bool t38 = true, int confirmed = 0, int firstPage = 1)
    {
        var call = Call() with { FirstPage = firstPage };
        var way = memory.WayFor(call.To);
        memory.Learn(call, way, new FaxCallResult { Outcome = outcome, Detail = "", PagesConfirmed = confirmed, T38 = t38 && way == FaxWay.Best });
        return way;
    }

    private static void Works(NumberMemory memory, bool t38, string number = "+12025550100")
    {
        var call = Call() with { To = Number(number) };
        memory.Learn(call, memory.WayFor(call.To), new FaxCallResult
        {
            Outcome = CallOutcome.Delivered, Detail = "", PagesConfirmed = 3, T38 = t38, BitRate = 14400, Ecm = true,
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
