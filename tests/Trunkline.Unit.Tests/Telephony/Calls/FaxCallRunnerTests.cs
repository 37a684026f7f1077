using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Unit.Tests.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Calls;

public sealed class FaxCallRunnerTests : IAsyncDisposable
{
    private readonly SipBench _bench = new();
    private readonly FakeMediaEngine _media = new();
    private readonly RecordingObserver _observer = new();
    private readonly CancellationTokenSource _stop = new();

    private ScriptedPeer Peer => _bench.Peer;

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_fax_goes_by_t38_when_the_far_end_takes_our_offer()
    {
        var (running, session, _) = await AnsweredAsync();
        Assert.Equal("audio 6000 MuLaw", await session.Told.Reader.ReadAsync());
        Assert.Equal("start", await session.Told.Reader.ReadAsync());
        var reinvite = await Peer.NextAsync("INVITE");
        Assert.True(SipOffer(reinvite).Media[0].IsT38);
        Peer.Respond(reinvite, 200, "OK", sdp: SipBench.Image(6002));
        await Peer.NextAsync("ACK");
        Assert.Equal("t38 6002", await session.Told.Reader.ReadAsync());
        session.Events.TransferBegins("+1 555", 14400, true);
        session.Events.PageDone(1);
        session.Events.PageDone(2);
        session.Complete(Good(2));
        var bye = await Peer.NextAsync("BYE");
        Peer.Respond(bye, 200, "OK");
        var result = await running.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Delivered, 3, true, true), (result.Outcome, result.PagesConfirmed, result.T38, result.CallPlaced));
        Assert.Equal(["dialing", "answered", "transfer 14400 t38=True", "page 2", "page 3"], _observer.Seen);
        Assert.True(session.IsDisposed);
        Assert.Contains(result.Events, e => e is { Layer: "SIP", Text: "ACK sent" });
    }

    [Theory]
    [InlineData(488)]
    [InlineData(415)]
    [InlineData(606)]
    [InlineData(500)]
    public async Task A_far_end_that_refuses_t38_gets_the_fax_by_g711(int status)
    {
        var (running, session, _) = await AnsweredAsync();
        Peer.Respond(await Peer.NextAsync("INVITE"), status, "No");
        await Peer.NextAsync("ACK");
        session.Events.TransferBegins("", 9600, false);
        session.Complete(Good(2));
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        var result = await running.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Delivered, false), (result.Outcome, result.T38));
        Assert.Equal(["audio 6000 MuLaw", "start"], await ToldAsync(session));
    }

    [Fact]
    public async Task After_glare_the_far_ends_t38_offer_is_taken_and_ours_is_not_sent_again()
    {
        var (running, session, invite) = await AnsweredAsync();
        var ours = await Peer.NextAsync("INVITE");
        Peer.Send(InCall(invite, "INVITE", 1, SipBench.Image(6002)));
        await Peer.NextAsync(100);
        await Peer.NextAsync(491);
        Peer.Send(InCall(invite, "ACK", 1));
        Peer.Respond(ours, 491, "Request Pending");
        await Peer.NextAsync("ACK");
        Peer.Send(InCall(invite, "INVITE", 2, SipBench.Image(6002)));
        await Peer.NextAsync(100);
        var ok = await Peer.NextAsync(200);
        Assert.True(SipOffer(ok).Media[0].IsT38);
        Peer.Send(InCall(invite, "ACK", 2));
        // The same offer again is a session refresh: the terminal does not begin anew.
        Peer.Send(InCall(invite, "INVITE", 3, SipBench.Image(6002)));
        await Peer.NextAsync(100);
        await Peer.NextAsync(200);
        Peer.Send(InCall(invite, "ACK", 3));
        session.Complete(Good(2));
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        var result = await running.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Delivered, true), (result.Outcome, result.T38));
        Assert.Equal(["audio 6000 MuLaw", "start", "t38 6002"], await ToldAsync(session));
        Assert.Empty(await Peer.SettleAsync());
    }

    [Fact]
    public async Task Back_to_audio_after_the_pages_is_accepted_and_does_not_disturb_the_terminal()
    {
        var (running, session, invite) = await AnsweredAsync();
        Peer.Respond(await Peer.NextAsync("INVITE"), 200, "OK", sdp: SipBench.Image(6002));
        await Peer.NextAsync("ACK");
        Assert.Equal("t38 6002", await UntilAsync(session, "t38 6002"));
        session.Events.TransferBegins("", 14400, true);
        Peer.Send(InCall(invite, "INVITE", 1, SipBench.Audio(6000)));
        await Peer.NextAsync(100);
        Assert.True(SipOffer(await Peer.NextAsync(200)).Media[0].IsAudio);
        Peer.Send(InCall(invite, "ACK", 1));
        session.Complete(Good(2));
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        Assert.True((await running.WaitAsync(ScriptedPeer.Hang)).T38);
        Assert.Empty(await ToldAsync(session));
    }

    [Fact]
    public async Task T38_that_is_offered_once_pages_go_by_sound_is_refused_and_no_page_begins_anew()
    {
        var (running, session, invite) = await AnsweredAsync();
        Peer.Respond(await Peer.NextAsync("INVITE"), 488, "No");
        await Peer.NextAsync("ACK");
        session.Events.TransferBegins("", 9600, false);
        Peer.Send(InCall(invite, "INVITE", 1, SipBench.Image(6002), "z9hG4bKlate"));
        await Peer.NextAsync(100);
        await Peer.NextAsync(488);
        Peer.Send(InCall(invite, "ACK", 1, branch: "z9hG4bKlate"));
        session.Complete(Good(2));
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        Assert.Equal(CallOutcome.Delivered, (await running.WaitAsync(ScriptedPeer.Hang)).Outcome);
        Assert.DoesNotContain(await ToldAsync(session), told => told.StartsWith("t38", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(480, "", CallOutcome.Busy, "busy tone heard before the answer; SIP 480 Over")]
    [InlineData(404, "Reason: Q.850;cause=1", CallOutcome.NotInService, "SIP 404 Over (Q.850 cause 1)")]
    [InlineData(503, "Reason: Q.850;cause=127", CallOutcome.Busy, "busy tone heard before the answer; SIP 503 Over (Q.850 cause 127)")]
    public async Task A_tone_before_the_answer_tells_more_than_a_status_and_less_than_a_cause(int status, string header, CallOutcome outcome, string detail)
    {
        var (running, session, invite) = await EarlyAsync();
        session.Events.LineHeard(LineSound.BusyTone);
        Peer.Respond(invite, status, "Over", extra: header);
        await Peer.NextAsync("ACK");
        var result = await running.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((outcome, detail), (result.Outcome, result.Detail));
        Assert.Contains(result.Events, e => e is { Layer: "line", Text: "busy tone heard" });
    }

    [Fact]
    public async Task A_call_that_is_answered_after_a_tone_all_the_same_goes_on()
    {
        var (running, session, invite) = await EarlyAsync();
        session.Events.LineHeard(LineSound.BusyTone);
        Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000));
        await Peer.NextAsync("ACK");
        Peer.Respond(await Peer.NextAsync("INVITE"), 488, "No");
        await Peer.NextAsync("ACK");
        session.Events.TransferBegins("", 14400, true);
        session.Complete(Good(2));
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        Assert.Equal(CallOutcome.Delivered, (await running.WaitAsync(ScriptedPeer.Hang)).Outcome);
        // The same sound as before the answer: the terminal was told of it once.
        Assert.Equal(["audio 6000 MuLaw", "start"], await ToldAsync(session));
    }

    [Theory]
    [InlineData(LineSound.RingingTone, CallOutcome.NoAnswer)]
    [InlineData(LineSound.Voice, CallOutcome.Congestion)]
    public async Task A_ringing_tone_is_ringing_and_an_announcement_is_not(LineSound sound, CallOutcome outcome)
    {
        var running = Start(Call());
        var invite = await Peer.NextAsync("INVITE");
        Peer.Respond(invite, 100, "Trying");
        var session = await _media.Opened.Reader.ReadAsync();
        session.Events.LineHeard(sound);
        Peer.Respond(invite, 408, "Request Timeout");
        await Peer.NextAsync("ACK");
        Assert.Equal(outcome, (await running.WaitAsync(ScriptedPeer.Hang)).Outcome);
    }

    [Theory]
    [InlineData(480, "Retry-After: 120 (lunch)", 120)]
    [InlineData(486, "Retry-After: 999999", 3600)]
    [InlineData(486, "", null)]
    public async Task A_refusal_may_say_when_to_call_again(int status, string header, int? seconds)
    {
        var running = Start(Call());
        Peer.Respond(await Peer.NextAsync("INVITE"), status, "Not now", extra: header);
        await Peer.NextAsync("ACK");
        Assert.Equal(seconds, (int?)(await running.WaitAsync(ScriptedPeer.Hang)).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_call_kept_to_g711_offers_no_t38_and_refuses_it()
    {
        var (running, session, invite) = await AnsweredAsync(Call() with { AllowT38 = false });
        Peer.Send(InCall(invite, "INVITE", 1, SipBench.Image(6002), "z9hG4bKi"));
        await Peer.NextAsync(100);
        await Peer.NextAsync(488);
        Peer.Send(InCall(invite, "ACK", 1, branch: "z9hG4bKi"));
        session.Complete(Good(2));
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        Assert.False((await running.WaitAsync(ScriptedPeer.Hang)).T38);
    }

    [Fact]
    public async Task A_far_end_that_hangs_up_early_is_dropped_at_its_page()
    {
        var (running, session, invite) = await AnsweredAsync(Call() with { AllowT38 = false });
        session.WhenHungUp = new FaxReport(false, 9, "the call was dropped", 0, "peer", 9600, true, "", HeardFax: true, PageBegun: true, PageSent: false);
        session.Events.TransferBegins("peer", 9600, true);
        Peer.Send(InCall(invite, "BYE", 1));
        await Peer.NextAsync(200);
        var result = await running.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Dropped, 1), (result.Outcome, result.PagesConfirmed));
        Assert.Equal("at page 2 of 3: T.30 9 the call was dropped; the far end hung up", result.Detail);
        Assert.Contains("hung up", await ToldAsync(session));
    }

    [Fact]
    public async Task Without_a_fax_signal_we_hang_up_at_the_limit()
    {
        var (running, _, _) = await AnsweredAsync(Call() with { AllowT38 = false });
        Peer.Respond(await NextByeAfter(TimeSpan.FromSeconds(120)), 200, "OK");
        Assert.Equal(CallOutcome.NoFax, (await running.WaitAsync(ScriptedPeer.Hang)).Outcome);
    }

    [Fact]
    public async Task No_call_is_longer_than_the_limit()
    {
        var (running, session, _) = await AnsweredAsync(Call() with { AllowT38 = false });
        session.WhenHungUp = new FaxReport(false, 9, "cut", 1, "", 9600, true, "", HeardFax: true, PageBegun: true, PageSent: false);
        session.Events.TransferBegins("", 9600, true);
        Peer.Respond(await NextByeAfter(TimeSpan.FromHours(3)), 200, "OK");
        Assert.Equal(CallOutcome.Dropped, (await running.WaitAsync(ScriptedPeer.Hang)).Outcome);
    }

    [Fact]
    public async Task Being_stopped_within_the_call_hangs_up()
    {
        var (running, session, _) = await AnsweredAsync(Call() with { AllowT38 = false });
        await UntilAsync(session, "start");
        await _stop.CancelAsync();
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        Assert.Equal(CallOutcome.Interrupted, (await running.WaitAsync(ScriptedPeer.Hang)).Outcome);
    }

    [Fact]
    public async Task Being_stopped_while_it_rings_cancels()
    {
        var running = Start(Call());
        var invite = await Peer.NextAsync("INVITE");
        Peer.Respond(invite, 180, "Ringing");
        Assert.Empty(await Peer.SettleAsync());
        await _stop.CancelAsync();
        Peer.Respond(await Peer.NextAsync("CANCEL"), 200, "OK");
        Peer.Respond(invite, 487, "Request Terminated");
        await Peer.NextAsync("ACK");
        var result = await running.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Interrupted, true), (result.Outcome, result.CallPlaced));
    }

    [Fact]
    public async Task Nobody_answers_within_the_limit()
    {
        var running = Start(Call());
        var invite = await Peer.NextAsync("INVITE");
        Peer.Respond(invite, 180, "Ringing");
        Assert.Empty(await Peer.SettleAsync());
        _bench.Time.Advance(TimeSpan.FromSeconds(60));
        Peer.Respond(await Peer.NextAsync("CANCEL"), 200, "OK");
        Peer.Respond(invite, 487, "Request Terminated");
        await Peer.NextAsync("ACK");
        var result = await running.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.NoAnswer, "no answer within 60 s"), (result.Outcome, result.Detail));
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_status_and_cause()
    {
        var running = Start(Call());
        Peer.Respond(await Peer.NextAsync("INVITE"), 500, "Oops\u0007", extra: "Reason: Q.850;cause=17");
        await Peer.NextAsync("ACK");
        var result = await running.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Busy, "SIP 500 Oops  (Q.850 cause 17)", 1), (result.Outcome, result.Detail, result.PagesConfirmed));
    }

    [Fact]
    public async Task The_invite_leaves_only_when_the_dialling_is_on_record()
    {
        var recorded = new TaskCompletionSource();
        _observer.OnDialing = () => recorded.Task;
        var running = Start(Call());
        Assert.Empty(await Peer.SettleAsync());
        recorded.SetException(new IOException("disk full"));
        await Assert.ThrowsAsync<IOException>(() => running.WaitAsync(ScriptedPeer.Hang));
        Assert.Empty(await Peer.SettleAsync());
    }

    [Fact]
    public async Task An_answer_that_cannot_be_recorded_is_hung_up_and_nothing_was_sent()
    {
        _observer.OnAnswered = () => throw new IOException("disk full");
        var running = Start(Call());
        Peer.Respond(await Peer.NextAsync("INVITE"), 200, "OK", sdp: SipBench.Audio(6000));
        await Peer.NextAsync("ACK");
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        await Assert.ThrowsAsync<IOException>(() => running.WaitAsync(ScriptedPeer.Hang));
        var session = await _media.Opened.Reader.ReadAsync();
        Assert.True(session.IsDisposed);
        Assert.DoesNotContain("start", await ToldAsync(session));
    }

    [Fact]
    public async Task An_answer_without_audio_for_us_is_hung_up()
    {
        var running = Start(Call());
        Peer.Respond(await Peer.NextAsync("INVITE"), 200, "OK");
        await Peer.NextAsync("ACK");
        Peer.Respond(await Peer.NextAsync("BYE"), 200, "OK");
        Assert.Equal(CallOutcome.Incompatible, (await running.WaitAsync(ScriptedPeer.Hang)).Outcome);
    }

    [Fact]
    public async Task Without_a_media_port_no_call_is_placed()
    {
        _media.HasPorts = false;
        var result = await Start(Call()).WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((CallOutcome.Congestion, false), (result.Outcome, result.CallPlaced));
        Assert.Empty(_observer.Seen);
    }

    private static FaxCall Call() => new()
    {
        CallId = "m1",
        To = Number("+12025550100"),
        LocalIdent = "+1 202 555 0190",
        HeaderLine = "",
        TiffPath = "/nowhere.tif",
        FirstPage = 2,
        Pages = 3,
    };

    private static PhoneNumber Number(string text)
    {
        Assert.True(PhoneNumber.TryParse(text, "US", out var number));
        return number;
    }

    private static FaxReport Good(int pages) => new(true, 0, "OK", pages, "peer", 14400, true, "T.6", HeardFax: true, PageBegun: true);

    private static SessionDescription SipOffer(SipMessage message)
    {
        Assert.True(SessionDescription.TryParse(message.Body.Span, out var description));
        return description;
    }

    private static async Task<List<string>> ToldAsync(FakeMediaSession session)
    {
        session.Told.Writer.TryComplete();
        List<string> told = [];
        await foreach (var line in session.Told.Reader.ReadAllAsync())
            told.Add(line);
        return told;
    }

    private static async Task<string> UntilAsync(FakeMediaSession session, string wanted)
    {
        var line = await session.Told.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Hang);
        while (line != wanted)
            line = await session.Told.Reader.ReadAsync().AsTask().WaitAsync(ScriptedPeer.Hang);
        return line;
    }

    private string InCall(SipMessage invite, string method, int cseq, SessionDescription? sdp = null, string? branch = null) =>
        Peer.Request(method, cseq, toTag: invite.From.Tag!, callId: invite.CallId, branch: branch,
            body: sdp is null ? "" : System.Text.Encoding.UTF8.GetString(sdp.ToBytes()));

    private Task<FaxCallResult> Start(FaxCall call) =>
        new FaxCallRunner(_bench.Endpoint, _media, _bench.Time, new FaxCallOptions())
            .RunAsync(call, new FaxCallRoute(SipBench.Far, "sip:+12025550100@far", "sip:us@near", null), _observer, _stop.Token);

    /// <summary>Sound before the answer.</summary>
    private async Task<(Task<FaxCallResult> Running, FakeMediaSession Session, SipMessage Invite)> EarlyAsync()
    {
        var running = Start(Call());
        var invite = await Peer.NextAsync("INVITE");
        Peer.Respond(invite, 183, "Session Progress", sdp: SipBench.Audio(6000));
        Assert.Empty(await Peer.SettleAsync());
        return (running, await _media.Opened.Reader.ReadAsync(), invite);
    }

    private async Task<(Task<FaxCallResult> Running, FakeMediaSession Session, SipMessage Invite)> AnsweredAsync(FaxCall? call = null)
    {
        var running = Start(call ?? Call());
        var invite = await Peer.NextAsync("INVITE");
        Peer.Respond(invite, 200, "OK", sdp: SipBench.Audio(6000));
        await Peer.NextAsync("ACK");
        return (running, await _media.Opened.Reader.ReadAsync(), invite);
    }

    /// <summary>The BYE that comes once this time is over.</summary>
    private async Task<SipMessage> NextByeAfter(TimeSpan time)
    {
        await _bench.Time.PassAsync(time);
        return await Peer.NextAsync("BYE");
    }
}
