using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Storage.Sqlite;

/// <summary>Counts the whole ledger again: what the code and the triggers promise is looked at where it lies.</summary>
internal static class SqliteLedgerCheck
{
    // Enough to see what is wrong; a broken ledger may have millions.
    private const int MaxFaults = 20;

    public static LedgerCheck Run(SqliteConnectionSession s)
    {
        s.Execute("BEGIN");
        try
        {
            var faults = new List<string>();
            faults.AddRange(s.Query("""
                SELECT transaction_id, currency, sum(amount) FROM ledger GROUP BY transaction_id, currency HAVING sum(amount) <> 0 LIMIT ?1
                """, r => $"Transaction {r.GetInt64(0)} does not balance: {new Money(r.GetInt64(2), r.GetString(1))} are left.", MaxFaults));
            faults.AddRange(s.Query("""
                WITH counted AS (SELECT account, currency, sum(amount) AS amount FROM ledger GROUP BY account, currency)
                SELECT coalesce(c.account, b.account), coalesce(c.currency, b.currency), coalesce(c.amount, 0), coalesce(b.amount, 0)
                FROM counted c FULL JOIN balance b ON b.account = c.account AND b.currency = c.currency
                WHERE coalesce(c.amount, 0) <> coalesce(b.amount, 0) LIMIT ?1
                """, r => $"The balance of {r.GetString(0)} is kept as {new Money(r.GetInt64(3), r.GetString(1))}; its entries sum to {new Money(r.GetInt64(2), r.GetString(1))}.",
                MaxFaults));
            faults.AddRange(s.Query("""
                WITH held AS (SELECT 'reserved:' || customer_key AS account, currency, sum(amount) AS amount FROM reservation GROUP BY customer_key, currency)
                SELECT coalesce(h.account, b.account), coalesce(h.currency, b.currency), coalesce(h.amount, 0), coalesce(b.amount, 0)
                FROM held h FULL JOIN (SELECT * FROM balance WHERE account >= 'reserved:' AND account < 'reserved;') b
                    ON b.account = h.account AND b.currency = h.currency
                WHERE coalesce(h.amount, 0) <> coalesce(b.amount, 0) LIMIT ?1
                """, r => $"{r.GetString(0)} has {new Money(r.GetInt64(3), r.GetString(1))}; for messages under way {new Money(r.GetInt64(2), r.GetString(1))} are held.",
                MaxFaults));
            faults.AddRange(s.Query("""
                WITH held AS (SELECT user_key, sum(amount) AS amount FROM reservation WHERE user_key IS NOT NULL GROUP BY user_key)
                SELECT coalesce(h.user_key, u.user_key), coalesce(h.amount, 0), coalesce(u.held, 0), coalesce(u.currency, '')
                FROM held h FULL JOIN user_spend u ON u.user_key = h.user_key WHERE coalesce(h.amount, 0) <> coalesce(u.held, 0) LIMIT ?1
                """, r => $"{new Money(r.GetInt64(2), r.GetString(3))} count as held for the user {r.GetInt64(0)}; for its messages under way {new Money(r.GetInt64(1), r.GetString(3))} are.",
                MaxFaults));
            faults.AddRange(s.Query("""
                SELECT r.message_id, m.message_status FROM reservation r LEFT JOIN message m ON m.message_id = r.message_id
                WHERE m.message_id IS NULL OR m.ended_at IS NOT NULL LIMIT ?1
                """, r => $"Money is held for {new MessageId(r.GetInt64(0))}, which {(r.IsDBNull(1) ? "is no message" : "has ended")}.", MaxFaults));
            return new LedgerCheck(s.Number("SELECT count(*) FROM ledger"), faults);
        }
        finally
        {
            s.Execute("ROLLBACK");
        }
    }
}
