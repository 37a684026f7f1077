using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Unit.Tests.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Media;

public sealed class FaxMediaSessionTests
{
    [Theory]
    [InlineData(1, true, 14400, G711Law.MuLaw)]
    [InlineData(3, true, 14400, G711Law.ALaw)]
    [InlineData(3, false, 14400, G711Law.MuLaw)]
    [InlineData(1, true, 9600, G711Law.ALaw)]
    [InlineData(1, false, 4800, G711Law.MuLaw)]
    public async Task Fax_by_audio_arrives_bit_for_bit(int pages, bool ecm, int bitRate, G711Law law)
    {
        using var pair = new FaxPair(pages, called: o => o with { Ecm = ecm, MaxBitRate = bitRate });
        pair.UseAudio(law);
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();

        AssertDelivered(caller, pages, ecm, bitRate);
        AssertDelivered(called, pages, ecm, bitRate);
        Assert.Equal("+1 202 555 0100", caller.RemoteIdent);
        Assert.Equal("+1 202 555 0190", called.RemoteIdent);
        Assert.Equal(Enumerable.Range(1, pages), pair.CallerEvents.Pages);
        Assert.Equal(Enumerable.Range(1, pages), pair.CalledEvents.Pages);
        Assert.Contains(("+1 202 555 0100", bitRate, ecm), pair.CallerEvents.Transfers);
        Assert.Equal(ecm ? "MMR" : "MR", caller.Compression);
        Assert.Equal(caller.Compression, called.Compression);
        pair.Called.Dispose();
        FaxTiff.AssertSame(pair.Sent, pair.Received);
    }

    [Theory]
    [InlineData(1, true, 14400, UdptlErrorCorrection.Redundancy)]
    [InlineData(3, true, 14400, UdptlErrorCorrection.Fec)]
    [InlineData(3, false, 9600, UdptlErrorCorrection.Redundancy)]
    [InlineData(1, true, 4800, UdptlErrorCorrection.None)]
    public async Task Fax_by_T38_arrives_bit_for_bit(int pages, bool ecm, int bitRate, UdptlErrorCorrection correction)
    {
        using var pair = new FaxPair(pages, called: o => o with { Ecm = ecm, MaxBitRate = bitRate });
        pair.UseT38(correction);
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();

        AssertDelivered(caller, pages, ecm, bitRate);
        AssertDelivered(called, pages, ecm, bitRate);
        pair.Called.Dispose();
        FaxTiff.AssertSame(pair.Sent, pair.Received);
    }

    [Theory]
    [InlineData(UdptlErrorCorrection.Redundancy, 1)]
    [InlineData(UdptlErrorCorrection.Redundancy, 2)]
    [InlineData(UdptlErrorCorrection.Fec, 3)]
    public async Task Fax_by_T38_survives_five_percent_loss(UdptlErrorCorrection correction, int seed)
    {
        var wire = new LoopbackNetwork();
        var faults = new LinkFaults(Loss: 0.05, Duplication: 0.01, Reordering: 0.01, Seed: seed);
        using var pair = new FaxPair(2, new ImpairedNetwork(wire, faults), new ImpairedNetwork(wire, faults));
        pair.UseT38(correction);
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();

        AssertDelivered(caller, 2, true, 14400);
        Assert.True(called.IsComplete, called.Text);
        pair.Called.Dispose();
        FaxTiff.AssertSame(pair.Sent, pair.Received);
    }

    [Theory]
    [InlineData(0.03, 1, 1)]
    [InlineData(0.03, 3, 2)]
    [InlineData(0.1, 1, 3)]
    public async Task Fax_by_audio_that_is_sent_again_survives_losses(double loss, double burst, int seed)
    {
        var wire = new LoopbackNetwork();
        var faults = new LinkFaults(loss, Reordering: 0.01, Seed: seed) { MeanBurst = burst };
        using var pair = new FaxPair(2, new ImpairedNetwork(wire, faults), new ImpairedNetwork(wire, faults));
        pair.UseAudio(redundancy: true);
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();

        Assert.True(caller.IsComplete, caller.Text);
        Assert.True(called.IsComplete, called.Text);
        Assert.True(called.Media.Repaired > 10 && caller.Media.Repaired > 10, $"{caller.Media} {called.Media}");
        pair.Called.Dispose();
        FaxTiff.AssertSame(pair.Sent, pair.Received);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(140)]
    public async Task Training_that_was_lost_is_asked_for_again_and_the_rate_stepped_down(int packets)
    {
        // Once the called end has its DCS: the beginning of the training, or nearly all of training and check.
        var wire = new LoopbackNetwork();
        var cut = new CutNetwork(wire, after: 6, length: packets);
        using var pair = new FaxPair(callerNetwork: cut, calledNetwork: wire);
        pair.CalledEvents.OnTrace = text =>
        {
            if (text.StartsWith("heard DCS", StringComparison.Ordinal) && pair.CalledEvents.Lines.Count(line => line.Contains("heard DCS", StringComparison.Ordinal)) == 1)
                cut.Arm();
        };
        pair.UseAudio();
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();

        Assert.Contains("T.30 sent FTT (the training check failed)", pair.CalledEvents.Lines);
        AssertDelivered(caller, 1, true, 12000);
        AssertDelivered(called, 1, true, 12000);
        pair.Called.Dispose();
        FaxTiff.AssertSame(pair.Sent, pair.Received);
    }

    [Fact]
    public async Task Call_that_goes_over_to_T38_after_the_answer_tone_is_delivered()
    {
        using var pair = new FaxPair();
        pair.When(() => pair.CallerEvents.Lines.Any(l => l.Contains(" heard", StringComparison.Ordinal)), () => pair.UseT38());
        pair.UseAudio();
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();

        AssertDelivered(caller, 1, true, 14400);
        AssertDelivered(called, 1, true, 14400);
        pair.UseAudio();
        pair.Called.Dispose();
        FaxTiff.AssertSame(pair.Sent, pair.Received);
    }

    [Fact]
    public async Task Far_end_that_goes_back_to_audio_before_any_page_gets_the_fax_by_audio()
    {
        using var pair = new FaxPair();
        pair.When(() => !pair.CallerEvents.Lines.IsEmpty, () => pair.UseAudio());
        pair.UseT38();
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();
        Assert.True(caller.IsComplete, caller.Text);
        Assert.True(called.IsComplete, called.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Receiver_that_drops_in_page_two_leaves_one_page_confirmed(bool t38)
    {
        using var pair = new FaxPair(3, called: o => o with { DropAtPage = 2 });
        if (t38)
            pair.UseT38();
        else
            pair.UseAudio();
        pair.When(() => pair.Called.Completion.IsCompleted, pair.Caller.FarEndHungUp);
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();

        Assert.False(called.IsComplete);
        Assert.Equal(1, called.Pages);
        Assert.False(caller.IsComplete);
        Assert.Equal(1, caller.Pages);
        Assert.True(caller is { HeardFax: true, PageBegun: true, PageSent: false });
        Assert.Equal([1], pair.CallerEvents.Pages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_whose_confirmation_never_came_is_said_to_have_been_sent(bool ecm)
    {
        using var pair = new FaxPair(1, caller: o => o with { Ecm = ecm });
        pair.CallerEvents.OnTrace = text =>
        {
            // The command after the page: the far end falls silent before it can confirm.
            if (text.StartsWith("sent PPS ", StringComparison.Ordinal) || text.StartsWith("sent EOP ", StringComparison.Ordinal))
                pair.Called.Dispose();
        };
        pair.UseT38();
        pair.Start();
        await pair.Called.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        pair.Caller.FarEndHungUp();
        var caller = await pair.Caller.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(caller.IsComplete);
        Assert.Equal(0, caller.Pages);
        Assert.True(caller.PageSent);
    }

    [Fact]
    public async Task Page_that_was_sent_to_its_end_is_not_sent_again_when_the_far_end_goes_over_to_the_other_mode()
    {
        using var pair = new FaxPair(1);
        pair.CallerEvents.OnTrace = text =>
        {
            if (!text.StartsWith("sent PPS ", StringComparison.Ordinal) && !text.StartsWith("sent EOP ", StringComparison.Ordinal))
                return;
            pair.Called.Dispose();
            pair.Caller.UseAudio(new AudioPath(pair.Called.LocalEndPoint, G711Law.MuLaw));
        };
        pair.UseT38();
        pair.Start();
        var caller = await pair.Caller.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((0, true), (caller.Pages, caller.PageSent));
        Assert.Single(pair.CallerEvents.Lines, line => line.Contains("sent DCS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Second_attempt_sends_only_the_pages_from_the_one_asked_for()
    {
        using var pair = new FaxPair(3, caller: o => o with { FirstPage = 2 });
        pair.UseT38();
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();
        Assert.True(caller.IsComplete, caller.Text);
        Assert.Equal(2, caller.Pages);
        Assert.Equal(2, called.Pages);
        pair.Called.Dispose();
        Assert.Equal(FaxTiff.Read(pair.Sent)[1], FaxTiff.Read(pair.Received)[0]);
    }

    [Fact]
    public async Task Silent_line_gives_up_and_says_that_no_fax_was_heard()
    {
        using var pair = new FaxPair();
        pair.UseAudio();
        pair.Caller.Start();
        var caller = await pair.Caller.Completion.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.False(caller.IsComplete);
        Assert.False(caller.HeardFax);
        Assert.False(caller.PageBegun);
        Assert.Equal(0, caller.Pages);
    }

    [Fact]
    public async Task Answer_tone_alone_counts_as_a_fax_heard()
    {
        using var pair = new FaxPair();
        pair.UseAudio();
        pair.When(() => pair.CalledEvents.Lines.Any(l => l.Contains(" sent", StringComparison.Ordinal)), () =>
        {
            pair.Called.Dispose();
            pair.Caller.FarEndHungUp();
        });
        pair.Start();
        var caller = await pair.Caller.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(caller.IsComplete);
        Assert.True(caller.HeardFax);
        Assert.False(caller.PageBegun);
    }

    [Theory]
    [InlineData("sent DCN ", true, false)]
    [InlineData("sent DCN ", true, true)]
    [InlineData("sent CFR ", false, false)]
    [InlineData("sent CFR ", false, true)]
    public async Task Called_end_whose_caller_vanishes_without_a_word_comes_to_an_end_by_itself(string when, bool complete, bool t38)
    {
        using var pair = new FaxPair(rows: 2000);
        void Vanish(string text)
        {
            if (text.StartsWith(when, StringComparison.Ordinal))
                pair.Caller.Dispose();
        }

        pair.CallerEvents.OnTrace = Vanish;
        pair.CalledEvents.OnTrace = Vanish;
        if (t38)
            pair.UseT38();
        else
            pair.UseAudio();
        pair.Start();
        var called = await pair.Called.Completion.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(complete ? 1 : 0, called.Pages);
        Assert.Equal(complete, called.IsComplete);
    }

    [Fact]
    public async Task Session_that_never_got_media_reports_when_disposed()
    {
        using var pair = new FaxPair();
        pair.Caller.Dispose();
        var report = await pair.Caller.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(report.IsComplete);
        Assert.False(report.HeardFax);
    }

    [Fact]
    public async Task Document_that_is_no_TIFF_fails_without_a_page()
    {
        using var pair = new FaxPair();
        await File.WriteAllTextAsync(pair.Sent, "this is no picture");
        pair.UseT38();
        pair.Start();
        var caller = await pair.Caller.Completion.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.False(caller.IsComplete);
        Assert.NotEqual(0, caller.Code);
        Assert.Equal(0, caller.Pages);
    }

    private static void AssertDelivered(FaxReport report, int pages, bool ecm, int bitRate)
    {
        Assert.True(report.IsComplete, $"{report.Code} {report.Text}");
        Assert.Equal(pages, report.Pages);
        Assert.Equal(ecm, report.Ecm);
        Assert.Equal(bitRate, report.BitRate);
        Assert.True(report is { HeardFax: true, PageBegun: true });
    }
}
