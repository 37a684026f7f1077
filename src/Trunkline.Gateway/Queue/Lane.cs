using Trunkline.Core;

namespace Trunkline.Gateway.Queue;

/// <summary>What a queued message waits for. A worker claims only from its lane, and only what it can handle at once.</summary>
public enum Lane
{
    /// <summary>To be made into pages.</summary>
    Prepare = 0,

    /// <summary>For a free channel of a fax resource.</summary>
    Fax = 1,

    /// <summary>For a free channel of a voice resource.</summary>
    Voice = 2,

    /// <summary>For a free channel of a notification resource.</summary>
    Notification = 3,

    /// <summary>For a free channel of a video resource.</summary>
    Video = 4,

    /// <summary>At a resource whose answer or receipt is overdue: the same resource is asked.</summary>
    Ask = 9,
}

/// <summary>The lane of each message type.</summary>
public static class Lanes
{
    /// <summary>Where a message of this type waits for a resource.</summary>
    public static Lane For(MessageType type) => type switch
    {
        MessageType.Fax => Lane.Fax,
        MessageType.Voice => Lane.Voice,
        MessageType.Notification => Lane.Notification,
        MessageType.Video => Lane.Video,
    };
}
