namespace Trunkline.Gateway.Retention;

/// <summary>How long what has ended is kept.</summary>
public sealed class RetentionOptions
{
    /// <summary>
    /// Contents and rendered pages, after the end of the submission or the last use: long enough to answer "what did you send for me last month",
    /// and not a day longer than needed, since they are what is private and what fills the disk. At least two days.
    /// </summary>
    public TimeSpan Documents { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Rows of submissions, messages, attempts and events after the end: billing records, wanted for a year and the audit after it.</summary>
    public TimeSpan Records { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How often there is a round. Each is bounded, so that a backlog is worked off over several and never stands in the way of mail.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Batches a round, of each kind; one is a transaction of a few milliseconds. 500 make 100,000 contents looked at an hour.</summary>
    public int MaxBatches { get; set; } = 500;
}
