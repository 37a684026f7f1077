namespace Trunkline.Telephony.Trunks;

/// <summary>Where a carrier wants our number besides the From header.</summary>
public enum TrunkIdentity
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>P-Asserted-Identity (RFC 3325): between networks that trust each other.</summary>
    Asserted,

    /// <summary>P-Preferred-Identity (RFC 3325): from a customer to its carrier.</summary>
    Preferred,

    /// <summary>Remote-Party-ID: from before RFC 3325.</summary>
    RemoteParty,
}
