namespace Trunkline.Gateway.Customers;

/// <summary>How a customer pays (BILLTYPE of Table 3).</summary>
public enum BillType
{
    /// <summary>From a balance that was paid in before.</summary>
    Prepaid,

    /// <summary>By invoice, up to the credit limit.</summary>
    Postpaid,

    /// <summary>Nothing, to try the service.</summary>
    Demo,

    /// <summary>Nothing.</summary>
    Free,

    /// <summary>By the organisation that runs the service: priced and written down, never refused for money.</summary>
    Corporate,
}
