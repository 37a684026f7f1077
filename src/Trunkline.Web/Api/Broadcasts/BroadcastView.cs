using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api.Broadcasts;

/// <summary>Rows of the list that are not sent to, by reason.</summary>
/// <param name="Duplicate">The number came before.</param>
public sealed record LeftOutView(int Duplicate, int DoNotCall);

/// <summary>A broadcast and how far it is.</summary>
/// <param name="Customer">Its address; null when the customer is gone.</param>
/// <param name="User">The address of the customer's user that ordered it; left out for the customer itself.</param>
/// <param name="Recipients">Rows of its list.</param>
/// <param name="Counts">How many of its numbers stand where; together they are all but those left out.</param>
/// <param name="Percent">Of a hundred, ended.</param>
/// <param name="PerMinute">Numbers that end in a minute; left out while it is not known.</param>
/// <param name="ExpectedEnd">At that rate.</param>
/// <param name="Pages">Of each, with the cover; left out until the document is made.</param>
/// <param name="Price">Expected, of all.</param>
/// <param name="Unpriced">Numbers without a price, which will not be served.</param>
/// <param name="Cause">Why it failed.</param>
public sealed record BroadcastView(MessageId Id, string Subject, BroadcastState State, string? Customer, DateTimeOffset CreatedAt, DateTimeOffset? At,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int Recipients, LeftOutView LeftOut, CountsView Counts, double Percent, double? PerMinute,
    DateTimeOffset? ExpectedEnd, int? Pages, Money? Price, int Unpriced, string? Cause, string? User = null)
{
    /// <summary>One that was accepted just now: none of its numbers is in the queue.</summary>
    internal static BroadcastView OfNew(Broadcast b, CustomerDirectory customers, TimeProvider time) =>
        Of(b, new BroadcastCounts(b.Numbers, 0, 0, 0, 0, 0, 0, 0, 0), null, customers, time.GetUtcNow());

    internal static async Task<BroadcastView> OfAsync(
        Broadcast b, IBroadcastStore store, BroadcastPace pace, CustomerDirectory customers, TimeProvider time, CancellationToken cancellationToken)
    {
        var counts = await store.CountAsync(b, cancellationToken);
        var now = time.GetUtcNow();
        var minutes = b.StartedAt is { } started ? (now - started).TotalMinutes : 0;
        var rate = b.EndedAt is not null ? null : pace.PerMinute(b.Id) ?? (minutes > 0 && counts.Ended > 0 ? counts.Ended / minutes : null);
        return Of(b, counts, rate, customers, now);
    }

    private static BroadcastView Of(Broadcast b, BroadcastCounts counts, double? rate, CustomerDirectory customers, DateTimeOffset now)
    {
        var sender = customers.FindSender(b.CustomerKey, b.UserKey);
        return new BroadcastView(b.Id, b.Name, b.State, sender?.Customer.EmailAddress, b.CreatedAt, b.ScheduledAt, b.StartedAt, b.EndedAt, b.Recipients,
            new LeftOutView(b.Duplicates, b.DoNotCall), CountsView.Of(counts), Math.Round(counts.Percent, 1), rate is { } r ? Math.Round(r, 1) : null,
            rate > 0 ? now + TimeSpan.FromMinutes((counts.All - counts.Ended) / rate.Value) : null, b.Pages, b.Price, b.Unpriced, b.Cause.Length > 0 ? b.Cause : null, sender?.User?.EmailAddress);
    }
}

/// <summary>How many numbers stand where.</summary>
public sealed record CountsView(
    int All, int Ended, int Waiting, int Queued, int Deferred, int OnLine, int Sent, int Failed, int Expired, int Cancelled, int Uncertain)
{
    internal static CountsView Of(BroadcastCounts c) => new(
        c.All, c.Ended, c.Waiting, c.Queued, c.Deferred, c.OnLine, c.Sent, c.Failed, c.Expired, c.Cancelled, c.Uncertain);
}
