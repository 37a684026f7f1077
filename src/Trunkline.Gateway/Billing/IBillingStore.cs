using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>What the operator books on a customer's account.</summary>
/// <param name="Kind"><see cref="LedgerKind.TopUp"/>, <see cref="LedgerKind.Correction"/> or <see cref="LedgerKind.Refund"/>.</param>
/// <param name="Amount">What the customer gains, in its currency; below zero it loses it. A refund is below zero.</param>
/// <param name="Paid">The same in the currency in which it was paid; equal to <paramref name="Amount"/> where that is one.</param>
/// <param name="Reference">The operator's mark, under which it is booked once, ever.</param>
public sealed record Payment(LedgerKind Kind, long Customer, Money Amount, Money Paid, string Reference, string Memo);

/// <summary>What came of a payment.</summary>
public enum PaymentResult
{
    Booked,

    /// <summary>It was booked before under this reference; nothing has changed.</summary>
    BookedBefore,

    /// <summary>The reference belongs to another payment; nothing has changed.</summary>
    ReferenceTaken,

    /// <summary>More is to be paid back than there is; nothing has changed.</summary>
    BeyondBalance,
}

/// <summary>What became of removing a currency.</summary>
public enum CurrencyRemoval
{
    Removed,

    /// <summary>There is none of this code.</summary>
    Unknown,

    /// <summary>A customer pays in it.</summary>
    InUse,
}

/// <summary>A line of the ledger.</summary>
/// <param name="Entry">Rises.</param>
/// <param name="Transaction">The entry of its first line.</param>
public sealed record LedgerEntry(
    long Entry, long Transaction, string Account, Money Amount, LedgerKind Kind, MessageId? Message, int Attempt, string? Reference, DateTimeOffset At, string Memo);

/// <summary>Which lines of the ledger are asked for.</summary>
/// <param name="Account">Null for all.</param>
/// <param name="After">The entry behind which the page begins; 0 for the first.</param>
public sealed record LedgerQuery(string? Account, DateTimeOffset? From, DateTimeOffset? To, long After, int Max);

/// <summary>How an account stands.</summary>
/// <param name="Balances">Of each currency; a customer has one unless its currency was changed.</param>
/// <param name="Spend">In the customer's currency.</param>
public sealed record AccountState(IReadOnlyList<Money> Balances, SpendState Spend);

/// <summary>What does not agree in the books, as sentences; empty when all does.</summary>
public sealed record LedgerCheck(long Entries, IReadOnlyList<string> Faults);

/// <summary>The books in the store. What deliveries book is booked where they are settled; here is the rest.</summary>
public interface IBillingStore
{
    /// <summary>All currencies.</summary>
    Task<IReadOnlyList<Currency>> CurrenciesAsync(CancellationToken cancellationToken);

    /// <summary>Adds a currency, or replaces the one of this code.</summary>
    Task SaveCurrencyAsync(Currency currency, CancellationToken cancellationToken);

    /// <summary>Removes a currency that no customer pays in. What was booked in it stays, and is written with its code.</summary>
    Task<CurrencyRemoval> RemoveCurrencyAsync(string code, CancellationToken cancellationToken);

    /// <summary>All exchange rates.</summary>
    Task<IReadOnlyList<ExchangeRate>> ExchangeRatesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Adds rates, all or none. Returns null, or the one that is there already with another value: what was converted by it must stay explicable, so
    /// that a rate is followed by a newer one and never changed.
    /// </summary>
    Task<ExchangeRate?> AddExchangeRatesAsync(IReadOnlyList<ExchangeRate> rates, CancellationToken cancellationToken);

    /// <summary>The balances of all customers.</summary>
    Task<IReadOnlyList<(long Customer, Money Balance)>> BalancesAsync(CancellationToken cancellationToken);

    /// <summary>Books a payment, once.</summary>
    Task<PaymentResult> PayAsync(Payment payment, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How a customer stands on a day of its time zone, and one of its users when given.</summary>
    Task<AccountState> AccountAsync(long customer, long? user, string currency, DateOnly day, CancellationToken cancellationToken);

    /// <summary>Lines of the ledger, oldest first.</summary>
    Task<IReadOnlyList<LedgerEntry>> LedgerAsync(LedgerQuery query, CancellationToken cancellationToken);

    /// <summary>Call detail records, oldest first.</summary>
    Task<IReadOnlyList<CallDetail>> CallDetailsAsync(CallDetailQuery query, CancellationToken cancellationToken);

    /// <summary>Closes a batch over what was recorded since the last; null when nothing was.</summary>
    Task<ExportBatch?> MakeBatchAsync(int maxRecords, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Batches after one, oldest first.</summary>
    Task<IReadOnlyList<ExportBatch>> BatchesAsync(long since, int max, CancellationToken cancellationToken);

    /// <summary>What a customer was charged and has paid within a time.</summary>
    Task<Statement> StatementAsync(long customer, string currency, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Counts the whole ledger again and compares.</summary>
    Task<LedgerCheck> CheckAsync(CancellationToken cancellationToken);
}
