using Trunkline.Core;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Settling;

namespace Trunkline.Storage.Sqlite;

/// <summary>Receipts of resources: each closes or defers its message, once, in one transaction.</summary>
public sealed class SqliteSettlingStore(SqliteDatabase database) : ISettlingStore
{
    /// <inheritdoc />
    public Task<(SettleResult Result, Settlement? Settlement)> SettleAsync(
        AttemptId attempt, long resourceId, AttemptReport report, DateTimeOffset now, Func<SettlingState, Settlement> decide,
        CancellationToken cancellationToken) =>
        database.WriteAsync(s => Settle(s, attempt, resourceId, report, now.ToUnixTimeMilliseconds(), decide), cancellationToken);

    private static (SettleResult, Settlement?) Settle(
        SqliteConnectionSession s, AttemptId attempt, long resourceId, AttemptReport report, long now, Func<SettlingState, Settlement> decide)
    {
        var id = attempt.Message.Value;
        var (open, isGivenUp) = s.First("""
            SELECT ended_at IS NULL, ended_at IS NOT NULL AND status = 'U' AND call_placed IS NULL FROM attempt
            WHERE message_id = ?1 AND number = ?2 AND resource_id = ?3
            """, r => ((bool?)r.GetBoolean(0), r.GetBoolean(1)), id, attempt.Number, resourceId);
        if (open is null)
            return (SettleResult.Unknown, null);
        var message = QueueRows.Load(s, id, 0)!;
        if (isGivenUp && message.Status == MessageStatus.Uncertain && message.AttemptCount == attempt.Number)
            return Correct(s, message, attempt, report, now, decide);
        // An attempt that is open belongs to a message at a resource; one that was given up, or settled before, changes nothing any more.
        if (open is false || message.AttemptCount != attempt.Number
            || message.Status is not (MessageStatus.Exchanged or MessageStatus.Acknowledged))
            return (SettleResult.SettledBefore, null);

        var settlement = decide(State(s, message));
        if (settlement.Status == MessageStatus.Deferred && QueueRows.IsCancelAsked(s, message))
        {
            settlement = new Settlement(MessageStatus.Cancelled, CallOutcome.Cancelled, null,
                $"{CallOutcomes.Of(report.Outcome).Sentence} It was cancelled meanwhile, and is not tried again.");
        }
        CloseAttempt(s, attempt, report, now, settlement.GoesOn);
        QueueRows.Remove(s, message);
        var charged = SqliteCharging.Settle(s, message, attempt, report, settlement.Status, now);
        UpdateMessage(s, message, report, settlement, charged, settlement.GoesOn ? [.. message.FailedResources, resourceId] : [], now);
        if (settlement.Status.IsFinal())
            QueueRows.End(s, message, settlement.Status, settlement.Outcome, settlement.Cause, now);
        else
            Defer(s, message, report, settlement, now);
        return (SettleResult.Settled, settlement);
    }

    /// <summary>
    /// The receipt of an attempt that was given up because nobody knew: what it says is written down, and the sender is told. Nothing is sent again.
    /// </summary>
    private static (SettleResult, Settlement?) Correct(
        SqliteConnectionSession s, QueuedMessage message, AttemptId attempt, AttemptReport report, long now, Func<SettlingState, Settlement> decide)
    {
        var settlement = decide(new SettlingState(message, [], []));
        var status = settlement.Status is MessageStatus.Deferred or MessageStatus.Expired ? MessageStatus.Failed : settlement.Status;
        CloseAttempt(s, attempt, report, now, goesOn: false);
        var charged = SqliteCharging.Settle(s, message, attempt, report, status, now);
        if (status == MessageStatus.Uncertain)
            return (SettleResult.SettledBefore, null);
        UpdateMessage(s, message, report, settlement, charged, message.FailedResources, now);
        s.Execute("UPDATE message SET message_status = ?2, outcome = ?3, cause = ?4, ended_at = ?5 WHERE message_id = ?1",
            message.Id.Value, Names.Of(status), settlement.Outcome.Code(), settlement.Cause, now);
        s.Execute("INSERT OR IGNORE INTO receipt_due (submission_id) SELECT submission_id FROM submission WHERE submission_id = ?1 AND open_count = 0",
            message.SubmissionId.Value);
        SqliteEvents.Append(s, now, message.SubmissionId.Value, message.Id.Value, "corrected", $"{Names.Of(status)} {settlement.Outcome.Code()}: {settlement.Cause}");
        return (SettleResult.Corrected, settlement);
    }

    private static SettlingState State(SqliteConnectionSession s, QueuedMessage message)
    {
        var attempts = s.Query("SELECT outcome, went_on FROM attempt WHERE message_id = ?1 AND ended_at IS NOT NULL ORDER BY number",
            r => (Outcome: CallOutcomes.TryParse(r.GetString(0), out var outcome) ? outcome : CallOutcome.Congestion, WentOn: r.GetBoolean(1)), message.Id.Value);
        // Those of this round are the last ones; a round that ended without a failure of its own left none behind.
        var round = message.FailedResources.Count == 0 ? [] : attempts.AsEnumerable().Reverse().TakeWhile(a => a.WentOn).Select(a => a.Outcome).Reverse();
        return new SettlingState(message, [.. attempts.Where(a => !a.WentOn).Select(a => a.Outcome)], [.. round]);
    }

    private static void CloseAttempt(SqliteConnectionSession s, AttemptId attempt, AttemptReport report, long now, bool goesOn) => s.Execute("""
        UPDATE attempt SET ended_at = ?3, status = ?4, outcome = ?5, detail = ?6, transport = ?7, call_placed = ?8, pages_confirmed = ?9,
            duration = ?10, remote_csid = ?11, log = ?12, went_on = ?13
        WHERE message_id = ?1 AND number = ?2
        """, attempt.Message.Value, attempt.Number, now, Names.Of(report.Status), report.Outcome.Code(), report.Detail, report.Transport,
        report.CallPlaced, report.PagesConfirmed, (long)report.Duration.TotalSeconds, report.RemoteCsid, report.Log, goesOn);

    private static void UpdateMessage(SqliteConnectionSession s, QueuedMessage message, AttemptReport report, Settlement settlement,
        (Money Price, long Rate)? charged, IReadOnlyList<long> failed, long now) => s.Execute("""
        UPDATE message SET message_duration = ?2, message_remote_csid = ?3, pages_confirmed = ?4, message_send_date = ?5, failed_resources = ?6,
            message_price = coalesce(?7, message_price), message_currency = coalesce(?8, message_currency), message_rate = coalesce(?9, message_rate)
        WHERE message_id = ?1
        """, message.Id.Value, (long)report.Duration.TotalSeconds, report.RemoteCsid,
        Math.Min(Math.Max(report.PagesConfirmed, message.PagesConfirmed), message.Pages),
        settlement.Status == MessageStatus.Sent ? report.SentAt?.ToUnixTimeMilliseconds() ?? now : null, QueueRows.Text(failed),
        charged?.Price.MicroUnits, charged?.Price.Currency, charged?.Rate);

    private static void Defer(SqliteConnectionSession s, QueuedMessage message, AttemptReport report, Settlement settlement, long now)
    {
        s.Execute("UPDATE message SET message_status = 'D', outcome = ?2, cause = ?3 WHERE message_id = ?1",
            message.Id.Value, settlement.Outcome.Code(), settlement.Cause);
        QueueRows.FreeDestination(s, message);
        var due = settlement.Due!.Value.ToUnixTimeMilliseconds();
        // Always by way of the schedule: that is where a deferred message becomes ready again.
        QueueRows.Enqueue(s, QueuePlace.Of(message, Lanes.For(message.Type), due), due - 1);
        SqliteEvents.Append(s, now, message.SubmissionId.Value, message.Id.Value, "deferred", $"{report.Outcome.Code()}: {settlement.Cause}");
    }
}
