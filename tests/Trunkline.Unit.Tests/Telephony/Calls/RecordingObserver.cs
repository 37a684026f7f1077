using System.Collections.Concurrent;
using Trunkline.Telephony.Calls;

namespace Trunkline.Unit.Tests.Telephony.Calls;

internal sealed class RecordingObserver : IFaxCallObserver
{
    public ConcurrentQueue<string> Seen { get; } = new();

    public Func<Task> OnDialing { get; set; } = () => Task.CompletedTask;

    public Func<Task> OnAnswered { get; set; } = () => Task.CompletedTask;

    public async ValueTask DialingAsync(CancellationToken cancellationToken)
    {
        Seen.Enqueue("dialing");
        await OnDialing();
    }

    public async ValueTask AnsweredAsync(CancellationToken cancellationToken)
    {
        Seen.Enqueue("answered");
        await OnAnswered();
    }

    public void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38) => Seen.Enqueue($"transfer {bitRate} t38={t38}");

    public void PageConfirmed(int page) => Seen.Enqueue($"page {page}");
}
