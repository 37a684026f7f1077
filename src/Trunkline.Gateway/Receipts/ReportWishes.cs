namespace Trunkline.Gateway.Receipts;

/// <summary>When the sender wants to hear of a recipient (NOTIFY of RFC 3461, 4.1).</summary>
[Flags]
public enum ReportWishes
{
    /// <summary>Nothing was asked for: it gets the receipt that everybody gets, whatever came of it.</summary>
    Default = 0,

    /// <summary>When it was delivered.</summary>
    Success = 1,

    /// <summary>When it was not, or may not have been.</summary>
    Failure = 2,

    /// <summary>When it takes long. Understood, and never done: a receipt comes when all has ended.</summary>
    Delay = 4,

    /// <summary>Never.</summary>
    Never = 8,
}
