using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Storage.Sqlite;

/// <summary>Writes into the ledger, and keeps the balances with it; always within the writer's transaction.</summary>
internal static class SqliteLedger
{
    /// <summary>Books transactions. Throws when one was booked before: whoever may come twice asks first.</summary>
    public static void Append(SqliteConnectionSession s, long at, IReadOnlyList<LedgerTransaction> transactions)
    {
        if (transactions.Count == 0)
            return;
        var moved = new Dictionary<(string Account, string Currency), long>();
        var id = s.Number("SELECT max(entry_id) FROM ledger");
        foreach (var t in transactions)
        {
            Insert(s, t, id + 1, at);
            id += t.Postings.Count;
            foreach (var (account, amount) in t.Postings)
            {
                var key = (account, amount.Currency);
                moved[key] = checked(moved.GetValueOrDefault(key) + amount.MicroUnits);
            }
        }
        foreach (var ((account, currency), amount) in moved)
        {
            // What is given back and taken in one go moves nothing.
            if (amount != 0)
            {
                s.Execute("""
                    INSERT INTO balance (account, currency, amount) VALUES (?1, ?2, ?3) ON CONFLICT (account, currency) DO UPDATE SET amount = amount + ?3
                    """, account, currency, amount);
            }
        }
    }

    // A statement for each line: one that writes two rows keeps a copy of every page that it changes, to undo the first row by itself, and that
    // costs more than the second statement.
    private static void Insert(SqliteConnectionSession s, LedgerTransaction t, long first, long at)
    {
        for (var line = 0; line < t.Postings.Count; line++)
        {
            var (account, amount) = t.Postings[line];
            s.Execute("""
                INSERT INTO ledger (entry_id, transaction_id, line, account, amount, currency, kind, message_id, attempt, reference, at, memo)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                """, first + line, first, line, account, amount.MicroUnits, amount.Currency, t.Kind.Code(), t.Message?.Value, t.Attempt, t.Reference, at, t.Memo);
        }
    }

    /// <summary>The balance of an account in a currency; 0 when nothing was ever booked.</summary>
    public static long Balance(SqliteConnectionSession s, string account, string currency) =>
        s.Number("SELECT amount FROM balance WHERE account = ?1 AND currency = ?2", account, currency);

    /// <summary>Lines, oldest first.</summary>
    public static List<LedgerEntry> Read(SqliteConnectionSession s, LedgerQuery q)
    {
        const string columns = "SELECT entry_id, transaction_id, account, amount, currency, kind, message_id, attempt, reference, at, memo FROM ledger WHERE entry_id > ?1";
        var where = q.Account is null ? "" : " AND account = ?5";
        object?[] parameters = [q.After, q.From?.ToUnixTimeMilliseconds() ?? long.MinValue, q.To?.ToUnixTimeMilliseconds() ?? long.MaxValue, q.Max, q.Account];
        return s.Query($"{columns}{where} AND at >= ?2 AND at < ?3 ORDER BY entry_id LIMIT ?4",
            r => new LedgerEntry(r.GetInt64(0), r.GetInt64(1), r.GetString(2), new Money(r.GetInt64(3), r.GetString(4)),
                LedgerKinds.TryParse(r.GetString(5), out var kind) ? kind : throw new InvalidDataException($"\"{r.GetString(5)}\" is no kind of the ledger."),
                r.IsDBNull(6) ? null : new MessageId(r.GetInt64(6)), r.GetInt32(7), r.IsDBNull(8) ? null : r.GetString(8),
                DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(9)), r.GetString(10)),
            q.Account is null ? parameters[..4] : parameters);
    }
}
