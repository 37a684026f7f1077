using Trunkline.Core.Protocol;

namespace Trunkline.Gateway.Resources;

/// <summary>What is known of a resource now: what it said last, and what it holds of ours.</summary>
public sealed class ResourceState(ResourceModel model)
{
    private const string NoChannel = "no free channel";
    private readonly Lock _gate = new();
    private int _channels;
    private int _busyByItself;
    private int _open;
    private int _queueIn;
    private int _queueOut;
    private int _ended;
    private int _delivered;
    private bool _saysActive;
    private DateTimeOffset _lastContact = DateTimeOffset.MinValue;

    public ResourceModel Model { get; private set; } = model;

    /// <summary>When it last answered or spoke.</summary>
    public DateTimeOffset LastContact
    {
        get
        {
            lock (_gate)
                return _lastContact;
        }
    }

    /// <summary>Channels it has.</summary>
    public int Channels
    {
        get
        {
            lock (_gate)
                return _channels;
        }
    }

    /// <summary>Messages of ours that it holds.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
                return _open;
        }
    }

    /// <summary>Why no message can be sent to it now, or null when one can.</summary>
    public string? WhyUnavailable(DateTimeOffset now, TimeSpan silence)
    {
        lock (_gate)
        {
            if (!Model.IsActive)
                return Model.IsDraining ? _open == 0 ? "drained" : "draining" : "paused";
            if (now - _lastContact > silence)
                return "silent";
            if (!_saysActive)
                return "says it is inactive";
            return FreeChannels() > 0 ? null : NoChannel;
        }
    }

    /// <summary>Messages that it can take now; 0 when it is not available.</summary>
    public int Room(DateTimeOffset now, TimeSpan silence)
    {
        lock (_gate)
            return WhyUnavailable(now, silence) is null ? FreeChannels() : 0;
    }

    /// <summary>The same facts at one moment: why nothing can be sent, whether more than a channel is missing, and its free channels of all.</summary>
    public (string? Why, bool IsOut, int Free, int Channels) Look(DateTimeOffset now, TimeSpan silence)
    {
        lock (_gate)
        {
            var why = WhyUnavailable(now, silence);
            return (why, why is not null && why != NoChannel, Math.Max(0, FreeChannels()), _channels);
        }
    }

    /// <summary>Takes note of the Resource fields of an answer or a receipt.</summary>
    public void Heard(ResourceMessage message, DateTimeOffset now)
    {
        lock (_gate)
        {
            _lastContact = now;
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
            _lastContact = DateTimeOffset.MinValue;
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
                _lastContact == DateTimeOffset.MinValue ? null : _lastContact, _ended, _delivered);
        }
    }

    internal void Replace(ResourceModel model, int? open)
    {
        lock (_gate)
        {
            Model = model;
            _open = open ?? _open;
        }
    }

    // Its own count includes calls of other gateways and calls in; ours includes messages that wait there for a channel. The larger is the truth.
    private int FreeChannels() => _channels - Math.Max(_open, _busyByItself);
}
