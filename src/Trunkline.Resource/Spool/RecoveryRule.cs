using System.Globalization;
using Trunkline.Core;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Spool;

/// <summary>
/// What a message in Process becomes when nobody is working on it any more. A page that may have left is never sent again unseen: either its
/// confirmation is known, or the far end cannot have the whole document, or the outcome is uncertain.
/// </summary>
internal static class RecoveryRule
{
    /// <summary>Null when no call was placed, so that the message can go back to Inbox; else how the call counts.</summary>
    public static FaxCallResult? Decide(JournalRecord journal)
    {
        if (journal.Result is { } recorded)
            return recorded;
        if (journal.HasLostLine)
        {
            // Pages are confirmed in their order, so that the last one's confirmation proves all; nothing else is certain.
            return journal.Pages > 0 && journal.PagesConfirmed >= journal.Pages
                ? Ended(journal, CallOutcome.Delivered, "our side stopped after the last page was confirmed")
                : Ended(journal, CallOutcome.Uncertain, "our side stopped, and the record of the call is damaged");
        }
        if (!journal.HasDialed)
            return null;
        if (!journal.IsAnswered)
            return Ended(journal, CallOutcome.Interrupted, "our side stopped while the call was being placed; no page left");
        if (!journal.HasTransferBegun)
            return Ended(journal, CallOutcome.Interrupted, "our side stopped after the answer and before the first page; no page left");
        if (journal.Pages > 0 && journal.PagesConfirmed >= journal.Pages)
            return Ended(journal, CallOutcome.Delivered, "our side stopped after the last page was confirmed");
        var progress = string.Create(CultureInfo.InvariantCulture, $"with {journal.PagesConfirmed} of {journal.Pages} pages confirmed");
        // Pages of 0 is a journal that cannot be read so far: then every page may have been the last.
        return journal.PagesConfirmed >= journal.Pages - 1
            ? Ended(journal, CallOutcome.Uncertain, $"our side stopped {progress}, while the last may have been on the line")
            : Ended(journal, CallOutcome.Interrupted, $"our side stopped {progress}");
    }

    private static FaxCallResult Ended(JournalRecord journal, CallOutcome outcome, string detail) => new()
    {
        Outcome = outcome,
        Detail = detail,
        PagesConfirmed = journal.PagesConfirmed,
        // To the last line of the journal: the line may have stayed open a little longer.
        Duration = journal.AnsweredAt is { } answered && journal.LastAt is { } last && last > answered ? last - answered : TimeSpan.Zero,
        RemoteIdent = journal.RemoteIdent,
        BitRate = journal.BitRate,
        Ecm = journal.Ecm,
        T38 = journal.T38,
        CallPlaced = true,
    };
}
