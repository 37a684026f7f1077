using Trunkline.Core.Protocol;

namespace Trunkline.Gateway.Resources;

/// <summary>
/// What is known of a resource now: what it said last, and what it holds of ours. Changed under a lock, and looked at without one, for every message and
/// every resource: what is seen may be a moment old, as it would be a moment later.
/// </summary>
public sealed class ResourceState(ResourceModel model)
{
    private const string NoChannel = "no free channel";
    private const long Never = 0;
    private readonly Lock _gate = new();
    private volatile int _channels;
    private volatile int _busyByItself;
    private volatile int _open;
    private int _queueIn;
    private int _queueOut;
    private int _ended;
    private int _delivered;
    private volatile bool _saysActive;
    private volatile ResourceModel _model = model;

    // Ticks of UTC: one word, which is never seen half written.
    private long _lastContact = Never;

    public ResourceModel Model => _model;

    /// <summary>When it last answered or spoke; <see cref="DateTimeOffset.MinValue"/> when it never did, or was lost.</summary>
    public DateTimeOffset LastContact => new(Volatile.Read(ref _lastContact), TimeSpan.Zero);

    /// <summary>Channels it has.</summary>
    public int Channels => _channels;

    /// <summary>Messages of ours that it holds.</summary>
    public int Open => _open;

    /// <summary>Messages that it can take now; 0 when it is not available.</summary>
    public int Room(DateTimeOffset now, TimeSpan silence) => WhyUnavailable(now, silence) is null ? Math.Max(0, FreeChannels()) : 0;

    /// <summary>Why no message can be sent to it now, or null when one can.</summary>
    public string? WhyUnavailable(DateTimeOffset now, TimeSpan silence) => Look(now, silence).Why;

    /// <summary>Why nothing can be sent, whether more than a channel is missing, and its free channels of all.</summary>
    public (string? Why, bool IsOut, int Free, int Channels) Look(DateTimeOffset now, TimeSpan silence)
    {
        var (model, free, channels) = (_model, Math.Max(0, FreeChannels()), _channels);
        if (!model.IsActive)
            return (model.IsDraining ? _open == 0 ? "drained" : "draining" : "paused", true, free, channels);
        if (now.UtcTicks - Volatile.Read(ref _lastContact) > silence.Ticks)
            return ("silent", true, free, channels);
        return _saysActive ? (free > 0 ? null : NoChannel, false, free, channels) : ("says it is inactive", true, free, channels);
    }

    /// <summary>Takes note of the Resource fields of an answer or a receipt.</summary>
    public void Heard(ResourceMessage message, DateTimeOffset now)
    {
        lock (_gate)
        {
            Volatile.Write(ref _lastContact, now.UtcTicks);
            _saysActive = message.IsResourceActive ?? _saysActive;
            _channels = message.ResourceChannelMax ?? _channels;
            _queueIn = message.ResourceQueueInStatus ?? _queueIn;
            _queueOut = message.ResourceQueueOutStatus ?? _queueOut;
            if (message.ResourceChannelStatus is { } bitmap)
                _busyByItself = bitmap.AsSpan().Count('1');
        }
    }

    /// <summary>It could not be reached: it gets nothing until it is heard from again.</summary>
    public void Lost()
    {
        lock (_gate)
            Volatile.Write(ref _lastContact, Never);
    }

    /// <summary>A message is about to be sent to it.</summary>
    public void Opened()
    {
        lock (_gate)
            _open++;
    }

    /// <summary>It holds one message less.</summary>
    public void Closed()
    {
        lock (_gate)
            _open = Math.Max(0, _open - 1);
    }

    /// <summary>An attempt of it has ended.</summary>
    public void Ended(bool isDelivered)
    {
        lock (_gate)
        {
            _ended++;
            if (isDelivered)
                _delivered++;
        }
    }

    /// <summary>How it stands now.</summary>
    public ResourceStanding Standing(DateTimeOffset now, TimeSpan silence)
    {
        lock (_gate)
        {
            var mode = Model.IsActive ? ResourceMode.Active : !Model.IsDraining ? ResourceMode.Paused : _open == 0 ? ResourceMode.Drained : ResourceMode.Draining;
            return new ResourceStanding(mode, WhyUnavailable(now, silence), _channels, _busyByItself, _open, _queueIn, _queueOut,
                _lastContact == Never ? null : LastContact, _ended, _delivered);
        }
    }

    internal void Replace(ResourceModel model, int? open)
    {
        lock (_gate)
        {
            _model = model;
            _open = open ?? _open;
        }
    }

    // Its own count includes calls of other gateways and calls in; ours includes messages that wait there for a channel. The larger is the truth.
    private int FreeChannels() => _channels - Math.Max(_open, _busyByItself);
}
