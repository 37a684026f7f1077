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

    /// <summary>Answers and stays silent until the caller hangs up.</summary>
    Silence,
}
