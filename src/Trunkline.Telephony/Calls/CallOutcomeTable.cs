using Trunkline.Core;
using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Spandsp;

namespace Trunkline.Telephony.Calls;

/// <summary>
/// From what the network and the far end's machine said to the outcome, each row once. Sources: RFC 3261 section 21, RFC 3398 section 8.2.6 (what
/// gateways make of ISUP causes), ITU-T Q.850, ITU-T T.30.
/// </summary>
internal static class CallOutcomeTable
{
    /// <summary>
    /// A call that was not answered. The Q.850 cause comes from the far telephone network and wins over the SIP status, which is what some
    /// gateway made of it; causes that say nothing in particular (31, 127 and the like) leave it to the status.
    /// </summary>
    public static CallOutcome Of(UnansweredCall call)
    {
        if (!call.Heard)
            return CallOutcome.TrunkDown;
        if (call.RingLimitReached && call.Tone == LineSound.Nothing)
            return CallOutcome.NoAnswer;
        return (call.Q850Cause is { } cause ? OfCause(cause) : null) ?? OfSound(call.Tone) ?? OfStatus(call.Status, call.Rang);
    }

    /// <summary>What was heard on a line without a fax machine; null for what says nothing of why.</summary>
    public static CallOutcome? OfSound(LineSound sound) => sound switch
    {
        LineSound.BusyTone => CallOutcome.Busy,
        LineSound.CongestionTone or LineSound.Reorder or LineSound.NoCircuit => CallOutcome.Congestion,
        // One that is not coded is given where neither busy nor congestion is the reason (ITU-T E.180/Q.35): in most networks, a number without a line.
        LineSound.VacantCode or LineSound.Intercept or LineSound.SpecialInformation => CallOutcome.NotInService,
        LineSound.Person => CallOutcome.Person,
        LineSound.VoiceMail => CallOutcome.VoiceMail,
        LineSound.Nothing or LineSound.RingingTone or LineSound.Voice or LineSound.Beep => null,
    };

    /// <summary>What a Q.850 cause says by itself; null for those that say nothing in particular.</summary>
    public static CallOutcome? OfCause(int cause) => cause switch
    {
        1 or 2 or 3 => CallOutcome.NotInService, // unallocated number; no route to the network; no route to the destination
        17 => CallOutcome.Busy, // user busy
        18 or 19 => CallOutcome.NoAnswer, // no user responding; alerted and no answer
        20 => CallOutcome.NoAnswer, // subscriber absent
        21 => CallOutcome.Refused, // call rejected
        22 => CallOutcome.NotInService, // number changed
        27 or 28 => CallOutcome.NotInService, // destination out of order; invalid number format
        34 or 38 or 41 or 42 or 43 or 44 or 46 or 47 => CallOutcome.Congestion, // no circuit, network out of order, temporary failure, congestion
        55 or 87 => CallOutcome.Refused, // barred; not of the closed user group
        57 => CallOutcome.CarrierRefused, // not authorised: what we may do on this line, not what the far end wants
        _ => null,
    };

    /// <summary>What a SIP status says by itself.</summary>
    public static CallOutcome OfStatus(int status, bool rang) => status switch
    {
        401 or 407 => CallOutcome.Unauthorized,
        486 or 600 => CallOutcome.Busy,
        480 => CallOutcome.NoAnswer, // what RFC 3398 makes of "no answer"; many gateways never pass the ringing on
        408 or 487 => rang ? CallOutcome.NoAnswer : CallOutcome.Congestion,
        301 or 404 or 410 or 484 or 485 or 604 => CallOutcome.NotInService,
        // Who is called declines with 603 or 607 and its network with 433 or 608; that we may not, or have not paid, comes from our own carrier.
        402 or 403 => CallOutcome.CarrierRefused,
        428 or 436 or 437 or 438 => CallOutcome.CarrierRefused, // the caller's identity is not attested as the carrier wants it (RFC 8224)
        433 or 603 or 607 or 608 => CallOutcome.Refused,
        415 or 488 or 606 => CallOutcome.Incompatible, // it is there, and cannot speak G.711
        _ => CallOutcome.Congestion,
    };

    /// <summary>A call that was answered.</summary>
    /// <param name="pagesWanted">Pages that this call was to send.</param>
    public static CallOutcome Of(FaxReport report, int pagesWanted, CallEnding ending)
    {
        // Every page has its confirmation: how the call ended after that changes nothing about the document.
        if (report.Pages >= pagesWanted)
            return CallOutcome.Delivered;
        // The last page was sent and only its confirmation is missing: the far end may well have it all. A terminal that cannot tell
        // counts as this, since a fax that arrives twice is worse than a question.
        if (report.PageBegun && report.Pages == pagesWanted - 1 && report.PageSent is not false)
            return CallOutcome.Uncertain;
        if (ending == CallEnding.Stopped)
            return CallOutcome.Interrupted;
        if (!report.PageBegun && T30Codes.IsBadFile(report.Code))
            return CallOutcome.BadDocument;
        if (report.Code == T30Codes.NoMemory)
            return CallOutcome.Interrupted; // our own fault, and no page of ours is on its way whole
        if (!report.HeardFax)
            return OfSound(report.Heard) ?? CallOutcome.NoFax;
        if (report.PageBegun || report.Pages > 0)
            return CallOutcome.Dropped;
        return ending switch
        {
            CallEnding.FaxOver => CallOutcome.Incompatible,
            CallEnding.FarEndHungUp or CallEnding.LimitReached => CallOutcome.Dropped,
            CallEnding.Stopped => CallOutcome.Interrupted,
        };
    }
}
