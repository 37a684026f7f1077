using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Customers;

/// <summary>Whether a call may be placed.</summary>
public abstract record CallPermit
{
    /// <summary>It may.</summary>
    public sealed record Granted : CallPermit;

    /// <summary>The customer is not known to this process yet.</summary>
    public sealed record NotNow : CallPermit;

    /// <summary>It may not, and the message ends.</summary>
    /// <param name="Cause">A sentence for the sender.</param>
    public sealed record Denied(string Cause) : CallPermit;
}

/// <summary>
/// The last question before a call: may this customer still call this number? What was accepted hours ago may have become a thief's, or a debtor's.
/// Such a message fails and is not held: when the account is in order again, what a thief left in the queue must not go out by itself. Its owner is told,
/// and sends it again.
/// </summary>
public sealed class CallPermission(CustomerDirectory customers)
{
    private static readonly CallPermit.Granted Granted = new();
    private static readonly CallPermit.NotNow NotNow = new();

    /// <summary>Asks for one message; nothing is counted.</summary>
    public CallPermit Of(QueuedMessage message)
    {
        if (customers.FindSender(message.CustomerKey, message.UserKey) is not { } sender)
            return NotNow;
        var refusal = PhoneNumber.TryParse(message.Destination, sender.Customer.Country, out var number)
            ? CustomerGate.Check(sender, number)
            : CustomerGate.CheckStatus(sender);
        return refusal is null ? Granted : new CallPermit.Denied(refusal.Reason);
    }
}
