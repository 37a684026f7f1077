using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Trunkline.Telephony.Media;

/// <summary>One thread of a <see cref="MediaClock"/>.</summary>
internal sealed partial class MediaThread : IDisposable
{
    /// <summary>
    /// A machine that stood still longer than this has lost that time: sending it all at once would only drown the far ends.
    /// </summary>
    private static readonly TimeSpan MaxCatchUp = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentQueue<IMediaLeg> _arriving = new();
    private readonly List<IMediaLeg> _legs = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly TimeProvider _time;
    private readonly TimeSpan _period;
    private readonly MediaLateness _lateness;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private int _count;
    private volatile bool _stopping;

    public MediaThread(string name, TimeProvider time, double speed, MediaLateness lateness, ILogger logger)
    {
        _time = time;
        _period = MediaClock.TickPeriod / speed;
        _lateness = lateness;
        _logger = logger;
        _thread = new Thread(Run) { Name = name, IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    public int Legs => Volatile.Read(ref _count);

    public void Add(IMediaLeg leg)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        Interlocked.Increment(ref _count);
        _arriving.Enqueue(leg);
        _wake.Set();
    }

    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        // Faster than real time nothing is late, and what a test waits for besides must not starve. Without the right to it, media go on as they are.
        if (_period == MediaClock.TickPeriod)
            _ = MediaPriority.TryRaise();
        while (!_stopping)
        {
            TakeArriving();
            if (_legs.Count == 0)
                _wake.WaitOne();
            else
                RunWhileBusy();
        }

        TakeArriving();
        foreach (var leg in _legs)
            Abandon(leg, "the media clock stopped");
    }

    private void RunWhileBusy()
    {
        var origin = _time.GetTimestamp();
        var done = 0L;
        while (!_stopping && _legs.Count > 0)
        {
            var late = _time.GetElapsedTime(origin) - done * _period;
            if (late < TimeSpan.Zero)
            {
                _wake.WaitOne((int)Math.Ceiling(-late.TotalMilliseconds));
                TakeArriving();
                continue;
            }

            if (late > MaxCatchUp)
            {
                var skipped = (long)(late / _period);
                _lateness.RecordSkipped(skipped);
                done += skipped;
            }

            TickAll();
            // Once its last leg has been served: with many calls the last one is later than the first.
            _lateness.Record(_time.GetElapsedTime(origin) - done * _period);
            done++;
        }
    }

    private void TickAll()
    {
        TakeArriving();
        for (var i = _legs.Count - 1; i >= 0; i--)
        {
            if (TickOne(_legs[i]))
                continue;
            _legs.RemoveAt(i);
            Interlocked.Decrement(ref _count);
        }
    }

    private void TakeArriving()
    {
        while (_arriving.TryDequeue(out var leg))
            _legs.Add(leg);
    }

    private bool TickOne(IMediaLeg leg)
    {
        // One broken call must not silence all the others that this thread drives: it is ended and the fault is logged.
        try
        {
            return leg.Tick();
        }
#pragma warning disable CA1031
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault);
            Abandon(leg, $"a fault in our own media: {fault.Message}");
            return false;
        }
    }

    private void Abandon(IMediaLeg leg, string reason)
    {
        try
        {
            leg.Abandon(reason);
        }
#pragma warning disable CA1031
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault);
        }
    }

    [LoggerMessage(1400, LogLevel.Error, "A media leg failed and was ended")]
    private partial void LogFault(Exception fault);
}
