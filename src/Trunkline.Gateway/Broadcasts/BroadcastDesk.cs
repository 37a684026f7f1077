using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>What somebody wants sent to many.</summary>
public sealed record BroadcastOrder
{
    /// <summary>The rows; null for the customer's list of the name <see cref="ListName"/>.</summary>
    public IReadOnlyList<BroadcastRow>? Rows { get; init; }

    public string? ListName { get; init; }

    /// <summary>The documents, and where they came from; its messages are not looked at.</summary>
    public required NewSubmission Document { get; init; }

    /// <summary>The name of a cover page; null for none.</summary>
    public string? Cover { get; init; }

    /// <summary>The cover page itself, where it was found already; goes before <see cref="Cover"/>.</summary>
    public long? CoverId { get; init; }

    public CoverFields CoverFields { get; init; } = CoverFields.None;
    public Priority Priority { get; init; } = Priority.Low;
    public FaxResolution? Resolution { get; init; }
    public DateTimeOffset? At { get; init; }
    public TimeSpan? Expiry { get; init; }

    /// <summary>Null for the operator's.</summary>
    public int? PerMinute { get; init; }

    /// <summary>Null for the operator's, which is also the most.</summary>
    public int? AtOnce { get; init; }

    /// <summary>False: it waits, its price known, until it is told to start.</summary>
    public bool StartsItself { get; init; } = true;

    /// <summary>For a request that may come again: what it will be answered then.</summary>
    public Func<Broadcast, RequestClaim>? Claim { get; init; }
}

/// <summary>What came of an order.</summary>
public abstract record BroadcastAnswer
{
    /// <summary>Accepted, and durable.</summary>
    public sealed record Accepted(Broadcast Broadcast) : BroadcastAnswer;

    /// <param name="Field">Of the order: <c>list</c>, <c>cover</c>, …</param>
    /// <param name="Reason">A sentence.</param>
    public sealed record Refused(string Field, string Reason) : BroadcastAnswer;
}

/// <summary>Takes broadcasts in, and pauses, resumes and cancels them.</summary>
public sealed partial class BroadcastDesk(
    IBroadcastStore store,
    IBroadcastListStore lists,
    CoverDirectory covers,
    CustomerGate gate,
    BroadcastEstimate estimate,
    BroadcastBell bell,
    MessageIdSource ids,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<BroadcastDesk> logger)
{
    // Rows of one transaction: some milliseconds of the store's one writer.
    private const int Chunk = 500;

    /// <summary>Takes one in; it is durable when it is accepted. What is refused, or dies on the way, leaves nothing.</summary>
    public async Task<BroadcastAnswer> OrderAsync(Sender sender, BroadcastOrder order, CancellationToken cancellationToken)
    {
        var customer = sender.Customer;
        var settings = options.Value.Broadcast;
        if (sender.Status != CustomerStatus.Active)
            return new BroadcastAnswer.Refused("customer", $"The account of {sender.EmailAddress} may not send.");
        CoverName? cover = null;
        if (order.Cover is { } name && (cover = covers.Find(customer.Key, name)) is null)
            return new BroadcastAnswer.Refused("cover", $"There is no cover page \"{name}\".");
        if (order.PerMinute is < 0 or > 1_000_000)
            return new BroadcastAnswer.Refused("per_minute", "It lies between 0, for as fast as they go, and 1000000.");
        if (order.AtOnce < 1 || order.AtOnce > settings.AtOnce)
            return new BroadcastAnswer.Refused("at_once", $"It lies between 1 and {settings.AtOnce}.");
        if ((await store.OpenAsync(cancellationToken)).Count(b => b.CustomerKey == customer.Key) >= settings.MaxOpen)
            return new BroadcastAnswer.Refused("customer", $"{settings.MaxOpen} of your broadcasts have not ended. Wait for one of them, or cancel it.");
        BroadcastList? list = null;
        if (order.Rows is null && (list = await lists.FindAsync(customer.Key, order.ListName ?? "", cancellationToken)) is null)
            return new BroadcastAnswer.Refused("list", $"There is no list \"{order.ListName}\".");

        var broadcast = BroadcastOf(sender, order, cover);
        await store.AddAsync(broadcast, cancellationToken);
        var isAccepted = false;
        try
        {
            if (await LoadAsync(broadcast.Id, sender, order.Rows, list, cancellationToken) is { } barred)
                return new BroadcastAnswer.Refused("list", barred);
            var loaded = await store.FindAsync(broadcast.Id, cancellationToken) ?? throw new InvalidOperationException($"Broadcast {broadcast.Id} is gone.");
            if (loaded.Numbers == 0)
                return new BroadcastAnswer.Refused("list", $"Nobody is left to send to: of {loaded.Recipients} numbers {loaded.DoNotCall} are not to be called.");
            var accepted = loaded with { State = BroadcastState.Preparing };
            var document = order.Document with { CustomerKey = customer.Key, UserKey = sender.User?.Key, Claim = order.Claim?.Invoke(accepted) };
            isAccepted = await store.AcceptAsync(broadcast.Id, document, CancellationToken.None);
            LogAccepted(broadcast.Id, loaded.Numbers, loaded.Duplicates, loaded.DoNotCall);
            bell.Ring();
            return new BroadcastAnswer.Accepted(accepted);
        }
        finally
        {
            while (!isAccepted && await store.DropUnfinishedAsync(broadcast.Id, Chunk, CancellationToken.None) == Chunk)
            {
            }
        }
    }

    /// <summary>
    /// Starts one that waits for it, when its customer can pay the whole now: other messages may have been sent since its price was found. False and
    /// null when it does not wait; else the refusal, and it goes on waiting.
    /// </summary>
    public async Task<(bool IsDone, string? Refusal)> StartAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        if (broadcast is { State: BroadcastState.Waiting, Price: { } price } && await estimate.RefusalAsync(broadcast, price, cancellationToken) is { } refusal)
            return (false, refusal);
        return (await MoveAsync(broadcast.Id, [BroadcastState.Waiting], BroadcastState.Running, cancellationToken), null);
    }

    /// <summary>No more of its numbers are put into the queue, and what is there is held.</summary>
    public Task<bool> PauseAsync(MessageId broadcast, CancellationToken cancellationToken) =>
        MoveAsync(broadcast, [BroadcastState.Running, BroadcastState.Resuming], BroadcastState.Paused, cancellationToken);

    /// <summary>Goes on with one that was paused.</summary>
    public Task<bool> ResumeAsync(MessageId broadcast, CancellationToken cancellationToken) =>
        MoveAsync(broadcast, [BroadcastState.Paused], BroadcastState.Resuming, cancellationToken);

    /// <summary>Ends all that is not on the line; what is, ends as it ends.</summary>
    public Task<bool> CancelAsync(MessageId broadcast, CancellationToken cancellationToken) => MoveAsync(broadcast,
        [BroadcastState.Preparing, BroadcastState.Waiting, BroadcastState.Running, BroadcastState.Paused, BroadcastState.Resuming],
        BroadcastState.Cancelling, cancellationToken);

    private async Task<bool> MoveAsync(MessageId broadcast, IReadOnlyList<BroadcastState> from, BroadcastState to, CancellationToken cancellationToken)
    {
        if (!await store.MoveAsync(broadcast, from, to, time.GetUtcNow(), cancellationToken))
            return false;
        LogMoved(broadcast, to);
        bell.Ring();
        return true;
    }

    /// <summary>Null when every row is in; else why the customer may not call one of them, which it asks the operator about before it sends any.</summary>
    private async Task<string?> LoadAsync(
        MessageId broadcast, Sender sender, IReadOnlyList<BroadcastRow>? rows, BroadcastList? list, CancellationToken cancellationToken)
    {
        for (var at = 0; ; at += Chunk)
        {
            var chunk = list is null ? [.. rows!.Skip(at).Take(Chunk)] : await lists.RowsAsync(list.Id, at - 1, Chunk, cancellationToken);
            foreach (var row in chunk)
            {
                if (CustomerGate.Check(sender, row.Number) is not null && gate.Ask(sender, row.Number) is { } refusal)
                    return $"Line {row.Line}: {refusal.Reason}";
            }
            if (chunk.Count > 0)
                await store.AddRecipientsAsync(broadcast, at, chunk, cancellationToken);
            if (chunk.Count < Chunk)
                return null;
        }
    }

    private Broadcast BroadcastOf(Sender sender, BroadcastOrder order, CoverName? cover) => new()
    {
        Id = ids.Next(),
        CustomerKey = sender.Customer.Key,
        UserKey = sender.User?.Key,
        Name = order.Document.Subject,
        State = BroadcastState.Loading,
        StartsItself = order.StartsItself,
        CreatedAt = time.GetUtcNow(),
        ScheduledAt = order.At,
        ExpiryDuration = order.Expiry ?? (OptionReader.DefaultsOf(sender.Customer).Expires as WrittenTime.Span)?.Time ?? options.Value.Expiry,
        Priority = order.Priority,
        Resolution = order.Resolution ?? OptionReader.DefaultsOf(sender.Customer).Resolution ?? options.Value.Resolution,
        Language = sender.Language,
        Cover = order.CoverId ?? cover?.Id,
        CoverFields = order.CoverFields,
        PerMinute = order.PerMinute ?? options.Value.Broadcast.PerMinute,
        AtOnce = order.AtOnce ?? options.Value.Broadcast.AtOnce,
        Currency = sender.Customer.Currency,
        ReceiptTo = order.Document.EnvelopeFrom,
    };

    [LoggerMessage(6850, LogLevel.Information, "Accepted broadcast {Broadcast} to {Numbers} numbers; left out: {Duplicates} that came before, {DoNotCall} that are not to be called")]
    private partial void LogAccepted(MessageId broadcast, int numbers, int duplicates, int doNotCall);

    [LoggerMessage(6851, LogLevel.Information, "Broadcast {Broadcast} is {State}")]
    private partial void LogMoved(MessageId broadcast, BroadcastState state);
}
