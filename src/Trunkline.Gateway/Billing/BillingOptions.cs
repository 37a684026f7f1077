namespace Trunkline.Gateway.Billing;

/// <summary>How the books are exported.</summary>
public sealed class BillingOptions
{
    /// <summary>Call detail records in one batch of the export: what a billing system takes in one piece.</summary>
    public int BatchRecords { get; set; } = 10_000;

    /// <summary>What cannot work, as a sentence; null when all is well.</summary>
    public string? Fault() => BatchRecords is < 1 or > 100_000 ? "Billing:BatchRecords is 1 to 100,000." : null;
}
