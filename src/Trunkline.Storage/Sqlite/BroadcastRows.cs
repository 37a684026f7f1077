using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Rows of broadcasts, read and named.</summary>
internal static class BroadcastRows
{
    /// <summary>In the order that <see cref="Read"/> expects.</summary>
    public const string Columns = """
        broadcast_id, customer_key, name, state, starts_itself, created_at, scheduled_at, started_at, ended_at, expiry_duration, message_priority,
        resolution, language, coverpage_id, cover_fields, per_minute, at_once, recipients, duplicates, do_not_call, cancelled, fed, pages, price, unpriced,
        currency, cause, receipt_to, user_key
        """;

    public static Broadcast Read(SqliteStatement r) => new()
    {
        Id = new MessageId(r.GetInt64(0)),
        CustomerKey = r.GetInt64(1),
        Name = r.GetString(2),
        State = StateOf(r.GetString(3)),
        StartsItself = r.GetBoolean(4),
        CreatedAt = Time(r, 5)!.Value,
        ScheduledAt = Time(r, 6),
        StartedAt = Time(r, 7),
        EndedAt = Time(r, 8),
        ExpiryDuration = TimeSpan.FromSeconds(r.GetInt64(9)),
        Priority = (Priority)r.GetInt32(10),
        Resolution = Names.ResolutionOf(r.GetString(11)),
        Language = r.GetString(12),
        Cover = r.IsDBNull(13) ? null : r.GetInt64(13),
        CoverFields = CoverFields.FromJson(r.IsDBNull(14) ? null : r.GetString(14)),
        PerMinute = r.GetInt32(15),
        AtOnce = r.GetInt32(16),
        Recipients = r.GetInt32(17),
        Duplicates = r.GetInt32(18),
        DoNotCall = r.GetInt32(19),
        CancelledRows = r.GetInt32(20),
        Fed = r.GetInt32(21),
        Pages = r.IsDBNull(22) ? null : r.GetInt32(22),
        Price = r.IsDBNull(23) ? null : new Money(r.GetInt64(23), r.GetString(25)),
        Unpriced = r.GetInt32(24),
        Currency = r.GetString(25),
        Cause = r.IsDBNull(26) ? "" : r.GetString(26),
        ReceiptTo = r.GetString(27),
        UserKey = r.IsDBNull(28) ? null : r.GetInt64(28),
    };

    public static DateTimeOffset? Time(SqliteStatement r, int column) =>
        r.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(column));

    public static string Of(BroadcastState state) => state.ToString().ToLowerInvariant();

    public static BroadcastState StateOf(string name) => Enum.Parse<BroadcastState>(name, ignoreCase: true);

    /// <summary>So many numbers of a submission have ended without a message; with the last of all, its receipt is due.</summary>
    public static void Close(SqliteConnectionSession s, long broadcast, int count)
    {
        s.Execute("UPDATE submission SET open_count = open_count - ?2 WHERE submission_id = ?1", broadcast, count);
        s.Execute("INSERT OR IGNORE INTO receipt_due (submission_id) SELECT submission_id FROM submission WHERE submission_id = ?1 AND open_count = 0", broadcast);
    }
}
