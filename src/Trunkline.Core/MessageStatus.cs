namespace Trunkline.Core;

/// <summary>
/// Where a message stands. The one-letter codes are those of the resource protocol; <c>F E C U</c> are ours, since the
/// source names no code for an end without delivery.
/// </summary>
/// <remarks>
/// <code>
/// P → R → X → A → S      P ⇄ H              any of P H D R → C or E
///     X → R (not taken)    A, X → D → R     P, D, R, X, A → F     A, X → U
///     R, D → P (pages gone)                                       U → S, F (known late)
/// </code>
/// </remarks>
public enum MessageStatus
{
    /// <summary>P: accepted and waiting to be prepared and routed.</summary>
    Pending,

    /// <summary>H: on hold until released.</summary>
    OnHold,

    /// <summary>D: deferred; an attempt failed and another is due.</summary>
    Deferred,

    /// <summary>R: prepared, ready for a resource.</summary>
    Ready,

    /// <summary>X: exchanged, that is sent to a resource which has not acknowledged it yet.</summary>
    Exchanged,

    /// <summary>A: acknowledged by the resource.</summary>
    Acknowledged,

    /// <summary>S: delivered, by the resource's own receipt.</summary>
    Sent,

    /// <summary>F: ended without delivery.</summary>
    Failed,

    /// <summary>E: not delivered before its expiry.</summary>
    Expired,

    /// <summary>C: cancelled before it was delivered.</summary>
    Cancelled,

    /// <summary>U: it cannot be known whether it was delivered; it is not sent again.</summary>
    Uncertain,
}

/// <summary>The codes and the arrows of <see cref="MessageStatus"/>.</summary>
public static class MessageStatuses
{
    private const string Codes = "PHDRXASFECU";

    /// <summary>The one-letter code.</summary>
    public static char Code(this MessageStatus status) => Codes[(int)status];

    /// <summary>Reads a one-letter code; false for any other text.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MessageStatus status)
    {
        var index = text.Length == 1 ? Codes.IndexOf(text[0], StringComparison.Ordinal) : -1;
        status = index < 0 ? default : (MessageStatus)index;
        return index >= 0;
    }

    /// <summary>True once the message has ended: nothing will be tried any more.</summary>
    public static bool IsFinal(this MessageStatus status) => status
        is MessageStatus.Sent or MessageStatus.Failed or MessageStatus.Expired or MessageStatus.Cancelled or MessageStatus.Uncertain;
}
