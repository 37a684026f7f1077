namespace Trunkline.Core;

/// <summary>Makes ids: 41 bits of milliseconds since 2025, 10 bits of node, 12 bits of count. Never twice the same, also when the clock goes back.</summary>
public sealed class MessageIdSource(TimeProvider time, int node = 0)
{
    private static readonly long Epoch = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private readonly long _node = node is >= 0 and < 1024 ? (long)node << 12 : throw new ArgumentOutOfRangeException(nameof(node), "0 to 1023.");
    private readonly Lock _gate = new();
    private long _millisecond;
    private int _count;

    /// <summary>No id that was made at this time or later is smaller.</summary>
    public static MessageId FirstAt(DateTimeOffset time) => new(Math.Max(0, time.ToUnixTimeMilliseconds() - Epoch) << 22);

    /// <summary>The next id, greater than every one before it from this source.</summary>
    public MessageId Next()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds() - Epoch;
            if (now > _millisecond)
                (_millisecond, _count) = (now, 0);
            else if (++_count == 4096)
                (_millisecond, _count) = (_millisecond + 1, 0);
            return new MessageId(_millisecond << 22 | _node | (long)_count);
        }
    }

    /// <summary>Ids from now on are greater than this one: told at start, since the clock may have gone back while the program was down.</summary>
    public void Follow(MessageId last)
    {
        lock (_gate)
        {
            if (last.Value >> 22 >= _millisecond)
                (_millisecond, _count) = ((last.Value >> 22) + 1, 0);
        }
    }
}
