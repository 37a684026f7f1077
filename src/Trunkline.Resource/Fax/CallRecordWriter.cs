using Trunkline.Core;
using Trunkline.Core.Calls;
using Trunkline.Resource.Spool;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Fax;

/// <summary>Makes the record of a call of what came of it and of its journal.</summary>
internal static class CallRecordWriter
{
    /// <param name="way">How it was tried; empty when an earlier run placed it.</param>
    /// <param name="endedAt">When the call ended, or was found to have.</param>
    public static RecordedCall Of(SpooledMessage message, JournalRecord journal, string way, FaxCallResult result, DateTimeOffset endedAt) => new()
    {
        Id = message.Id,
        To = message.Destination,
        BegunAt = journal.DialedAt ?? endedAt,
        AnsweredAt = journal.AnsweredAt,
        EndedAt = endedAt,
        Outcome = result.Outcome.Code(),
        Sentence = CallOutcomes.Of(result.Outcome).Sentence,
        Cause = result.Detail,
        FirstPage = journal.FirstPage,
        Pages = journal.Pages,
        PagesConfirmed = result.PagesConfirmed,
        Way = way,
        Transport = result.BitRate == 0 ? "" : result.T38 ? "T.38" : "G.711",
        InternetAware = result.InternetAware,
        RemoteId = result.RemoteIdent,
        Rates = [.. result.Rates.Select(rate => new RecordedRate(Seconds(rate.At), rate.BitRate, rate.Ecm))],
        PageTimes = [.. Pages(result)],
        Media = result.Media is { } media ? new RecordedMedia(media.Received, media.Lost, media.Repaired, media.EcmRetries) : null,
        Events = [.. result.Events.Select(line => new RecordedEvent(Seconds(line.At), line.Layer, line.Text))],
    };

    private static IEnumerable<RecordedPage> Pages(FaxCallResult result)
    {
        var before = result.Rates.Count > 0 ? result.Rates[0].At : TimeSpan.Zero;
        foreach (var page in result.PageTimes)
        {
            yield return new RecordedPage(page.Page, Seconds(page.At), Seconds(page.At - before));
            before = page.At;
        }
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
