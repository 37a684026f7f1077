using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>What is held for messages that are under way; always within the writer's transaction, so that no two messages are given the same money.</summary>
internal static class SqliteReservations
{
    /// <summary>Holds the money for a message. Returns null, or why its customer cannot spend it.</summary>
    public static MoneyRefusal? Reserve(SqliteConnectionSession s, QueuedMessage message, Reservation reservation, long now)
    {
        var id = message.Id.Value;
        var held = s.First("SELECT amount, currency FROM reservation WHERE message_id = ?1", r => (Money?)new Money(r.GetInt64(0), r.GetString(1)), id);
        // Its pages were lost and made again: what is held for it still is.
        if (held == reservation.Amount)
            return null;
        if (held is not null)
            SqliteLedger.Append(s, now, [Release(s, id)!]);
        if (reservation.Refusal(State(s, message.CustomerKey, message.UserKey, reservation.Amount.Currency, reservation.Day)) is { } refusal)
            return refusal;
        var sequence = (int)s.Number("SELECT count(*) FROM ledger WHERE message_id = ?1 AND kind = 'reserve' AND line = 0", id) + 1;
        SqliteLedger.Append(s, now, [new LedgerTransaction(LedgerKind.Reserve, $"held for {message.Id}",
            new Posting(Account.Customer(message.CustomerKey), -reservation.Amount), new Posting(Account.Reserved(message.CustomerKey), reservation.Amount))
        {
            Message = message.Id,
            Attempt = sequence,
        }]);
        s.Execute("INSERT INTO reservation (message_id, customer_key, amount, currency, sequence, user_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            id, message.CustomerKey, reservation.Amount.MicroUnits, reservation.Amount.Currency, sequence, message.UserKey);
        if (message.UserKey is { } user)
        {
            s.Execute("""
                INSERT INTO user_spend (user_key, currency, day, day_amount, month, month_amount, held) VALUES (?1, ?2, 0, 0, 0, 0, ?3)
                ON CONFLICT (user_key) DO UPDATE SET held = held + ?3
                """, user, reservation.Amount.Currency, reservation.Amount.MicroUnits);
        }
        return null;
    }

    /// <summary>Holds nothing for a message any longer: the transaction that is to be booked, or null when nothing was held.</summary>
    public static LedgerTransaction? Release(SqliteConnectionSession s, long id)
    {
        // Two statements: RETURNING makes a table in memory for its one row, which costs more than both.
        var (customer, amount, sequence, user) = s.First("SELECT customer_key, amount, currency, sequence, user_key FROM reservation WHERE message_id = ?1",
            r => (r.GetInt64(0), (Money?)new Money(r.GetInt64(1), r.GetString(2)), r.GetInt32(3), r.IsDBNull(4) ? null : (long?)r.GetInt64(4)), id);
        if (amount is not { } held)
            return null;
        s.Execute("DELETE FROM reservation WHERE message_id = ?1", id);
        if (user is not null)
            s.Execute("UPDATE user_spend SET held = held - ?2 WHERE user_key = ?1", user, held.MicroUnits);
        var message = new MessageId(id);
        return new LedgerTransaction(LedgerKind.Release, $"no longer held for {message}",
            new Posting(Account.Reserved(customer), -held), new Posting(Account.Customer(customer), held))
        {
            Message = message,
            Attempt = sequence,
        };
    }

    /// <summary>How a customer stands, and one of its users: five rows, however much they have sent.</summary>
    public static SpendState State(SqliteConnectionSession s, long customer, long? user, string currency, DateOnly day)
    {
        var (spentToday, spentThisMonth) = s.First("""
            SELECT CASE WHEN day >= ?3 THEN day_amount ELSE 0 END, CASE WHEN month >= ?4 THEN month_amount ELSE 0 END FROM spend
            WHERE customer_key = ?1 AND currency = ?2
            """, r => (r.GetInt64(0), r.GetInt64(1)), customer, currency, day.DayNumber, CustomerDay.MonthOf(day));
        return new SpendState(
            new Money(SqliteLedger.Balance(s, Account.Customer(customer), currency), currency),
            new Money(SqliteLedger.Balance(s, Account.Reserved(customer), currency), currency),
            new Money(spentToday, currency), new Money(spentThisMonth, currency))
        {
            User = user is { } key ? UserState(s, key, currency, day) : null,
        };
    }

    private static UserSpend UserState(SqliteConnectionSession s, long user, string currency, DateOnly day) => s.First("""
        SELECT held, CASE WHEN day >= ?3 THEN day_amount ELSE 0 END, CASE WHEN month >= ?4 THEN month_amount ELSE 0 END FROM user_spend
        WHERE user_key = ?1 AND currency = ?2
        """, r => new UserSpend(new Money(r.GetInt64(0), currency), new Money(r.GetInt64(1), currency), new Money(r.GetInt64(2), currency)),
        user, currency, day.DayNumber, CustomerDay.MonthOf(day)) ?? new UserSpend(Money.Zero(currency), Money.Zero(currency), Money.Zero(currency));

    /// <summary>Counts a charge as spent on a day. A clock that was set back counts on in the newest day.</summary>
    public static void Spent(SqliteConnectionSession s, QueuedMessage message, Money amount, DateOnly day)
    {
        s.Execute("""
            INSERT INTO spend (customer_key, currency, day, day_amount, month, month_amount) VALUES (?1, ?2, ?3, ?5, ?4, ?5)
            ON CONFLICT (customer_key) DO UPDATE SET
                day_amount = CASE WHEN currency = ?2 AND day >= ?3 THEN day_amount + ?5 ELSE ?5 END,
                month_amount = CASE WHEN currency = ?2 AND month >= ?4 THEN month_amount + ?5 ELSE ?5 END,
                day = max(day, ?3), month = max(month, ?4), currency = ?2
            """, message.CustomerKey, amount.Currency, day.DayNumber, CustomerDay.MonthOf(day), amount.MicroUnits);
        if (message.UserKey is not { } user)
            return;
        s.Execute("""
            INSERT INTO user_spend (user_key, currency, day, day_amount, month, month_amount, held) VALUES (?1, ?2, ?3, ?5, ?4, ?5, 0)
            ON CONFLICT (user_key) DO UPDATE SET
                day_amount = CASE WHEN currency = ?2 AND day >= ?3 THEN day_amount + ?5 ELSE ?5 END,
                month_amount = CASE WHEN currency = ?2 AND month >= ?4 THEN month_amount + ?5 ELSE ?5 END,
                day = max(day, ?3), month = max(month, ?4), currency = ?2
            """, user, amount.Currency, day.DayNumber, CustomerDay.MonthOf(day), amount.MicroUnits);
    }
}
