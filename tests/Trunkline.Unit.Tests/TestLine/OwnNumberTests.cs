using Microsoft.Extensions.Configuration;
using Trunkline.Core;
using Trunkline.Serving;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Net;
using Trunkline.TestLine;
using Trunkline.Unit.Tests.Telephony.Media;

namespace Trunkline.Unit.Tests.TestLine;

/// <summary>Numbers of the test line with faults of one's own.</summary>
public sealed class OwnNumberTests
{
    private const string Own = "+12025550150";

    private static readonly TestNumber Fax = new(Own, TestAnswer.Fax) { Description = "of the test" };

    [Fact]
    public async Task Number_is_busy_as_often_as_it_was_told_and_then_takes_the_fax()
    {
        await using var line = await StartAsync(Fax with { BusyTimes = 2 });
        Assert.Equal(CallOutcome.Busy, (await line.SendAsync(Own)).Outcome);
        Assert.Equal(CallOutcome.Busy, (await line.SendAsync(Own)).Outcome);
        Assert.Equal(CallOutcome.Delivered, (await line.SendAsync(Own)).Outcome);
    }

    [Fact]
    public async Task Number_that_always_drops_gives_a_page_less_each_time_until_none_is_left()
    {
        await using var line = await StartAsync(Fax with { DropAtPage = 2 });
        var first = await line.SendAsync(Own, pages: 3);
        Assert.Equal((CallOutcome.Dropped, 1), (first.Outcome, first.PagesConfirmed));
        var second = await line.SendAsync(Own, pages: 3, firstPage: 2);
        Assert.Equal((CallOutcome.Dropped, 2), (second.Outcome, second.PagesConfirmed));
        var third = await line.SendAsync(Own, pages: 3, firstPage: 3);
        Assert.Equal((CallOutcome.Delivered, 3), (third.Outcome, third.PagesConfirmed));
    }

    [Fact]
    public async Task Person_says_hello_and_hangs_up_and_it_is_no_fax()
    {
        await using var line = await StartAsync(Fax with { Answer = TestAnswer.Person });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == CallOutcome.Person, Story(result));
        Assert.StartsWith("a person heard: ", result.Detail, StringComparison.Ordinal);
        Assert.EndsWith("heard: the far end hung up (T.30 49)", result.Detail, StringComparison.Ordinal);
        Assert.Contains(result.Events, e => e is { Layer: "line", Text: "a voice heard" });
        Assert.Equal("a person answered, said hello, and hung up", (await line.FinishedAsync()).Why);
    }

    [Fact]
    public async Task Answering_machine_beeps_and_is_told_from_a_person()
    {
        await using var line = await StartAsync(Fax with { Answer = TestAnswer.VoiceMail });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == CallOutcome.VoiceMail, Story(result));
        Assert.Contains(result.Events, e => e is { Layer: "line", Text: "a beep heard" });
        // We hung up before the timer of T.30 that waits for a minute.
        Assert.EndsWith("heard: we hung up (T.30 49)", result.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<LineSound, bool, CallOutcome> Tones()
    {
        var tones = new TheoryData<LineSound, bool, CallOutcome>
        {
            { LineSound.BusyTone, true, CallOutcome.Busy },
            { LineSound.CongestionTone, true, CallOutcome.Congestion },
        };
        foreach (var tone in Enum.GetValues<LineSound>().Where(sound => sound.EndsCall()))
        {
            tones.Add(tone, false, tone switch
            {
                LineSound.BusyTone => CallOutcome.Busy,
                LineSound.CongestionTone or LineSound.Reorder or LineSound.NoCircuit => CallOutcome.Congestion,
                _ => CallOutcome.NotInService,
            });
        }
        return tones;
    }

    [Theory]
    [MemberData(nameof(Tones))]
    public async Task Tone_before_the_answer_ends_the_call_and_says_why(LineSound tone, bool isEuropean, CallOutcome outcome)
    {
        await using var line = await StartAsync(Fax with { Answer = TestAnswer.Tone, Tone = tone, IsEuropean = isEuropean, BeforeAnswer = true });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == outcome, Story(result));
        Assert.Equal($"{tone.Words()} heard before the answer", result.Detail);
        Assert.Equal((TimeSpan.Zero, true), (result.Duration, result.CallPlaced));
        Assert.Contains(result.Events, e => e.Layer == "line" && e.Text == $"{tone.Words()} heard");
        Assert.Contains(result.Events, e => e is { Layer: "SIP", Text: "CANCEL sent" });
    }

    [Theory]
    [MemberData(nameof(Tones))]
    public async Task Tone_after_the_answer_is_hung_up_on_and_says_why(LineSound tone, bool isEuropean, CallOutcome outcome)
    {
        await using var line = await StartAsync(Fax with { Answer = TestAnswer.Tone, Tone = tone, IsEuropean = isEuropean });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == outcome, Story(result));
        Assert.StartsWith($"{tone.Words()} heard: ", result.Detail, StringComparison.Ordinal);
        // We ended it: the timer of T.30, half a minute later, has another number.
        Assert.EndsWith("heard: we hung up (T.30 49)", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ringing_before_the_answer_is_no_reason_to_give_up()
    {
        await using var line = await StartAsync(Fax with { Answer = TestAnswer.Tone, Tone = LineSound.RingingTone, BeforeAnswer = true });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == CallOutcome.NoAnswer, Story(result));
        Assert.Contains(result.Events, e => e is { Layer: "line", Text: "ringing tone heard" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_refused_trainings_slow_the_fax_down_and_it_arrives(bool t38)
    {
        await using var line = await StartAsync(Fax with { RefuseTrainings = 2, T38 = t38 });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == CallOutcome.Delivered, Story(result));
        Assert.Equal(t38, result.T38);
        Assert.Equal(2, result.Events.Count(e => e.Text.Contains("FTT", StringComparison.Ordinal)));
        Assert.Equal(9600, result.BitRate);
        FaxTiff.AssertSame(line.Sent, (await line.FinishedAsync()).File!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Number_that_refuses_every_training_is_incompatible(bool t38)
    {
        await using var line = await StartAsync(Fax with { RefuseTrainings = int.MaxValue, T38 = t38 });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == CallOutcome.Incompatible, Story(result));
        Assert.Equal(0, result.PagesConfirmed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fax_arrives_whole_though_packets_overtake_each_other(bool t38)
    {
        await using var line = await StartAsync(Fax with { Jitter = TimeSpan.FromMilliseconds(30), T38 = t38 });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == CallOutcome.Delivered, Story(result));
        FaxTiff.AssertSame(line.Sent, (await line.FinishedAsync()).File!);
    }

    [Fact]
    public async Task Slow_number_rings_first_and_goes_at_4800()
    {
        await using var line = await StartAsync(Fax with { RingFor = TimeSpan.FromSeconds(20), MaxBitRate = 4800, Ecm = false });
        var result = await line.SendAsync(Own);
        Assert.True(result.Outcome == CallOutcome.Delivered, Story(result));
        Assert.Equal(4800, result.BitRate);
        var call = await line.FinishedAsync();
        // At fifty times the speed a timer's millisecond is a twentieth of a second, and timers may be a few early.
        Assert.True(call.Answered - call.Began > TimeSpan.FromSeconds(15), $"{call.Began} {call.Answered}");
    }

    [Fact]
    public async Task Number_of_the_table_behaves_as_configured()
    {
        await using var line = await StartAsync(new TestNumber("+12025550100", TestAnswer.Busy) { Description = "of the test" });
        Assert.Equal(CallOutcome.Busy, (await line.SendAsync("+12025550100")).Outcome);
    }

    [Fact]
    public void Numbers_are_read_from_the_configuration()
    {
        var numbers = Read(
            ("Number", "+1 202 555 0150"), ("Answer", "fax"), ("Tone", "vacantcode"), ("European", "true"), ("BeforeAnswer", "true"), ("BusyTimes", "1"), ("RingFor", "00:00:05"), ("T38", "false"), ("Ecm", "false"),
            ("MaxBitRate", "9600"), ("DropAtPage", "2"), ("DropTimes", "1"), ("RefuseTrainings", "3"), ("Loss", "0.05"), ("Jitter", "00:00:00.040"));
        var expected = new TestNumber(Own, TestAnswer.Fax)
        {
            Description = "of the operator",
            Tone = LineSound.VacantCode,
            IsEuropean = true,
            BeforeAnswer = true,
            BusyTimes = 1,
            RingFor = TimeSpan.FromSeconds(5),
            T38 = false,
            Ecm = false,
            MaxBitRate = 9600,
            DropAtPage = 2,
            DropTimes = 1,
            RefuseTrainings = 3,
            PacketLoss = 0.05,
            Jitter = TimeSpan.FromMilliseconds(40),
        };
        Assert.Equal([expected], numbers);
    }

    [Theory]
    [InlineData("Number", "fax")]
    [InlineData("Answer", "elephant")]
    [InlineData("Answer", "17")]
    [InlineData("Tone", "Person")]
    [InlineData("MaxBitRate", "33600")]
    [InlineData("Loss", "3")]
    [InlineData("Loss", "NaN")]
    [InlineData("BusyTimes", "-1")]
    [InlineData("RingFor", "01:00:00")]
    [InlineData("Jitter", "00:00:02")]
    public void Number_that_cannot_work_is_refused_with_a_sentence(string key, string value)
    {
        var fault = Assert.Throws<OptionsException>(() => Read(("Number", Own), (key, value)));
        Assert.StartsWith("TestLine:Numbers:0", fault.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<TestNumber> Read(params (string Key, string Value)[] settings)
    {
        var pairs = new Dictionary<string, string?>();
        foreach (var (key, value) in settings)
            pairs["TestLine:Numbers:0:" + key] = value;
        return TestNumberOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build());
    }

    private static Task<TestLineRig> StartAsync(TestNumber number) => TestLineRig.StartAsync(new LoopbackNetwork(), numbers: [number]);

    private static string Story(FaxCallResult result) => $"{result.Outcome} {result.Detail}\n{string.Join('\n', result.Events)}";
}
