using Trunkline.Core;

namespace Trunkline.Resource.Spool;

/// <summary>What the spool says to a delivery before its message is read.</summary>
internal enum ReceiveKind
{
    /// <summary>It may come in: its MessageID is taken until it is in Inbox or given up.</summary>
    Reserved,

    /// <summary>The MessageID was seen before.</summary>
    Seen,

    /// <summary>The same delivery is coming in on another connection, or came in and may not be whole on the disk.</summary>
    Arriving,

    /// <summary>A router was told that this MessageID was never seen.</summary>
    Denied,

    /// <summary>Inbox or Outbox holds as many as it may.</summary>
    Full,
}

/// <param name="Status">The present status, when it was seen before.</param>
internal readonly record struct ReceiveOutcome(ReceiveKind Kind, MessageStatus? Status = null);
