namespace Trunkline.Core;

/// <summary>How one attempt to deliver ended. Each has its words and its retry policy in <see cref="CallOutcomes"/>.</summary>
public enum CallOutcome
{
    /// <summary>Every page (or all the sound) was confirmed by the far end.</summary>
    Delivered,

    /// <summary>The line was engaged.</summary>
    Busy,

    /// <summary>It rang and nobody answered.</summary>
    NoAnswer,

    /// <summary>The far end or its network declined the call.</summary>
    Refused,

    /// <summary>The number does not exist or is out of service.</summary>
    NotInService,

    /// <summary>Somebody answered, but no fax machine.</summary>
    NoFax,

    /// <summary>The connection was lost before every page was confirmed.</summary>
    Dropped,

    /// <summary>Two fax machines that could not agree or could not hear one another.</summary>
    Incompatible,

    /// <summary>The carrier had no capacity or an error of its own.</summary>
    Congestion,

    /// <summary>The carrier could not be reached at all.</summary>
    TrunkDown,

    /// <summary>The carrier did not accept our credentials.</summary>
    Unauthorized,

    /// <summary>The carrier refused to place the call: its rules or its account with us, not the called number.</summary>
    CarrierRefused,

    /// <summary>Our own process stopped before the far end could have the whole document.</summary>
    Interrupted,

    /// <summary>The document could not be sent as it is.</summary>
    BadDocument,

    /// <summary>It was not delivered within the time it was given.</summary>
    Expired,

    /// <summary>It was cancelled before it was delivered.</summary>
    Cancelled,

    /// <summary>The call ended while the last page was on the line and no confirmation was recorded.</summary>
    Uncertain,

    /// <summary>The customer's balance, credit or limits do not allow what it would cost.</summary>
    NoCredit,

    /// <summary>The customer has no price for the number.</summary>
    NoPrice,

    /// <summary>Just before the call, the customer was not allowed to place it any more: suspended, or its limits have changed.</summary>
    NotAllowed,

    /// <summary>A person answered, as far as can be heard.</summary>
    Person,

    /// <summary>An answering machine answered, as far as can be heard.</summary>
    VoiceMail,
}

/// <summary>The names of the retry policies; their intervals and limits are options of the gateway.</summary>
public enum RetryPolicyName
{
    Never,
    Busy,
    NoAnswer,
    NoFax,
    Protocol,
    Carrier,
    Interrupted,
}

/// <param name="Code">A stable word for programs, such as <c>busy</c>.</param>
/// <param name="Sentence">What happened, as a sentence for the sender.</param>
/// <param name="Advice">What the sender can do, as a sentence.</param>
/// <param name="Retry">When it is tried again.</param>
/// <param name="DeliveryStatus">The enhanced status code of RFC 3463 for the delivery report.</param>
public sealed record CallOutcomeWords(string Code, string Sentence, string Advice, RetryPolicyName Retry, string DeliveryStatus);

/// <summary>What each <see cref="CallOutcome"/> is called, what it tells the sender, and when it is tried again: said once, here.</summary>
public static class CallOutcomes
{
    private static readonly CallOutcomeWords[] Words = [.. Enum.GetValues<CallOutcome>().Select(Describe)];

    private static readonly Dictionary<string, CallOutcome> ByCode =
        Enum.GetValues<CallOutcome>().ToDictionary(o => Words[(int)o].Code, StringComparer.Ordinal);

    /// <summary>The words of an outcome.</summary>
    public static CallOutcomeWords Of(CallOutcome outcome) => Words[(int)outcome];

    /// <summary>The stable word for programs, such as <c>no-answer</c>.</summary>
    public static string Code(this CallOutcome outcome) => Words[(int)outcome].Code;

    /// <summary>
    /// True for what lies between us and the telephone network, so that another carrier may do better at once. A busy line is busy for all of them.
    /// </summary>
    public static bool MayGoByAnother(this CallOutcome outcome) => outcome switch
    {
        CallOutcome.Congestion or CallOutcome.TrunkDown or CallOutcome.Unauthorized or CallOutcome.CarrierRefused or CallOutcome.Interrupted => true,
        CallOutcome.Delivered or CallOutcome.Busy or CallOutcome.NoAnswer or CallOutcome.Refused or CallOutcome.NotInService or CallOutcome.NoFax
            or CallOutcome.Person or CallOutcome.VoiceMail
            or CallOutcome.Dropped or CallOutcome.Incompatible or CallOutcome.BadDocument or CallOutcome.Expired or CallOutcome.Cancelled
            or CallOutcome.NoPrice or CallOutcome.NoCredit or CallOutcome.NotAllowed or CallOutcome.Uncertain => false,
    };

    /// <summary>Reads the word that <see cref="Code"/> writes.</summary>
    public static bool TryParse(string? code, out CallOutcome outcome)
    {
        outcome = default;
        return code is not null && ByCode.TryGetValue(code, out outcome);
    }

    private static CallOutcomeWords Describe(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Delivered => new("delivered", "It was delivered in full.", "Nothing more is needed.", RetryPolicyName.Never, "2.0.0"),
        CallOutcome.Busy => new("busy", "The line was busy.",
            "Send it again later, or ask the recipient for another number.", RetryPolicyName.Busy, "4.4.1"),
        CallOutcome.NoAnswer => new("no-answer", "It rang, and nobody answered.",
            "Ask the recipient whether the fax machine is switched on, or send it again later.", RetryPolicyName.NoAnswer, "4.4.1"),
        CallOutcome.Refused => new("refused", "The call was refused by the called number or its network.",
            "Ask the recipient whether the number accepts calls from you.", RetryPolicyName.Never, "5.7.1"),
        CallOutcome.NotInService => new("not-in-service", "The number is not in service.",
            "Check the number with the recipient.", RetryPolicyName.Never, "5.1.1"),
        CallOutcome.NoFax => new("no-fax", "The call was answered, but not by a fax machine.",
            "Check that the number is a fax number, and that the machine answers by itself.", RetryPolicyName.NoFax, "4.4.2"),
        CallOutcome.Person => new("person", "A person answered, and no fax machine.",
            "Ask the recipient for the number of the fax machine, or to let the machine answer by itself.", RetryPolicyName.NoFax, "4.4.2"),
        CallOutcome.VoiceMail => new("voice-mail", "An answering machine or voice mail answered, and no fax machine.",
            "Check that the number is a fax number, or ask the recipient to switch the fax machine on.", RetryPolicyName.NoFax, "4.4.2"),
        CallOutcome.Dropped => new("dropped", "The connection was lost before all pages were confirmed.",
            "Send it again; the recipient may hold some of the pages already.", RetryPolicyName.Protocol, "4.4.2"),
        CallOutcome.Incompatible => new("incompatible", "The two fax machines could not agree on how to transfer the pages.",
            "Ask the recipient to try another machine or line.", RetryPolicyName.Protocol, "4.5.0"),
        CallOutcome.Congestion => new("congestion", "The telephone network was congested or had a fault.",
            "Send it again later.", RetryPolicyName.Carrier, "4.4.5"),
        CallOutcome.TrunkDown => new("trunk-down", "The telephone carrier could not be reached.",
            "Send it again later; the operator of this service sees the fault too.", RetryPolicyName.Carrier, "4.4.1"),
        CallOutcome.Unauthorized => new("unauthorized", "The telephone carrier did not accept this service's credentials.",
            "Tell the operator of this service: its account with the carrier needs attention.", RetryPolicyName.Carrier, "4.7.0"),
        CallOutcome.CarrierRefused => new("carrier-refused", "The telephone carrier refused to place the call.",
            "Ask the operator of this service whether its carrier serves this number.", RetryPolicyName.Never, "5.7.1"),
        CallOutcome.Interrupted => new("interrupted", "This service was interrupted during the call, before the whole document could have arrived.",
            "Send it again; the recipient may hold some of the pages already.", RetryPolicyName.Interrupted, "4.3.0"),
        CallOutcome.BadDocument => new("bad-document", "The document could not be turned into fax pages.",
            "Remove the reason and send it again; a PDF without a password, in parts if it is long, works best.", RetryPolicyName.Never, "5.6.1"),
        CallOutcome.Expired => new("expired", "It could not be delivered within the time it was given.",
            "Send it again, with more time.", RetryPolicyName.Never, "5.4.7"),
        CallOutcome.Cancelled => new("cancelled", "It was cancelled before it was delivered.", "Nothing more is needed.", RetryPolicyName.Never, "5.7.0"),
        CallOutcome.Uncertain => new("uncertain",
            "The call ended while the last page was on the line, and no confirmation was recorded: it may have arrived in full.",
            "Ask the recipient before you send it again. It is not sent again by itself, so that nothing arrives twice.",
            RetryPolicyName.Never, "4.4.2"),
        CallOutcome.NoCredit => new("no-credit", "The account does not allow what it would cost.",
            "Pay in, or ask the operator of this service for a higher limit, and send it again.", RetryPolicyName.Never, "5.7.1"),
        CallOutcome.NoPrice => new("no-price", "The account has no price for this number, so it cannot be called from here.",
            "Check the number, or ask the operator of this service.", RetryPolicyName.Never, "5.7.1"),
        CallOutcome.NotAllowed => new("not-allowed", "The account may not call this number any more, so no call was placed.",
            "Ask the operator of this service, and send it again when the account is in order.", RetryPolicyName.Never, "5.7.1"),
    };
}
