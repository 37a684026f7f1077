using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Trunkline.Gateway.Filter;

/// <summary>
/// How many messages the rules of a customer may make in an hour: strangers' mail makes them, and the customer pays. What was made before this
/// process began is counted from the store.
/// </summary>
public sealed class NotificationLimit(IFilterStore store, TimeProvider time, IOptions<GatewayOptions> options)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<long, Queue<DateTimeOffset>> _made = new();

    /// <summary>Counts what the store knows of the last hour; called at start.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var (customer, at) in await store.NotificationsSinceAsync(time.GetUtcNow() - Hour, cancellationToken))
            Note(customer, at);
    }

    /// <summary>Takes one of the customer's; false when the hour has none left.</summary>
    public bool TryTake(long customerKey)
    {
        var made = _made.GetOrAdd(customerKey, _ => new Queue<DateTimeOffset>());
        var now = time.GetUtcNow();
        lock (made)
        {
            while (made.TryPeek(out var oldest) && oldest <= now - Hour)
                made.Dequeue();
            if (made.Count >= options.Value.MaxRuleMessagesAnHour)
                return false;
            made.Enqueue(now);
            return true;
        }
    }

    private void Note(long customerKey, DateTimeOffset at)
    {
        var made = _made.GetOrAdd(customerKey, _ => new Queue<DateTimeOffset>());
        lock (made)
        {
            if (made.Count < options.Value.MaxRuleMessagesAnHour)
                made.Enqueue(at);
        }
    }
}
