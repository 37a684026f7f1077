namespace Trunkline.Gateway.Billing;

/// <summary>What a call is expected to take, before anybody knows: the price is estimated by it, and the money reserved.</summary>
public sealed class BillingOptions
{
    /// <summary>Of a page of a fax: a page of text at 14,400 bit/s takes half of it, a full one at 9,600 all of it.</summary>
    public TimeSpan PageTime { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Of each call beside its pages: training and the end.</summary>
    public TimeSpan CallTime { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Call detail records in one batch of the export: what a billing system takes in one piece.</summary>
    public int BatchRecords { get; set; } = 10_000;

    /// <summary>What cannot work, as sentences; empty when all is well.</summary>
    public IEnumerable<string> Faults()
    {
        if (PageTime < TimeSpan.Zero || PageTime > TimeSpan.FromHours(1) || CallTime < TimeSpan.Zero || CallTime > TimeSpan.FromHours(1))
            yield return "Billing:PageTime and Billing:CallTime are 0 to an hour.";
        if (BatchRecords is < 1 or > 100_000)
            yield return "Billing:BatchRecords is 1 to 100,000.";
    }
}
