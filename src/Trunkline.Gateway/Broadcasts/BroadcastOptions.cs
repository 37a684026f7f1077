namespace Trunkline.Gateway.Broadcasts;

/// <summary>How much a broadcast may be, and how fast it goes.</summary>
public sealed class BroadcastOptions
{
    /// <summary>Rows of one list: a day's work of a hundred lines.</summary>
    public int MaxRows { get; set; } = 100_000;

    /// <summary>Bytes of one list: five hundred of each row.</summary>
    public long MaxListBytes { get; set; } = 50_000_000;

    /// <summary>Broadcasts of one customer that have not ended: each is looked at every second.</summary>
    public int MaxOpen { get; set; } = 20;

    /// <summary>
    /// Messages of one broadcast in the queue or on the line, those that wait for another attempt left out: enough for any number of lines, and
    /// little enough that pausing and cancelling are done at once. Also the most that a broadcast may ask for.
    /// </summary>
    public int AtOnce { get; set; } = 1000;

    /// <summary>Messages a minute that a broadcast puts into the queue when it does not say; 0 for as many as there is room for.</summary>
    public int PerMinute { get; set; }

    /// <summary>Messages put into the queue by one transaction: a few milliseconds of the store's one writer.</summary>
    public int Batch { get; set; } = 100;

    /// <summary>Rows of the results that a receipt carries as plain CSV; more go as a ZIP, so that mail servers take them.</summary>
    public int MaxPlainResults { get; set; } = 20_000;

    /// <summary>
    /// Recipients that the machine-readable part of a receipt names, those first that were not reached: programs that read it read all of it into
    /// memory, and the whole is in the results.
    /// </summary>
    public int MaxReportedRecipients { get; set; } = 100;
}
