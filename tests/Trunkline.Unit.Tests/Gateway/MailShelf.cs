using System.Collections.Concurrent;
using Trunkline.Core;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>Mails that wait to leave, in memory; writes fail as often as the test says.</summary>
internal sealed class MailShelf : IReceiptStore
{
    private readonly ConcurrentDictionary<long, (WaitingMail Mail, DateTimeOffset Due)> _mails = new();
    private int _failWrites;
    private int _reads;

    public ConcurrentQueue<(long Id, string? Failure)> Left { get; } = new();

    public ConcurrentQueue<(string Reason, DateTimeOffset Due)> Deferred { get; } = new();

    public Func<Task>? AfterRead { get; set; }

    public int FailWrites { set => _failWrites = value; }

    public int Reads => _reads;

    public void Add(WaitingMail mail, DateTimeOffset due) => _mails[mail.Id.Value] = (mail, due);

    public async Task<IReadOnlyList<WaitingMail>> MailDueAsync(DateTimeOffset now, bool isLocal, int max, CancellationToken cancellationToken)
    {
        var due = _mails.Values.Where(m => m.Due <= now && m.Mail.Recipient.EndsWith("@localhost", StringComparison.Ordinal) == isLocal)
            .OrderBy(m => m.Mail.Id.Value).Take(max).Select(m => m.Mail).ToList();
        if (!isLocal && AfterRead is { } after)
            await after();
        if (!isLocal)
            Interlocked.Increment(ref _reads);
        return due;
    }

    public Task LeftAsync(WaitingMail mail, string? failure, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _failWrites) >= 0)
            throw new IOException("no space left");
        _mails.TryRemove(mail.Id.Value, out _);
        Left.Enqueue((mail.Id.Value, failure));
        return Task.CompletedTask;
    }

    public Task MailDeferredAsync(WaitingMail mail, string reason, DateTimeOffset due, CancellationToken cancellationToken)
    {
        Deferred.Enqueue((reason, due));
        _mails[mail.Id.Value] = (mail with { Attempts = mail.Attempts + 1 }, due);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<EndedSubmission>> DueAsync(int max, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<EndedSubmission>>([]);

    public Task WrittenAsync(MessageId submission, OutgoingMail? receipt, DateTimeOffset now, CancellationToken cancellationToken) => Task.CompletedTask;
}
