using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Storage.Sqlite;

/// <summary>Currencies, exchange rates, payments, and what can be read of the books.</summary>
public sealed class SqliteBillingStore(SqliteDatabase database) : IBillingStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<Currency>> CurrenciesAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT currency_code, format, currency_symbol, decimals FROM currency ORDER BY currency_code",
        r => new Currency(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt32(3))), cancellationToken);

    /// <inheritdoc />
    public Task SaveCurrencyAsync(Currency currency, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute(
        "INSERT OR REPLACE INTO currency (currency_code, format, currency_symbol, decimals) VALUES (?1, ?2, ?3, ?4)",
        currency.Code, currency.Format, currency.Symbol, currency.Decimals), cancellationToken);

    /// <inheritdoc />
    public Task<CurrencyRemoval> RemoveCurrencyAsync(string code, CancellationToken cancellationToken) => database.WriteAsync(s =>
        s.Number("SELECT EXISTS (SELECT 1 FROM customer WHERE currencycode = ?1)", code) == 1 ? CurrencyRemoval.InUse
        : s.Execute("DELETE FROM currency WHERE currency_code = ?1", code) == 1 ? CurrencyRemoval.Removed : CurrencyRemoval.Unknown, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<ExchangeRate>> ExchangeRatesAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT from_currency, to_currency, rate, valid_from FROM exchange_rate ORDER BY from_currency, to_currency, valid_from", ReadRate), cancellationToken);

    /// <inheritdoc />
    public Task<ExchangeRate?> AddExchangeRatesAsync(IReadOnlyList<ExchangeRate> rates, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        // All are looked at before the first is written: what was written would stand.
        var other = rates.FirstOrDefault(rate => s.First("SELECT rate FROM exchange_rate WHERE from_currency = ?1 AND to_currency = ?2 AND valid_from = ?3",
            r => r.GetString(0), rate.From, rate.To, rate.ValidFrom.ToUnixTimeMilliseconds()) is { } known && known != rate.Text);
        other ??= rates.GroupBy(r => (r.From, r.To, r.ValidFrom.ToUnixTimeMilliseconds())).FirstOrDefault(g => g.Select(r => r.Text).Distinct().Count() > 1)?.Last();
        if (other is not null)
            return other;
        foreach (var rate in rates)
        {
            s.Execute("INSERT OR IGNORE INTO exchange_rate (from_currency, to_currency, valid_from, rate) VALUES (?1, ?2, ?3, ?4)",
                rate.From, rate.To, rate.ValidFrom.ToUnixTimeMilliseconds(), rate.Text);
        }
        return null;
    }, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<(long Customer, Money Balance)>> BalancesAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        // The accounts of customers stand together: their names begin alike, and ';' follows ':'.
        s => s.Query("SELECT account, amount, currency FROM balance WHERE account >= 'customer:' AND account < 'customer;'",
            r => Account.TryReadCustomer(r.GetString(0), out var key) ? (key, new Money(r.GetInt64(1), r.GetString(2)))
                : throw new InvalidDataException($"\"{r.GetString(0)}\" is no account of a customer.")), cancellationToken);

    /// <inheritdoc />
    public Task<PaymentResult> PayAsync(Payment payment, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var booked = Transaction(payment);
        var known = s.Query("SELECT kind, account, amount, currency FROM ledger WHERE transaction_id = (SELECT entry_id FROM ledger WHERE reference = ?1 AND line = 0)",
            r => (r.GetString(0), new Posting(r.GetString(1), new Money(r.GetInt64(2), r.GetString(3)))), payment.Reference);
        if (known.Count > 0)
        {
            // Of a payment in another currency only what was paid is the operator's word; the rest is our conversion of that time.
            var paid = booked.Postings[0];
            return known[0] == (payment.Kind.Code(), paid) && known.Exists(k => k.Item2.Account == Account.Customer(payment.Customer))
                ? PaymentResult.BookedBefore
                : PaymentResult.ReferenceTaken;
        }
        // Asked here, so that two that come at once cannot pay the same money back twice.
        if (payment.Kind == LedgerKind.Refund && s.Number("SELECT coalesce(sum(amount), 0) FROM balance WHERE account = ?1 AND currency = ?2",
            Account.Customer(payment.Customer), payment.Amount.Currency) + payment.Amount.MicroUnits < 0)
            return PaymentResult.BeyondBalance;
        SqliteLedger.Append(s, now.ToUnixTimeMilliseconds(), [booked]);
        return PaymentResult.Booked;
    }, cancellationToken);

    /// <inheritdoc />
    public async Task<AccountState> AccountAsync(long customer, long? user, string currency, DateOnly day, CancellationToken cancellationToken) => await database.ReadAsync(s =>
        new AccountState(
            s.Query("SELECT amount, currency FROM balance WHERE account = ?1 ORDER BY currency", r => new Money(r.GetInt64(0), r.GetString(1)), Account.Customer(customer)),
            SqliteReservations.State(s, customer, user, currency, day)), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<LedgerEntry>> LedgerAsync(LedgerQuery query, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => SqliteLedger.Read(s, query), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<CallDetail>> CallDetailsAsync(CallDetailQuery query, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => SqliteCallDetails.Read(s, query), cancellationToken);

    /// <inheritdoc />
    public Task<ExportBatch?> MakeBatchAsync(int maxRecords, DateTimeOffset now, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var (number, last) = s.First("SELECT batch_id, last_record FROM export_batch ORDER BY batch_id DESC LIMIT 1", r => (r.GetInt64(0), r.GetInt64(1)));
        var (records, first, until) = s.First("""
            SELECT count(*), coalesce(min(record_id), 0), coalesce(max(record_id), 0)
            FROM (SELECT record_id FROM call_detail WHERE record_id > ?1 ORDER BY record_id LIMIT ?2)
            """, r => (r.GetInt32(0), r.GetInt64(1), r.GetInt64(2)), last, maxRecords);
        if (records == 0)
            return null;
        s.Execute("INSERT INTO export_batch (batch_id, first_record, last_record, record_count, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            number + 1, first, until, records, now.ToUnixTimeMilliseconds());
        return new ExportBatch(number + 1, first, until, records, DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()));
    }, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<ExportBatch>> BatchesAsync(long since, int max, CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT batch_id, first_record, last_record, record_count, made_at FROM export_batch WHERE batch_id > ?1 ORDER BY batch_id LIMIT ?2",
        r => new ExportBatch(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt32(3), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4))), since, max),
        cancellationToken);

    /// <inheritdoc />
    public async Task<Statement> StatementAsync(long customer, string currency, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => SqliteStatements.Read(s, customer, currency, from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc />
    public async Task<LedgerCheck> CheckAsync(CancellationToken cancellationToken) => await database.ReadAsync(SqliteLedgerCheck.Run, cancellationToken);

    private static LedgerTransaction Transaction(Payment p)
    {
        var account = Account.Customer(p.Customer);
        var other = p.Kind == LedgerKind.Correction ? Account.Corrections : Account.Cash;
        IReadOnlyList<Posting> postings = p.Paid.Currency == p.Amount.Currency
            ? [new Posting(other, -p.Paid), new Posting(account, p.Amount)]
            :
            [
                new Posting(other, -p.Paid), new Posting(Account.Exchange(p.Paid.Currency), p.Paid),
                new Posting(Account.Exchange(p.Amount.Currency), -p.Amount), new Posting(account, p.Amount),
            ];
        return new LedgerTransaction(p.Kind, p.Memo, postings) { Reference = p.Reference };
    }

    private static ExchangeRate ReadRate(SqliteStatement r) =>
        ExchangeRate.TryCreate(r.GetString(0), r.GetString(1), r.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(3)), out var rate, out var error)
            ? rate
            : throw new InvalidDataException(error);
}
