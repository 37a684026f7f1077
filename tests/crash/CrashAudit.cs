using System.Globalization;
using Microsoft.Data.Sqlite;
using Trunkline.SystemTests.Running;

namespace Trunkline.Crash;

/// <summary>
/// Takes stock: what was accepted, what the receipts say, and what the far end has, matched by the ids that stand in the test line's Call-IDs.
/// </summary>
internal sealed class CrashAudit
{
    private readonly List<(string Name, object Value)> _counts = [];
    private readonly List<string> _violations = [];

    private CrashAudit()
    {
    }

    /// <summary>Every count, in the order of the table.</summary>
    public IReadOnlyList<(string Name, object Value)> Counts => _counts;

    /// <summary>What must not have happened, a line each.</summary>
    public IReadOnlyList<string> Violations => _violations;

    public static CrashAudit Take(string data, string spool, string lineData, MailLoad load)
    {
        var audit = new CrashAudit();
        var receipts = Receipt.All(data);
        var calls = ReceivedCall.All(lineData);
        audit.Count("mails accepted (250)", load.Accepted.Count);
        audit.Count("mails that broke off before an answer", load.InDoubt.Count);
        audit.Count("mails refused", load.Refused.Count);
        foreach (var reply in load.Refused.Distinct())
            audit._violations.Add("refused: " + reply);
        audit.CheckReceipts(receipts, load);
        audit.CheckCalls(receipts, calls, FirstPages(data));
        audit.CheckStore(data, spool);
        audit.Count("violations", audit._violations.Count);
        return audit;
    }

    private void CheckReceipts(IReadOnlyList<Receipt> receipts, MailLoad load)
    {
        Count("receipts", receipts.Count);
        var bySubmission = receipts.ToLookup(r => r.Submission);
        foreach (var twice in bySubmission.Where(g => g.Count() > 1))
            Violation($"{twice.Key} has {twice.Count()} receipts");
        foreach (var mail in load.Accepted)
        {
            if (bySubmission[mail.Submission].FirstOrDefault() is not { } receipt)
                Violation($"{mail.Subject}, accepted as {mail.Submission}, has no receipt");
            else if (!receipt.Verdicts.Select(v => v.To.Split('@')[0]).Order(StringComparer.Ordinal).SequenceEqual(mail.Numbers.Order(StringComparer.Ordinal)))
                Violation($"the receipt of {mail.Subject} names other numbers: {string.Join(", ", receipt.Verdicts.Select(v => v.To))}");
            else if (!receipt.Subject.EndsWith(": " + mail.Subject, StringComparison.Ordinal))
                Violation($"the receipt of {mail.Subject} is about another mail: {receipt.Subject}");
        }
        // Accepted, and killed before we could read it: such a mail is delivered and reported too, once.
        var known = load.Accepted.Select(m => m.Submission).ToHashSet();
        var others = receipts.Where(r => !known.Contains(r.Submission)).Select(r => r.Subject.Split(": ")[^1]).ToList();
        Count("  of them for mails whose 250 was lost", others.Count);
        foreach (var subject in others.Where(s => !load.InDoubt.Contains(s)).Concat(others.GroupBy(s => s).Where(g => g.Count() > 1).Select(g => g.Key)))
            Violation($"a receipt for {subject}, which was never sent so");
    }

    private void CheckCalls(IReadOnlyList<Receipt> receipts, IReadOnlyList<ReceivedCall> calls, Dictionary<(string, int), int> firstPages)
    {
        foreach (var nameless in calls.Where(c => c.Id is null))
            Violation($"the call {nameless.Call} has no id of ours");
        foreach (var twice in calls.Where(c => c.Id is not null).GroupBy(c => c.Id).Where(g => g.Count() > 1))
            Violation($"attempt {twice.Key} placed {twice.Count()} calls");
        var byMessage = calls.Where(c => c.Id is not null).ToLookup(c => c.Id!.Value.Message);
        var verdicts = receipts.SelectMany(r => r.Verdicts).ToList();
        var resumed = 0;
        var again = 0;
        foreach (var verdict in verdicts)
        {
            var held = new int[verdict.Pages + 1];
            foreach (var call in byMessage[verdict.Message])
            {
                if (!firstPages.TryGetValue(call.Id!.Value, out var first))
                    Violation($"the call {call.Call} belongs to no attempt");
                for (var page = first; page < first + call.Pages; page++)
                {
                    if (page <= verdict.Pages)
                        held[page]++;
                    else
                        Violation($"the call {call.Call} brought a page {page} of {verdict.Pages}");
                }
            }
            resumed += byMessage[verdict.Message].Count(c => c.Pages > 0) > 1 ? 1 : 0;
            again += held.Count(h => h > 1);
            CheckPages(verdict, verdict.Pages == 0 ? 0 : held[1..].Min(), held);
        }
        foreach (var stranger in byMessage.Where(g => verdicts.All(v => v.Message != g.Key)))
            Violation($"message {stranger.Key} was called for, and no receipt speaks of it");
        Count("messages in receipts", verdicts.Count);
        foreach (var length in verdicts.GroupBy(v => v.Pages).OrderBy(g => g.Key))
            Count(string.Create(CultureInfo.InvariantCulture, $"  of {length.Key} pages"), length.Count());
        foreach (var status in verdicts.GroupBy(v => (v.Status, v.Outcome)).OrderByDescending(g => g.Count()))
            Count($"  {status.Key.Status} {status.Key.Outcome}", status.Count());
        Count("calls at the test line", calls.Count);
        Count("messages that arrived by more than one call", resumed);
        Count("pages that arrived again after an interruption", again);
    }

    private void CheckPages(ReceiptVerdict verdict, int whole, int[] held)
    {
        var pages = string.Join(',', held.Skip(1));
        var isRight = verdict.Status switch
        {
            'S' => whole == 1,
            'U' => whole <= 1,
            _ => whole == 0,
        };
        if (!isRight)
            Violation($"message {verdict.Message} to {verdict.To} is called {verdict.Status} {verdict.Outcome}; its pages arrived so often: {pages}");
        // The page that ends the document is what makes it whole: nobody gets it twice.
        if (verdict.Pages > 0 && held[^1] > 1)
            Violation($"message {verdict.Message} to {verdict.To} ended {held[^1]} times; its pages arrived so often: {pages}");
    }

    private void CheckStore(string data, string spool)
    {
        using var connection = Open(data);
        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        if ((string)check.ExecuteScalar()! is var found and not "ok")
            Violation("the store is damaged: " + found);
        using var left = connection.CreateCommand();
        left.CommandText = """
            SELECT (SELECT count(*) FROM ready) + (SELECT count(*) FROM scheduled) + (SELECT count(*) FROM inflight) + (SELECT count(*) FROM waiting)
                + (SELECT count(*) FROM engaged)
            """;
        if ((long)left.ExecuteScalar()! is var rows and not 0)
            Violation(string.Create(CultureInfo.InvariantCulture, $"{rows} rows are left in the queue when every message has ended"));
        foreach (var place in new[] { "Inbox", "Process", "Outbox", "Bad" })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(spool, place)))
                Violation($"{place} still holds {Path.GetFileName(file)}");
        }
        foreach (var file in Directory.EnumerateFiles(Path.Combine(data, "incoming"), "*", SearchOption.AllDirectories))
            Violation("left over from intake: " + file);
    }

    private static Dictionary<(string, int), int> FirstPages(string data)
    {
        using var connection = Open(data);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT message_id, number, first_page FROM attempt";
        using var reader = command.ExecuteReader();
        var pages = new Dictionary<(string, int), int>();
        while (reader.Read())
            pages[(new Core.MessageId(reader.GetInt64(0)).ToString(), reader.GetInt32(1))] = reader.GetInt32(2);
        return pages;
    }

    private static SqliteConnection Open(string data)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(data, "trunkline.db")};Mode=ReadOnly");
        connection.Open();
        return connection;
    }

    private void Count(string name, object value) => _counts.Add((name, value));

    private void Violation(string text) => _violations.Add(text);
}
