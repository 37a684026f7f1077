using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Trunkline.Telephony.Media;

/// <summary>
/// The time of all media: a tick each 20 ms on dedicated threads, one wake-up for many calls. With a speed above 1 media time runs
/// faster than
/// real time, and all legs then share one thread and advance in step, so that two ends on one clock behave as they would in real time.
/// </summary>
public sealed class MediaClock : IDisposable
{
    /// <summary>Media time of one tick.</summary>
    public static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(20);

    private readonly MediaThread[] _threads;

    /// <param name="time">The real time; never a scaled one.</param>
    /// <param name="speed">Media seconds in a real second: 1 for calls, more for tests. Above 0, at most 1,000.</param>
    /// <param name="threads">Media threads at speed 1; about 250 calls of audio are planned for each.</param>
    /// <param name="logger">Where faults of legs go.</param>
    public MediaClock(TimeProvider time, double speed = 1, int threads = 1, ILogger<MediaClock>? logger = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(speed, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Speed = speed;
        var count = speed == 1 ? threads : 1;
        _threads = new MediaThread[count];
        for (var i = 0; i < count; i++)
            _threads[i] = new MediaThread($"media {i}", time, speed, Lateness, logger ?? NullLogger<MediaClock>.Instance);
    }

    /// <summary>Media seconds in a real second.</summary>
    public double Speed { get; }

    /// <summary>How late ticks were.</summary>
    public MediaLateness Lateness { get; } = new();

    /// <summary>Legs being driven.</summary>
    public int Legs => _threads.Sum(thread => thread.Legs);

    /// <summary>Stops the threads; legs that are still there are abandoned first.</summary>
    public void Dispose()
    {
        foreach (var thread in _threads)
            thread.Dispose();
    }

    internal void Add(IMediaLeg leg) => _threads.MinBy(thread => thread.Legs)!.Add(leg);
}
