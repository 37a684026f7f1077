using Trunkline.Core;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Spandsp;

namespace Trunkline.Telephony.Calls;

/// <summary>
/// Runs outgoing fax calls: dials, agrees on T.38 or G.711, waits for the terminal, hangs up, and says what came of it. However it ends, no
/// call is left on the line.
/// </summary>
public sealed class FaxCallRunner(SipEndpoint endpoint, IMediaEngine media, TimeProvider time, FaxCallOptions options)
{
    /// <summary>
    /// One call, from before its INVITE to after its BYE. Throws only what the observer throws, after hanging up; all that a network or a far
    /// end can do is an outcome.
    /// </summary>
    public async Task<FaxCallResult> RunAsync(FaxCall call, FaxCallRoute route, IFaxCallObserver observer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return NotPlaced(call, CallOutcome.Cancelled, "cancelled before the call was placed");
        FaxCallSession session;
        try
        {
            session = new FaxCallSession(call, options, observer, media, time);
        }
        catch (InvalidOperationException e)
        {
            return NotPlaced(call, CallOutcome.Congestion, CallRecord.OneLine($"no media port: {e.Message}"));
        }
        using (session)
        {
            try
            {
                await observer.DialingAsync(cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return NotPlaced(call, CallOutcome.Cancelled, "cancelled before the call was placed");
            }
            return await DialAsync(call, route, observer, session, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The result of a call that was never placed.</summary>
    internal static FaxCallResult NotPlaced(FaxCall call, CallOutcome outcome, string detail) =>
        new() { Outcome = outcome, Detail = detail, PagesConfirmed = call.FirstPage - 1 };

    private async Task<FaxCallResult> DialAsync(
        FaxCall call, FaxCallRoute route, IFaxCallObserver observer, FaxCallSession session, CancellationToken cancellationToken)
    {
        var invitation = new SipInvitation
        {
            Destination = route.Destination,
            Alternatives = route.Alternatives,
            LeavesSilent = route.LeavesSilent,
            Tried = route.Tried,
            Rests = route.Rests,
            Headers = route.Headers,
            To = route.To,
            From = route.From,
            CallId = call.CallId,
            Offer = session.OfferAudio(),
            Session = session,
            Credentials = route.Credentials,
        };
        using var ringing = new CancellationTokenSource(options.RingTimeout, time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(ringing.Token, cancellationToken);
        using var decided = new CancellationTokenSource();
        var listening = GiveUpAfterToneAsync(session, giveUp, decided.Token);
        var invited = await endpoint.InviteAsync(invitation, giveUp.Token).ConfigureAwait(false);
        await decided.CancelAsync().ConfigureAwait(false);
        await listening.ConfigureAwait(false);
        if (invited.Call is null)
            return Unanswered(call, invited, session, ringing.IsCancellationRequested, cancellationToken.IsCancellationRequested);

        var answeredAt = time.GetTimestamp();
        try
        {
            return await TalkAsync(call, invited, observer, session, answeredAt, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also when the observer threw: a call is never left up. Does nothing when it is over.
            await invited.Call.ByeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A network that plays busy tone will not answer: the line is given back as soon as it had the time to say why.</summary>
    private async Task GiveUpAfterToneAsync(FaxCallSession session, CancellationTokenSource giveUp, CancellationToken decided)
    {
        try
        {
            await session.Tone.WaitAsync(decided).ConfigureAwait(false);
            await Task.Delay(options.ToneWait, time, decided).ConfigureAwait(false);
            await giveUp.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (decided.IsCancellationRequested)
        {
            // Answered, or refused: there is nothing to give up.
        }
    }

    private async Task<FaxCallResult> TalkAsync(
        FaxCall call, SipInviteResult invited, IFaxCallObserver observer, FaxCallSession session, long answeredAt, CancellationToken cancellationToken)
    {
        var sip = invited.Call!;
        // Not to be cancelled: that the call was answered must be on record whatever comes.
        await observer.AnsweredAsync(CancellationToken.None).ConfigureAwait(false);
        if (!session.TakeAnswer(invited.Answer))
        {
            await sip.ByeAsync().ConfigureAwait(false);
            return new FaxCallResult
            {
                Outcome = CallOutcome.Incompatible,
                Detail = "answered without audio that we can speak",
                PagesConfirmed = call.FirstPage - 1,
                Duration = time.GetElapsedTime(answeredAt),
                CallPlaced = true,
                Events = session.Record.ToList(),
            };
        }

        session.Media.Start();
        var offering = call.AllowT38 && options.TakesT38 ? session.OfferT38Async(sip) : Task.CompletedTask;
        var ending = await WaitAsync(sip, session, cancellationToken).ConfigureAwait(false);
        // Once T.30 is over nothing is to be waited for: DCN asks for no response (T.30 section 5.3.6.1.8), and T.30 lets a second pass after it, so that
        // gateways have played it out.
        var bye = sip.ByeAsync();
        if (ending != CallEnding.FaxOver)
            session.Media.FarEndHungUp();
        var report = await ReportAsync(session).ConfigureAwait(false);
        await bye.ConfigureAwait(false);
        await offering.ConfigureAwait(false);
        return Answered(call, report, ending, session, time.GetElapsedTime(answeredAt));
    }

    /// <summary>Waits for the first of: T.30 over, the far end gone, a limit, being told to stop.</summary>
    private async Task<CallEnding> WaitAsync(SipCall sip, FaxCallSession session, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fax = session.Media.Completion;
        var longest = Task.Delay(options.MaxDuration, time, waiting.Token);
        var noFax = Task.Delay(options.NoFaxTimeout, time, waiting.Token);
        var began = session.TransferBegan;
        try
        {
            var first = await Task.WhenAny(fax, sip.Ended, longest, noFax, began).ConfigureAwait(false);
            if (first == began)
                first = await Task.WhenAny(fax, sip.Ended, longest).ConfigureAwait(false);
            if (fax.IsCompleted)
                return CallEnding.FaxOver;
            if (cancellationToken.IsCancellationRequested)
                return CallEnding.Stopped;
            return first == sip.Ended ? CallEnding.FarEndHungUp : CallEnding.LimitReached;
        }
        finally
        {
            await waiting.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<FaxReport> ReportAsync(FaxCallSession session)
    {
        try
        {
            return await session.Media.Completion.WaitAsync(options.ReportWait, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The terminal is stuck. What was confirmed page by page is certain; of the page after it nothing is known.
            var began = session.TransferBegan.IsCompleted;
            return new FaxReport(false, -1, "the fax terminal gave no report", session.PagesConfirmed, "", 0, false, "", began, began);
        }
    }

    private FaxCallResult Answered(FaxCall call, FaxReport report, CallEnding ending, FaxCallSession session, TimeSpan duration)
    {
        var wanted = call.Pages - call.FirstPage + 1;
        var outcome = CallOutcomeTable.Of(report, wanted, ending);
        var confirmed = call.FirstPage - 1 + Math.Clamp(report.Pages, 0, wanted);
        var how = ending switch
        {
            CallEnding.FaxOver => "",
            CallEnding.FarEndHungUp => "; the far end hung up",
            CallEnding.LimitReached => "; we hung up at our limit of time",
            CallEnding.Stopped => "; we were told to stop",
        };
        var where = report.Heard != LineSound.Nothing ? report.Heard.Words() + " heard: "
            : outcome is CallOutcome.Delivered or CallOutcome.NoFax or CallOutcome.Incompatible ? ""
            : string.Create(null, $"at page {Math.Min(confirmed + 1, call.Pages)} of {call.Pages}: ");
        var t30 = string.Create(null, $"T.30 {report.Code} {report.Text}{how}");
        // We hang up on a person or a machine that talks; that T.30 was cut short by it explains nothing.
        if (report.Heard != LineSound.Nothing && report.Code == T30Engine.CallDropped)
            t30 = string.Create(null, $"{(ending == CallEnding.FaxOver ? "we hung up" : how[2..])} (T.30 {report.Code})");
        else if (report.Code >= 0)
            session.Record.Add("T.30", T30Codes.Meaning(report.Code));
        return new FaxCallResult
        {
            Outcome = outcome,
            Detail = CallRecord.OneLine(where + t30),
            PagesConfirmed = confirmed,
            Duration = duration,
            RemoteIdent = CallRecord.OneLine(report.RemoteIdent),
            BitRate = report.BitRate,
            Ecm = report.Ecm,
            T38 = session.IsT38,
            InternetAware = report.InternetAware,
            CallPlaced = true,
            Rates = session.Rates,
            PageTimes = session.PageTimes,
            Media = report.Media,
            Events = session.Record.ToList(),
        };
    }

    private FaxCallResult Unanswered(FaxCall call, SipInviteResult invited, FaxCallSession session, bool rangTooLong, bool stopped)
    {
        var ringLimitReached = invited.Cancelled && rangTooLong && !stopped;
        var tone = session.Tone.IsCompletedSuccessfully ? session.Tone.Result : LineSound.Nothing;
        var rang = invited.Rang || session.HasRung;
        var facts = new UnansweredCall(invited.Status, invited.Q850Cause, rang, invited.Heard, ringLimitReached) { Tone = tone };
        var cause = invited.Q850Cause is { } q850 ? string.Create(null, $" (Q.850 cause {q850})") : "";
        var detail = stopped && invited.Cancelled ? "we were told to stop while it rang"
            : tone != LineSound.Nothing && (invited.Q850Cause is null || CallOutcomeTable.OfCause(invited.Q850Cause.Value) is null) ? string.Create(null,
                $"{tone.Words()} heard before the answer{(invited.Cancelled ? "" : $"; SIP {invited.Status} {invited.Reason}{cause}")}")
            : facts.RingLimitReached && invited.Heard ? string.Create(null, $"no answer within {options.RingTimeout.TotalSeconds:0} s")
            : invited.Status == 0 ? "no response to the INVITE"
            : string.Create(null, $"SIP {invited.Status} {invited.Reason}{cause}");
        return new FaxCallResult
        {
            Outcome = stopped && invited.Cancelled ? CallOutcome.Interrupted : CallOutcomeTable.Of(facts),
            Detail = CallRecord.OneLine(detail),
            RetryAfter = invited.RetryAfter,
            PagesConfirmed = call.FirstPage - 1,
            CallPlaced = true,
            Events = session.Record.ToList(),
        };
    }
}
