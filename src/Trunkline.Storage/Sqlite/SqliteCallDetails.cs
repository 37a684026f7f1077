using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Call detail records: one for each attempt, written when it is closed.</summary>
internal static class SqliteCallDetails
{
    private const string Columns = """
        record_id, revision, begun_at, ended_at, customer_key, message_id, attempt, resource, from_address, destination, country, prefix, message_type, pages,
        seconds, status, outcome, price, price_currency, priced_pages, priced_seconds, price_rate, price_deck_id, cost, cost_currency, cost_rate, cost_deck_id,
        reference
        """;

    /// <summary>Records an attempt as its row says by now. One that is recorded already gets a further revision.</summary>
    public static void Append(
        SqliteConnectionSession s, AttemptId attempt, int pages, Money? price, int pricedPages, int pricedSeconds, Money? cost, long now)
    {
        // Read first and written by itself: a statement that does both keeps a copy of every page that it changes.
        var row = s.First("""
            SELECT a.begun_at, m.customer_key, coalesce(r.resource_name, a.resource_id), m.message_from_email_address, m.destination, m.destination_country,
                m.price_prefix, m.message_type, coalesce(a.duration, 0), a.status, a.outcome, a.price_rate, a.price_deck_id, a.cost_rate, a.cost_deck_id,
                coalesce(m.reference, ''), (SELECT count(*) + 1 FROM call_detail WHERE message_id = ?1 AND attempt = ?2)
            FROM attempt a JOIN message m ON m.message_id = a.message_id LEFT JOIN resource r ON r.resource_id = a.resource_id
            WHERE a.message_id = ?1 AND a.number = ?2
            """, Values, attempt.Message.Value, attempt.Number) ?? throw new InvalidDataException($"{attempt} is no attempt.");
        s.Execute("""
            INSERT INTO call_detail (begun_at, customer_key, resource, from_address, destination, country, prefix, message_type, seconds, status, outcome,
                price_rate, price_deck_id, cost_rate, cost_deck_id, reference, revision, message_id, attempt, ended_at, pages, price, price_currency,
                priced_pages, priced_seconds, cost, cost_currency)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)
            """, [.. row, attempt.Message.Value, attempt.Number, now, pages, price?.MicroUnits, price?.Currency, price is null ? 0 : pricedPages,
            price is null ? 0 : pricedSeconds, cost?.MicroUnits, cost?.Currency]);
    }

    /// <summary>Records, oldest first.</summary>
    public static List<CallDetail> Read(SqliteConnectionSession s, CallDetailQuery q)
    {
        var from = q.From?.ToUnixTimeMilliseconds() ?? long.MinValue;
        var to = q.To?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        var until = q.Until ?? long.MaxValue;
        if (q.Customer is { } customer)
        {
            return s.Query($"""
                SELECT {Columns} FROM call_detail WHERE customer_key = ?6 AND ended_at >= ?3 AND ended_at < ?4 AND record_id > ?1 AND record_id <= ?2
                ORDER BY record_id LIMIT ?5
                """, Row, q.After, until, from, to, q.Max, customer);
        }
        // Records rise with time but for clocks that were set back: the first page looks for where they begin, the others go on by their numbers.
        var after = q.After > 0 || q.From is null ? q.After : s.Number("SELECT min(record_id) - 1 FROM call_detail WHERE ended_at >= ?1", from);
        return s.Query($"""
            SELECT {Columns} FROM call_detail NOT INDEXED WHERE record_id > ?1 AND record_id <= ?2 AND ended_at >= ?3 AND ended_at < ?4 ORDER BY record_id LIMIT ?5
            """, Row, after, until, from, to, q.Max);
    }

    /// <summary>The columns of a row as they are, to be written elsewhere.</summary>
    private static object?[] Values(SqliteStatement r)
    {
        var values = new object?[r.Columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = r.GetValue(i);
        return values;
    }

    private static CallDetail Row(SqliteStatement r) => new()
    {
        Record = r.GetInt64(0),
        Revision = r.GetInt32(1),
        BegunAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(2)),
        EndedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(3)),
        Customer = r.GetInt64(4),
        Message = new MessageId(r.GetInt64(5)),
        Attempt = r.GetInt32(6),
        Resource = r.GetString(7),
        From = r.GetString(8),
        To = r.GetString(9),
        Country = r.GetString(10),
        Prefix = r.GetString(11),
        Type = Names.MessageTypeOf(r.GetString(12)),
        Pages = r.GetInt32(13),
        Seconds = r.GetInt32(14),
        Status = Names.StatusOf(r.GetString(15)),
        Outcome = CallOutcomes.TryParse(r.GetString(16), out var outcome) ? outcome : throw new InvalidDataException($"\"{r.GetString(16)}\" is no outcome."),
        Price = MoneyOf(r, 17),
        PricedPages = r.GetInt32(19),
        PricedSeconds = r.GetInt32(20),
        PriceRate = r.IsDBNull(21) ? null : r.GetString(21),
        PriceDeck = r.IsDBNull(22) ? null : r.GetInt64(22),
        Cost = MoneyOf(r, 23),
        CostRate = r.IsDBNull(25) ? null : r.GetString(25),
        CostDeck = r.IsDBNull(26) ? null : r.GetInt64(26),
        Reference = r.GetString(27),
    };

    private static Money? MoneyOf(SqliteStatement r, int column) => r.IsDBNull(column) ? null : new Money(r.GetInt64(column), r.GetString(column + 1));
}
