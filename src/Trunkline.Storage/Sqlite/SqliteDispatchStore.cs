using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;

namespace Trunkline.Storage.Sqlite;

/// <summary>Attempts: begun before they are sent, acknowledged, taken back, asked about.</summary>
public sealed class SqliteDispatchStore(SqliteDatabase database, IOptions<GatewayOptions> options) : IDispatchStore
{
    private readonly string _owner = options.Value.Node;

    /// <inheritdoc />
    public Task<(AttemptStart Start, QueuedMessage Message)> BeginAttemptAsync(
        QueuedMessage message, ResourceModel resource, AttemptRates rates, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => Begin(s, message, resource, rates, now.ToUnixTimeMilliseconds()), cancellationToken);

    /// <inheritdoc />
    public Task<int> AcknowledgedAsync(IReadOnlyList<Acknowledgement> acknowledgements, CancellationToken cancellationToken) =>
        database.WriteAsync(s => acknowledgements.Count(a => Acknowledge(s, a)), cancellationToken);

    /// <inheritdoc />
    public Task UnprepareAsync(QueuedMessage message, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (!QueueRows.DropClaim(s, message, _owner))
            return false;
        s.Execute("DELETE FROM rendering WHERE document_key IN (?1, ?2)", message.DocumentKey, message.CoverKey);
        s.Execute("UPDATE message SET message_status = 'P', document_key = NULL, cover_key = NULL WHERE message_id = ?1 AND message_status IN ('R', 'D')", message.Id.Value);
        var due = message.Due.ToUnixTimeMilliseconds();
        QueueRows.Enqueue(s, QueuePlace.Of(message, Lane.Prepare, due), due);
        QueueRows.FreeDestination(s, message);
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<bool> NotTakenAsync(QueuedMessage message, string reason, DateTimeOffset now, DateTimeOffset due, CancellationToken cancellationToken) =>
        database.WriteAsync(s =>
        {
            if (!QueueRows.DropClaim(s, message, _owner))
                return false;
            // The number is not used again, but the row goes: a resource that is down for a day must not fill the store.
            s.Execute("DELETE FROM attempt WHERE message_id = ?1 AND number = ?2 AND ended_at IS NULL", message.Id.Value, message.AttemptCount);
            s.Execute("UPDATE message SET message_status = 'R', cause = ?2, failed_resources = ?3 WHERE message_id = ?1 AND message_status = 'X'",
                message.Id.Value, "No resource could take it: " + reason, QueueRows.Text(message.FailedResources));
            if (QueueRows.IsCancelAsked(s, message))
            {
                QueueRows.End(s, message with { Status = MessageStatus.Ready }, MessageStatus.Cancelled, CallOutcome.Cancelled,
                    CallOutcomes.Of(CallOutcome.Cancelled).Sentence, now.ToUnixTimeMilliseconds());
                return true;
            }
            QueueRows.FreeDestination(s, message);
            QueueRows.Enqueue(s, QueuePlace.Of(message, Lanes.For(message.Type), due.ToUnixTimeMilliseconds()), now.ToUnixTimeMilliseconds());
            return true;
        }, cancellationToken);

    /// <inheritdoc />
    public Task<bool> NoRouteAsync(QueuedMessage message, string cause, DateTimeOffset due, CancellationToken cancellationToken) =>
        database.WriteAsync(s =>
        {
            if (!QueueRows.DropClaim(s, message, _owner))
                return false;
            s.Execute("UPDATE message SET failed_resources = '', cause = ?2 WHERE message_id = ?1", message.Id.Value, cause);
            var at = due.ToUnixTimeMilliseconds();
            QueueRows.Enqueue(s, QueuePlace.Of(message, message.Lane, at), at - 1);
            QueueRows.FreeDestination(s, message);
            return true;
        }, cancellationToken);

    /// <inheritdoc />
    public Task AskLaterAsync(QueuedMessage message, DateTimeOffset askAt, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (!QueueRows.DropClaim(s, message, _owner))
            return false;
        QueueRows.Enqueue(s, QueuePlace.Of(message, Lane.Ask, askAt.ToUnixTimeMilliseconds()), 0);
        return true;
    }, cancellationToken);

    private static bool Acknowledge(SqliteConnectionSession s, Acknowledgement acknowledged)
    {
        var (attempt, id, at) = (acknowledged.Attempt, acknowledged.Attempt.Message.Value, acknowledged.At.ToUnixTimeMilliseconds());
        if (s.Execute("UPDATE message SET message_status = 'A' WHERE message_id = ?1 AND attempt_count = ?2 AND message_status = 'X'", id, attempt.Number) == 0)
            return false;
        s.Execute("UPDATE attempt SET acknowledged_at = ?3 WHERE message_id = ?1 AND number = ?2", id, attempt.Number, at);
        s.Execute("DELETE FROM inflight WHERE id = ?1", id);
        var message = QueueRows.Load(s, id, 0)!;
        QueueRows.Enqueue(s, QueuePlace.Of(message, Lane.Ask, acknowledged.AskAt.ToUnixTimeMilliseconds()), at);
        SqliteEvents.Append(s, at, message.SubmissionId.Value, id, "acknowledged", attempt.ToString());
        return true;
    }

    private (AttemptStart, QueuedMessage) Begin(SqliteConnectionSession s, QueuedMessage message, ResourceModel resource, AttemptRates rates, long now)
    {
        var id = message.Id.Value;
        if (!QueueRows.HoldsClaim(s, message, _owner))
            return (AttemptStart.ClaimLost, message);
        if (s.Execute("INSERT OR IGNORE INTO engaged (destination, id) VALUES (?1, ?2)", message.Destination, id) == 0
            && s.Number("SELECT id FROM engaged WHERE destination = ?1", message.Destination) != id)
        {
            QueueRows.DropClaim(s, message, _owner, out var turn);
            s.Execute("INSERT INTO waiting (destination, customer_key, priority, due, id, lane, turn) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                message.Destination, message.CustomerKey, (int)message.Priority, message.Due.ToUnixTimeMilliseconds(), id, (int)message.Lane, turn);
            return (AttemptStart.DestinationEngaged, message);
        }
        var number = message.AttemptCount + 1;
        var changed = s.Execute("""
            UPDATE message SET message_status = 'X', attempt_count = ?2, resource_id = ?3, resource_address = ?4, resource_communication_type = ?5
            WHERE message_id = ?1 AND message_status IN ('R', 'D') AND attempt_count = ?2 - 1
            """, id, number, resource.Id, resource.Address.ToString(), resource.CommunicationType == CommunicationType.Shttp ? "SHTTP" : "HTTP");
        if (changed == 0)
            throw new InvalidOperationException($"Message {message.Id} was claimed to be sent, but is not ready.");
        s.Execute("""
            INSERT INTO attempt (message_id, number, resource_id, first_page, begun_at, cost_deck_id, cost_rate, price_deck_id, price_rate)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """, id, number, resource.Id, message.PagesConfirmed + 1, now, rates.CostDeckId, rates.Cost?.ToString(), rates.PriceDeckId, rates.Price?.ToString());
        SqliteEvents.Append(s, now, message.SubmissionId.Value, id, "exchanged", $"attempt {number} by {resource.Name}");
        return (AttemptStart.Begun, message with { Status = MessageStatus.Exchanged, AttemptCount = number, ResourceId = resource.Id });
    }
}
