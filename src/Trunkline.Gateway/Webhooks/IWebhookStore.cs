using Trunkline.Gateway.Record;

namespace Trunkline.Gateway.Webhooks;

/// <summary>An event that a webhook is still to be told.</summary>
/// <param name="Message">As it stands now; null for an event of a whole submission.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="WaitingSince">When it was handed out.</param>
public sealed record WaitingDelivery(long WebhookId, RecordedEvent Event, string Customer, MessageRecord? Message, int Attempts, DateTimeOffset WaitingSince);

/// <summary>Webhooks and their queues in the store.</summary>
public interface IWebhookStore
{
    /// <summary>All of them.</summary>
    Task<IReadOnlyList<Webhook>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds one, told of every event from now on; its id is given by the store. Null when its customer has <paramref name="atMost"/> already.</summary>
    Task<Webhook?> AddAsync(Webhook webhook, int atMost, CancellationToken cancellationToken);

    /// <summary>Takes one away with all that waits for it; false when there is none.</summary>
    Task<bool> RemoveAsync(long id, CancellationToken cancellationToken);

    /// <summary>One that was given up is told again, of every event from now on; false when there is none, or it is told anyway.</summary>
    Task<bool> EnableAsync(long id, CancellationToken cancellationToken);

    /// <summary>Gives one up, and forgets what waits for it.</summary>
    Task DisableAsync(long id, string reason, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Events that were not handed out yet, in order.</summary>
    Task<(long Cursor, IReadOnlyList<HandedEvent> Events)> NewEventsAsync(int max, CancellationToken cancellationToken);

    /// <summary>
    /// Hands events out, in one transaction with the cursor: an event is in the queue of each webhook that wants it, or will be read again. False when
    /// somebody else moved the cursor.
    /// </summary>
    Task<bool> HandOutAsync(long from, long to, IReadOnlyList<(long Webhook, long Event)> wanted, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What is due for a webhook, what is due longest first.</summary>
    Task<IReadOnlyList<WaitingDelivery>> DueAsync(long webhook, DateTimeOffset now, int max, CancellationToken cancellationToken);

    /// <summary>When the next is due for a webhook, or null when nothing waits.</summary>
    Task<DateTimeOffset?> NextDueAsync(long webhook, CancellationToken cancellationToken);

    /// <summary>How many wait for a webhook.</summary>
    Task<int> WaitingAsync(long webhook, CancellationToken cancellationToken);

    /// <summary>It was told, or this event is given up: the event leaves its queue.</summary>
    /// <param name="isWell">True when it was told: it fails no more.</param>
    Task DoneAsync(long webhook, long eventNumber, bool isWell, CancellationToken cancellationToken);

    /// <summary>It was not told: tried again later. Returns since when it fails.</summary>
    Task<DateTimeOffset> FailedAsync(long webhook, long eventNumber, string error, DateTimeOffset due, DateTimeOffset now, CancellationToken cancellationToken);
}
