using Trunkline.Resource.Spool;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Fax;

/// <summary>Writes what happens in a call into its journal.</summary>
internal sealed class FaxJournal(CallJournal journal, FaxCall call) : IFaxCallObserver
{
    public ValueTask DialingAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        journal.Dialing(call.FirstPage, call.Pages);
        return ValueTask.CompletedTask;
    }

    public ValueTask AnsweredAsync(CancellationToken cancellationToken)
    {
        journal.Answered();
        return ValueTask.CompletedTask;
    }

    public void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38) => journal.TransferBegins(remoteIdent, bitRate, ecm, t38);

    public void PageConfirmed(int page) => journal.PageConfirmed(page);
}
