namespace Trunkline.Gateway.Billing;

/// <summary>What a transaction of the ledger is about.</summary>
public enum LedgerKind
{
    /// <summary>Money is held for a message that is about to be sent.</summary>
    Reserve,

    /// <summary>It is held no longer.</summary>
    Release,

    /// <summary>A delivered message is paid.</summary>
    Charge,

    /// <summary>What a call costs us.</summary>
    Cost,

    /// <summary>A customer has paid in.</summary>
    TopUp,

    /// <summary>The operator puts something right; no money moves.</summary>
    Correction,

    /// <summary>A customer is paid back.</summary>
    Refund,
}

/// <summary>How kinds are written, in the store and for programs.</summary>
public static class LedgerKinds
{
    /// <summary>The stable word, such as <c>topup</c>.</summary>
    public static string Code(this LedgerKind kind) => kind switch
    {
        LedgerKind.Reserve => "reserve",
        LedgerKind.Release => "release",
        LedgerKind.Charge => "charge",
        LedgerKind.Cost => "cost",
        LedgerKind.TopUp => "topup",
        LedgerKind.Correction => "correction",
        LedgerKind.Refund => "refund",
    };

    /// <summary>Reads the word that <see cref="Code"/> writes.</summary>
    public static bool TryParse(string? code, out LedgerKind kind)
    {
        foreach (var known in Enum.GetValues<LedgerKind>())
        {
            kind = known;
            if (known.Code() == code)
                return true;
        }
        kind = default;
        return false;
    }
}
