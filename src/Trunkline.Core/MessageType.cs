namespace Trunkline.Core;

/// <summary>What a message becomes at its destination (MESSAGE_TYPE in the message queue).</summary>
public enum MessageType
{
    /// <summary>Pages to a fax machine.</summary>
    Fax,

    /// <summary>Sound played to whoever answers the telephone.</summary>
    Voice,

    /// <summary>A page to a pager, by its terminal or a paging gateway.</summary>
    Notification,

    /// <summary>A film played in a video call.</summary>
    Video,
}
