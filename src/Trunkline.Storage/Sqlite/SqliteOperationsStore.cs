using System.Globalization;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Storage.Sqlite;

/// <summary>Hold, release, cancel, another priority or time, send again: what people do to messages in the queue.</summary>
public sealed class SqliteOperationsStore(SqliteDatabase database) : IOperationsStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<MessageId>> FindAsync(MessageId id, long? customer, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => Find(s, id, customer, max), cancellationToken);

    /// <inheritdoc />
    public Task<OperationAnswer> HoldAsync(MessageId id, long? customer, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, customer, (s, m) => StandingOf(m) switch
        {
            Standing.Held => Answer(m, OperationResult.Already, "It is on hold already."),
            Standing.AtResource => Answer(m, OperationResult.Refused, "A resource has it now, perhaps on the line: it can no longer be held."),
            Standing.Ended => HasEnded(m),
            Standing.Queued => Hold(s, m, now.ToUnixTimeMilliseconds()),
        }, cancellationToken);

    /// <inheritdoc />
    public Task<OperationAnswer> ReleaseAsync(MessageId id, long? customer, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, customer, (s, m) => StandingOf(m) switch
        {
            Standing.Held => Release(s, m, now.ToUnixTimeMilliseconds()),
            Standing.AtResource or Standing.Queued => Answer(m, OperationResult.Refused, "It is not on hold."),
            Standing.Ended => HasEnded(m),
        }, cancellationToken);

    /// <inheritdoc />
    public Task<OperationAnswer> CancelAsync(MessageId id, long? customer, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, customer, (s, m) => StandingOf(m) switch
        {
            Standing.AtResource => AskToCancel(s, m, now.ToUnixTimeMilliseconds()),
            Standing.Ended when m.Status == MessageStatus.Cancelled => Answer(m, OperationResult.Already, "It is cancelled already."),
            Standing.Ended => HasEnded(m),
            Standing.Queued or Standing.Held => Cancel(s, m, now.ToUnixTimeMilliseconds()),
        }, cancellationToken);

    /// <inheritdoc />
    public Task<OperationAnswer> SetPriorityAsync(MessageId id, long? customer, Priority priority, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, customer, (s, m) => StandingOf(m) switch
        {
            Standing.AtResource => AtResource(m),
            Standing.Ended => HasEnded(m),
            Standing.Queued or Standing.Held when m.Priority == priority => Answer(m, OperationResult.Already, "It has this priority."),
            Standing.Queued or Standing.Held => SetPriority(s, m, priority, now.ToUnixTimeMilliseconds()),
        }, cancellationToken);

    /// <inheritdoc />
    public Task<OperationAnswer> SetTimeAsync(
        MessageId id, long? customer, DateTimeOffset notBefore, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(id, customer, (s, m) => StandingOf(m) switch
        {
            Standing.AtResource => AtResource(m),
            Standing.Ended => HasEnded(m),
            Standing.Queued or Standing.Held => SetTime(s, m, notBefore.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds()),
        }, cancellationToken);

    /// <inheritdoc />
    public Task<ResendAnswer> ResendAsync(
        MessageId id, long? customer, bool evenUncertain, int max, Func<Resending, string?> refuse, Func<MessageId> newId, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => ResendRows.Resend(s, Find(s, id, customer, max + 1), id, evenUncertain, max, refuse, newId, now.ToUnixTimeMilliseconds()),
            cancellationToken);

    private Task<OperationAnswer> ChangeAsync(
        MessageId id, long? customer, Func<SqliteConnectionSession, QueuedMessage, OperationAnswer> change, CancellationToken cancellationToken) =>
        database.WriteAsync(s => QueueRows.Load(s, id.Value, 0) is { } message && (customer is null || message.CustomerKey == customer)
            ? change(s, message)
            : new OperationAnswer(id, OperationResult.Unknown, null, $"There is no message {id}."), cancellationToken);

    private static List<MessageId> Find(SqliteConnectionSession s, MessageId id, long? customer, int max)
    {
        var message = s.Query("SELECT message_id FROM message WHERE message_id = ?1 AND (?2 IS NULL OR customer_key = ?2)",
            r => new MessageId(r.GetInt64(0)), id.Value, customer);
        return message.Count > 0 ? message : s.Query("""
            SELECT message_id FROM message WHERE submission_id = ?1 AND (?2 IS NULL OR customer_key = ?2) ORDER BY ordinal LIMIT ?3
            """, r => new MessageId(r.GetInt64(0)), id.Value, customer, max);
    }

    private static OperationAnswer Hold(SqliteConnectionSession s, QueuedMessage m, long now)
    {
        HeldRows.Hold(s, m);
        Record(s, m, now, "held", "");
        return Answer(m with { Status = MessageStatus.OnHold }, OperationResult.Done, "");
    }

    private static OperationAnswer Release(SqliteConnectionSession s, QueuedMessage m, long now)
    {
        var released = HeldRows.Release(s, m, now);
        Record(s, m, now, "released", "");
        return Answer(released, OperationResult.Done, "");
    }

    private static OperationAnswer Cancel(SqliteConnectionSession s, QueuedMessage m, long now)
    {
        QueueRows.Remove(s, m);
        QueueRows.End(s, m, MessageStatus.Cancelled, CallOutcome.Cancelled, CallOutcomes.Of(CallOutcome.Cancelled).Sentence, now);
        return Answer(m with { Status = MessageStatus.Cancelled }, OperationResult.Done, "");
    }

    private static OperationAnswer AskToCancel(SqliteConnectionSession s, QueuedMessage m, long now)
    {
        const string reason = "A resource has it now, perhaps on the line, and this call goes on. Should it not get through, it is not tried again.";
        if (s.Execute("UPDATE message SET cancel_asked = 1 WHERE message_id = ?1 AND cancel_asked = 0", m.Id.Value) == 1)
            Record(s, m, now, "cancel-asked", m.Attempt.ToString());
        return Answer(m, OperationResult.Asked, reason);
    }

    private static OperationAnswer SetPriority(SqliteConnectionSession s, QueuedMessage m, Priority priority, long now)
    {
        if (m.Status != MessageStatus.OnHold)
            TakeOut(s, m);
        s.Execute("UPDATE message SET message_priority = ?2 WHERE message_id = ?1", m.Id.Value, (int)priority);
        var changed = m with { Priority = priority };
        if (m.Status != MessageStatus.OnHold)
            QueueRows.Enqueue(s, QueuePlace.Of(changed), now);
        Record(s, m, now, "priority", priority.ToString().ToLowerInvariant());
        return Answer(changed, OperationResult.Done, "");
    }

    private static OperationAnswer SetTime(SqliteConnectionSession s, QueuedMessage m, long notBefore, long now)
    {
        s.Execute("UPDATE message SET not_before = ?2, expires_at = ?2 + message_expiry_duration * 1000 WHERE message_id = ?1", m.Id.Value, notBefore);
        // What is not prepared yet is prepared as soon as before.
        if ((m.Status == MessageStatus.OnHold ? HeldRows.HeldAs(s, m) : m.Status) != MessageStatus.Pending)
        {
            var place = QueuePlace.Of(m, Lanes.For(m.Type), notBefore);
            if (m.Status == MessageStatus.OnHold)
                s.Execute("UPDATE message SET message_scheduled_date = ?2 WHERE message_id = ?1", m.Id.Value, notBefore);
            else
            {
                TakeOut(s, m);
                QueueRows.Enqueue(s, place, now);
            }
        }
        Record(s, m, now, "scheduled", DateTimeOffset.FromUnixTimeMilliseconds(notBefore).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        return Answer(m, OperationResult.Done, "");
    }

    /// <summary>Out of the queue, and away from whoever works on it; the number is free for others.</summary>
    private static void TakeOut(SqliteConnectionSession s, QueuedMessage m)
    {
        QueueRows.Remove(s, m);
        QueueRows.FreeDestination(s, m);
    }

    private static Standing StandingOf(QueuedMessage m) => m.Status switch
    {
        MessageStatus.Pending or MessageStatus.Ready or MessageStatus.Deferred => Standing.Queued,
        MessageStatus.OnHold => Standing.Held,
        MessageStatus.Exchanged or MessageStatus.Acknowledged => Standing.AtResource,
        MessageStatus.Sent or MessageStatus.Failed or MessageStatus.Expired or MessageStatus.Cancelled or MessageStatus.Uncertain => Standing.Ended,
    };

    private static OperationAnswer AtResource(QueuedMessage m) =>
        Answer(m, OperationResult.Refused, "A resource has it now, perhaps on the line: nothing about it can be changed.");

    private static OperationAnswer HasEnded(QueuedMessage m) =>
        Answer(m, OperationResult.Refused, $"It has ended already: {m.Status.ToString().ToLowerInvariant()}.");

    private static OperationAnswer Answer(QueuedMessage m, OperationResult result, string reason) => new(m.Id, result, m.Status, reason);

    private static void Record(SqliteConnectionSession s, QueuedMessage m, long now, string code, string detail) =>
        SqliteEvents.Append(s, now, m.SubmissionId.Value, m.Id.Value, code, detail);

    private enum Standing
    {
        Queued,
        Held,
        AtResource,
        Ended,
    }
}
