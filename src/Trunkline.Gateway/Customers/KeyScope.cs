namespace Trunkline.Gateway.Customers;

/// <summary>What a key of the HTTP interface may do.</summary>
public enum KeyScope
{
    /// <summary>Send its customer's own messages, and see them.</summary>
    Send,

    /// <summary>Everything: customers, resources, rates, billing, and the messages of all.</summary>
    Operator,
}
