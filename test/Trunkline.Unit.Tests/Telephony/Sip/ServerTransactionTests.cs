using Trunkline.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Sip;

public class ServerTransactionTests
{
    private static readonly string Offer = System.Text.Encoding.UTF8.GetString(SipBench.Audio(6000).ToBytes());

    [Fact]
    public async Task An_invite_gets_100_at_once_and_a_repeated_one_gets_the_last_response_again()
    {
        var ring = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        await using var bench = new SipBench(new LambdaHandler(async call =>
        {
            Interlocked.Increment(ref calls);
            await ring.Task;
            call.Ring();
            await Task.Delay(Timeout.Infinite, call.Abandoned);
        }));
        var invite = bench.Peer.Request("INVITE", 1, body: Offer);
        bench.Peer.Send(invite);
        Assert.Null((await bench.Peer.NextAsync(100)).To.Tag);
        bench.Peer.Send(invite);
        await bench.Peer.NextAsync(100);
        ring.SetResult();
        var ringing = await bench.Peer.NextAsync(180);
        Assert.NotNull(ringing.To.Tag);
        bench.Peer.Send(invite);
        Assert.Equal(ringing.To.Tag, (await bench.Peer.NextAsync(180)).To.Tag);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_refusal_is_repeated_until_its_ack()
    {
        await using var bench = new SipBench(new LambdaHandler(call =>
        {
            call.Reject(486, "Busy Here", 17);
            return Task.CompletedTask;
        }));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, branch: "z9hG4bKx", body: Offer));
        await bench.Peer.NextAsync(100);
        var busy = await bench.Peer.NextAsync(486);
        Assert.Equal("Q.850;cause=17", busy.Headers["Reason"]);
        foreach (var seconds in new[] { 0.5, 1, 2, 4, 4 })
        {
            bench.Time.Advance(TimeSpan.FromSeconds(seconds));
            await bench.Peer.NextAsync(486);
        }
        bench.Peer.Send(bench.Peer.Request("ACK", 1, toTag: busy.To.Tag!, branch: "z9hG4bKx"));
        Assert.Empty(await bench.Peer.SettleAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(await bench.Peer.SettleAsync());
    }

    [Fact]
    public async Task An_answer_is_repeated_until_its_ack_and_then_the_call_is_up()
    {
        var answered = new TaskCompletionSource<SipCall?>();
        await using var bench = new SipBench(new LambdaHandler(async call => answered.SetResult(await call.AnswerAsync(SipBench.Audio(), new RecordingSession()))));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, body: Offer));
        await bench.Peer.NextAsync(100);
        var ok = await bench.Peer.NextAsync(200);
        bench.Time.Advance(TimeSpan.FromSeconds(0.5));
        await bench.Peer.NextAsync(200);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        await bench.Peer.NextAsync(200);
        bench.Peer.Send(bench.Peer.Request("ACK", 1, toTag: ok.To.Tag!));
        var call = await answered.Task.WaitAsync(ScriptedPeer.Hang);
        Assert.NotNull(call);
        bench.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(await bench.Peer.SettleAsync());

        bench.Peer.Send(bench.Peer.Request("BYE", 2, toTag: ok.To.Tag!, extra: "Reason: Q.850;cause=16\r\n"));
        await bench.Peer.NextAsync(200);
        var end = await call.Ended.WaitAsync(ScriptedPeer.Hang);
        Assert.Equal((SipCallEnder.FarEnd, 16), (end.By, end.Q850Cause));
        Assert.Equal(0, bench.Endpoint.CallCount);
    }

    [Fact]
    public async Task An_answer_that_is_never_acknowledged_is_hung_up()
    {
        var answered = new TaskCompletionSource<SipCall?>();
        await using var bench = new SipBench(new LambdaHandler(async call => answered.SetResult(await call.AnswerAsync(SipBench.Audio(), new RecordingSession()))));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, body: Offer));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(200);
        bench.Time.Advance(TimeSpan.FromSeconds(32));
        var message = await bench.Peer.NextAsync();
        while (!message.IsRequest)
            message = await bench.Peer.NextAsync();
        Assert.Equal("BYE", message.Method);
        bench.Peer.Respond(message, 200, "OK");
        Assert.Null(await answered.Task.WaitAsync(ScriptedPeer.Hang));
    }

    [Fact]
    public async Task Cancel_is_answered_and_the_invite_ends_with_487()
    {
        var abandoned = new TaskCompletionSource();
        await using var bench = new SipBench(new LambdaHandler(async call =>
        {
            call.Ring();
            await using var _ = call.Abandoned.Register(abandoned.SetResult);
            await Task.Delay(Timeout.Infinite, call.Abandoned);
        }));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, branch: "z9hG4bKx", body: Offer));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(180);
        bench.Peer.Send(bench.Peer.Request("CANCEL", 1, branch: "z9hG4bKx"));
        Assert.Equal("CANCEL", (await bench.Peer.NextAsync(200)).CSeq.Method);
        Assert.Equal("INVITE", (await bench.Peer.NextAsync(487)).CSeq.Method);
        bench.Peer.Send(bench.Peer.Request("ACK", 1, branch: "z9hG4bKx"));
        await abandoned.Task.WaitAsync(ScriptedPeer.Hang);
    }

    [Fact]
    public async Task Cancel_of_nothing_is_481()
    {
        await using var bench = new SipBench();
        bench.Peer.Send(bench.Peer.Request("CANCEL", 1));
        await bench.Peer.NextAsync(481);
    }

    [Fact]
    public async Task A_handler_that_throws_makes_500_and_one_that_forgets_480()
    {
        await using var bench = new SipBench(new LambdaHandler(call =>
            call.Invite.CallId == "a" ? throw new InvalidOperationException("a fault") : Task.CompletedTask));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, callId: "a", body: Offer));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(500);
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, callId: "b", body: Offer));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(480);
    }

    [Fact]
    public async Task The_same_request_by_a_second_way_is_a_loop()
    {
        await using var bench = new SipBench(new LambdaHandler(call => Task.Delay(Timeout.Infinite, call.Abandoned)));
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, body: Offer));
        await bench.Peer.NextAsync(100);
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, body: Offer));
        await bench.Peer.NextAsync(482);
    }

    [Theory]
    [InlineData("MESSAGE", "", "", "application/sdp", 405, "Allow")]
    [InlineData("BYE", "unknown", "", "application/sdp", 481, "CSeq")]
    [InlineData("INVITE", "unknown", "", "application/sdp", 481, "CSeq")]
    [InlineData("UPDATE", "", "", "application/sdp", 481, "CSeq")]
    [InlineData("OPTIONS", "", "", "application/sdp", 200, "Accept")]
    [InlineData("OPTIONS", "", "Require: 100rel, foo\r\n", "application/sdp", 420, "Unsupported")]
    public async Task What_is_not_a_call_gets_its_own_answer(string method, string toTag, string extra, string type, int status, string header)
    {
        await using var bench = new SipBench();
        bench.Peer.Send(bench.Peer.Request(method, 1, toTag: toTag, extra: extra, type: type));
        var answer = await bench.Peer.NextAsync(status);
        Assert.NotNull(answer.Headers[header]);
    }

    [Theory]
    [InlineData("text/plain", "hello", 415)]
    [InlineData("application/sdp", "hello", 400)]
    [InlineData("application/sdp", "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n", 480)]
    public async Task A_body_that_is_no_session_is_refused(string type, string body, int status)
    {
        await using var bench = new SipBench();
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, body: body, type: type));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(status);
    }

    [Fact]
    public async Task A_faulty_request_is_told_so_and_a_faulty_response_is_dropped()
    {
        await using var bench = new SipBench();
        bench.Peer.Send(bench.Peer.Request("OPTIONS", 1).Replace("CSeq: 1 OPTIONS", "CSeq: 1 BYE"));
        await bench.Peer.NextAsync(400);
        bench.Peer.Send(bench.Peer.Request("OPTIONS", 1).Replace("SIP/2.0\r\nVia", "SIP/3.0\r\nVia"));
        await bench.Peer.NextAsync(505);
        bench.Peer.Send("SIP/2.0 200 OK\nnonsense\n\n");
        Assert.Empty(await bench.Peer.SettleAsync());
    }

    [Fact]
    public async Task Calls_beyond_the_limit_get_503()
    {
        await using var bench = new SipBench(new LambdaHandler(call => Task.Delay(Timeout.Infinite, call.Abandoned)), o => o with { MaxCalls = 1 });
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, callId: "a", body: Offer));
        await bench.Peer.NextAsync(100);
        bench.Peer.Send(bench.Peer.Request("INVITE", 1, callId: "b", body: Offer));
        await bench.Peer.NextAsync(100);
        await bench.Peer.NextAsync(503);
    }
}
