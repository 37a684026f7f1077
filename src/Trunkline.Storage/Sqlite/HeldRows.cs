using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Into H and out of it; always within the writer's transaction.</summary>
internal static class HeldRows
{
    /// <summary>Out of the queue, away from whoever works on it; the number is free for others.</summary>
    public static void Hold(SqliteConnectionSession s, QueuedMessage m)
    {
        QueueRows.Remove(s, m);
        QueueRows.FreeDestination(s, m);
        s.Execute("UPDATE message SET message_status = 'H', held_status = ?2 WHERE message_id = ?1 AND message_status IN ('P', 'R', 'D')",
            m.Id.Value, Names.Of(m.Status == MessageStatus.Pending ? MessageStatus.Pending : MessageStatus.Ready));
    }

    /// <summary>Back into the place that it had. Returns the message as it is now.</summary>
    public static QueuedMessage Release(SqliteConnectionSession s, QueuedMessage m, long now)
    {
        var released = m with { Status = HeldAs(s, m) };
        s.Execute("UPDATE message SET message_status = ?2, held_status = NULL WHERE message_id = ?1 AND message_status = 'H'", m.Id.Value, Names.Of(released.Status));
        QueueRows.Enqueue(s, QueuePlace.Of(released), now);
        return released;
    }

    /// <summary>Pending or ready: what a message on hold is again when it is released.</summary>
    public static MessageStatus HeldAs(SqliteConnectionSession s, QueuedMessage m) =>
        s.Number("SELECT held_status = 'R' FROM message WHERE message_id = ?1", m.Id.Value) == 1 ? MessageStatus.Ready : MessageStatus.Pending;
}
