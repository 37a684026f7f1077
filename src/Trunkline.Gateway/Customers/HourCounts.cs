using System.Collections.Concurrent;

namespace Trunkline.Gateway.Customers;

/// <summary>
/// How many messages each sender had accepted within the last sixty minutes, to the minute. Counted in memory, since every message stands in the
/// store anyway: a process that starts counts them there once.
/// </summary>
public sealed class HourCounts(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Hour> _customers = new();
    private readonly ConcurrentDictionary<long, Hour> _users = new();

    /// <summary>Counts what was accepted before this process started; called once, before anything is accepted.</summary>
    public async Task RestoreAsync(ICustomerStore store, CancellationToken cancellationToken)
    {
        var now = Minute;
        foreach (var sent in await store.SentSinceAsync(time.GetUtcNow() - TimeSpan.FromHours(1), cancellationToken))
        {
            var minute = sent.Minute.ToUnixTimeSeconds() / 60;
            Of(_customers, sent.CustomerKey).Restore(minute, now, sent.Messages);
            if (sent.UserKey is { } user)
                Of(_users, user).Restore(minute, now, sent.Messages);
        }
    }

    /// <summary>
    /// Counts messages that are about to be accepted, all of them or none. Null when they may be; else the limit that they would pass.
    /// </summary>
    public int? TryTake(Sender sender, int messages)
    {
        var now = Minute;
        var customer = Of(_customers, sender.Customer.Key);
        if (!customer.TryTake(now, messages, sender.Customer.Limits.HourMessages))
            return sender.Customer.Limits.HourMessages;
        if (sender.User is not { } user || Of(_users, user.Key).TryTake(now, messages, user.Limits.HourMessages))
            return null;
        customer.GiveBack(now, messages);
        return user.Limits.HourMessages;
    }

    /// <summary>What was counted and then not accepted after all.</summary>
    public void GiveBack(Sender sender, int messages)
    {
        var now = Minute;
        Of(_customers, sender.Customer.Key).GiveBack(now, messages);
        if (sender.User is { } user)
            Of(_users, user.Key).GiveBack(now, messages);
    }

    /// <summary>Accepted within the hour, for the customer as a whole.</summary>
    public int OfCustomer(long customerKey) => _customers.TryGetValue(customerKey, out var hour) ? hour.Total(Minute) : 0;

    /// <summary>How many more may be accepted now; null when there is no limit.</summary>
    public int? Room(Sender sender)
    {
        int? room = sender.Customer.Limits.HourMessages is { } limit ? Math.Max(0, limit - OfCustomer(sender.Customer.Key)) : null;
        if (sender.User is not { Limits.HourMessages: { } own } user)
            return room;
        var used = _users.TryGetValue(user.Key, out var hour) ? hour.Total(Minute) : 0;
        return Math.Min(room ?? int.MaxValue, Math.Max(0, own - used));
    }

    private long Minute => time.GetUtcNow().ToUnixTimeSeconds() / 60;

    private static Hour Of(ConcurrentDictionary<long, Hour> hours, long key) => hours.GetOrAdd(key, static _ => new Hour());

    /// <summary>Sixty minutes as a ring: what falls out of it is taken from the sum.</summary>
    private sealed class Hour
    {
        private const int Minutes = 60;
        private readonly Lock _gate = new();
        private readonly int[] _ring = new int[Minutes];
        private long _last;
        private int _total;

        public bool TryTake(long now, int messages, int? limit)
        {
            lock (_gate)
            {
                Advance(now);
                if (limit is { } most && messages > most - _total)
                    return false;
                Add(now, messages);
                return true;
            }
        }

        // What was taken in a minute that is over is given back to this one: the sum is right, and the hour ends for it a little later.
        public void GiveBack(long now, int messages)
        {
            lock (_gate)
            {
                Advance(now);
                Add(now, -messages);
            }
        }

        public void Restore(long minute, long now, int messages)
        {
            lock (_gate)
            {
                Advance(now);
                if (minute > now - Minutes && minute <= now)
                    Add(minute, messages);
            }
        }

        public int Total(long now)
        {
            lock (_gate)
            {
                Advance(now);
                return _total;
            }
        }

        private void Add(long minute, int messages)
        {
            _ring[minute % Minutes] += messages;
            _total += messages;
        }

        private void Advance(long now)
        {
            // A clock that goes back empties nothing.
            for (var left = Math.Min(now - _last, Minutes); left > 0; left--)
            {
                var slot = (now - left + 1) % Minutes;
                _total -= _ring[slot];
                _ring[slot] = 0;
            }
            _last = Math.Max(_last, now);
        }
    }
}
