namespace Trunkline.Gateway.Customers;

/// <summary>Which proof makes a mail the customer's when nobody logged in and it comes from no trusted network.</summary>
public enum TrustFrom
{
    /// <summary>None: such mail is refused.</summary>
    None,

    /// <summary>A DKIM signature of the From address's domain that passes.</summary>
    Dkim,

    /// <summary>SPF that passes for the envelope sender, whose domain is aligned with the From address's.</summary>
    Spf,

    /// <summary>One of the two.</summary>
    DkimOrSpf,

    /// <summary>The From address alone, which anybody can write. For a server that only known machines reach.</summary>
    From,
}
