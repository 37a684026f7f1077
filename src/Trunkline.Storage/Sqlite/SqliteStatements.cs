using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Storage.Sqlite;

/// <summary>What a customer's invoice is made of.</summary>
internal static class SqliteStatements
{
    /// <summary>Of the time from <paramref name="from"/> up to <paramref name="to"/>, in one reading, so that its sums agree.</summary>
    public static Statement Read(SqliteConnectionSession s, long customer, string currency, long from, long to)
    {
        // One snapshot: what is booked while this reads is in none of its parts.
        s.Execute("BEGIN");
        try
        {
            var charges = s.Query("""
                SELECT message_type, country, count(*), sum(priced_pages), sum(priced_seconds), sum(price) FROM call_detail
                WHERE customer_key = ?1 AND ended_at >= ?3 AND ended_at < ?4 AND price_currency = ?2 GROUP BY message_type, country ORDER BY message_type, country
                """, r => new StatementLine(Names.MessageTypeOf(r.GetString(0)), r.GetString(1), r.GetInt32(2), r.GetInt64(3), r.GetInt64(4),
                    new Money(r.GetInt64(5), currency)), customer, currency, from, to);
            var payments = s.Query("""
                SELECT at, kind, amount, reference, memo FROM ledger
                WHERE account = ?1 AND currency = ?2 AND at >= ?3 AND at < ?4 AND reference IS NOT NULL ORDER BY entry_id
                """, r => new StatementPayment(DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(0)),
                    LedgerKinds.TryParse(r.GetString(1), out var kind) ? kind : throw new InvalidDataException($"\"{r.GetString(1)}\" is no kind of the ledger."),
                    new Money(r.GetInt64(2), currency), r.GetString(3), r.GetString(4)), Account.Customer(customer), currency, from, to);
            return new Statement(Before(s, customer, currency, from), charges, payments, Before(s, customer, currency, to));
        }
        finally
        {
            s.Execute("ROLLBACK");
        }
    }

    // What is held is still the customer's.
    private static Money Before(SqliteConnectionSession s, long customer, string currency, long time) => new(s.Number(
        "SELECT sum(amount) FROM ledger WHERE account IN (?1, ?2) AND currency = ?3 AND at < ?4",
        Account.Customer(customer), Account.Reserved(customer), currency, time), currency);
}
