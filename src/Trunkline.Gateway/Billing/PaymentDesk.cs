using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Billing;

/// <summary>What came of a payment that the operator gave.</summary>
public abstract record PaymentAnswer
{
    /// <summary>It stands in the books.</summary>
    /// <param name="IsNew">False when it stood there before, under the same reference.</param>
    public sealed record Done(bool IsNew) : PaymentAnswer;

    /// <summary>The reference belongs to another payment.</summary>
    public sealed record ReferenceTaken : PaymentAnswer;

    /// <summary>It is refused for what a field says.</summary>
    public sealed record Refused(string Field, string Reason) : PaymentAnswer;
}

/// <summary>Books what the operator says was paid, in whatever currency, and lets intake know.</summary>
public sealed class PaymentDesk(IBillingStore store, IExchangeRates rates, BillingKeeper keeper, TimeProvider time)
{
    /// <summary>Of one payment, in units: far above any, and a finger that slips is stopped.</summary>
    public const long Largest = 1_000_000_000;

    private const int MaxText = 200;

    /// <summary>Books it, once under its reference.</summary>
    /// <param name="paid">Above zero; of a correction also below.</param>
    public async Task<PaymentAnswer> PayAsync(
        Customer customer, LedgerKind kind, Money paid, string reference, string memo, CancellationToken cancellationToken)
    {
        if (kind is not (LedgerKind.TopUp or LedgerKind.Correction or LedgerKind.Refund))
            return new PaymentAnswer.Refused("kind", "A payment is a topup, a correction or a refund.");
        if (paid.IsZero || (paid.MicroUnits < 0 && kind != LedgerKind.Correction) || Math.Abs(paid.Amount) > Largest)
            return new PaymentAnswer.Refused("amount", $"An amount is above 0 and at most {Largest}; only a correction may be below.");
        if (reference.Length is 0 or > MaxText || reference.Any(char.IsControl))
            return new PaymentAnswer.Refused("reference", $"A reference has 1 to {MaxText} characters: the mark under which it is booked once.");
        if (memo.Length > MaxText || memo.Any(char.IsControl))
            return new PaymentAnswer.Refused("memo", $"A memo has at most {MaxText} characters.");
        var now = time.GetUtcNow();
        if (rates.Convert(paid, customer.Currency, now) is not { IsZero: false } amount)
        {
            return new PaymentAnswer.Refused("amount",
                $"{customer.EmailAddress} pays in {customer.Currency}, and there is no exchange rate from {paid.Currency}. Add one, or give the amount in {customer.Currency}.");
        }
        var signed = kind == LedgerKind.Refund ? new Payment(kind, customer.Key, -amount, -paid, reference, memo) : new Payment(kind, customer.Key, amount, paid, reference, memo);
        var result = await store.PayAsync(signed, now, cancellationToken);
        if (result == PaymentResult.Booked)
            await keeper.ReloadAsync(cancellationToken);
        return result switch
        {
            PaymentResult.Booked => new PaymentAnswer.Done(IsNew: true),
            PaymentResult.BookedBefore => new PaymentAnswer.Done(IsNew: false),
            PaymentResult.ReferenceTaken => new PaymentAnswer.ReferenceTaken(),
            PaymentResult.BeyondBalance => new PaymentAnswer.Refused("amount",
                $"{customer.EmailAddress} has less than that to be paid back: a refund is at most its balance, what is held for messages left out. What was booked wrongly is a correction."),
        };
    }
}
