namespace Trunkline.TestLine;

/// <summary>What a number of the test line does with a call.</summary>
public enum TestAnswer
{
    /// <summary>A fax machine answers.</summary>
    Fax,

    /// <summary>486.</summary>
    Busy,

    /// <summary>Rings until the caller gives up.</summary>
    NoAnswer,

    /// <summary>404.</summary>
    NotInService,

    /// <summary>A person answers, says hello twice, and hangs up.</summary>
    Person,

    /// <summary>An answering machine answers: a greeting, a beep, and silence until the caller hangs up.</summary>
    VoiceMail,

    /// <summary>The network's <see cref="TestNumber.Tone"/> sounds, before the answer or after it, until the caller hangs up.</summary>
    Tone,

    /// <summary>Answers and stays silent until the caller hangs up.</summary>
    Silence,
}
