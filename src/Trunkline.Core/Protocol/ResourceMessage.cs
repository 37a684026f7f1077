using System.Globalization;

namespace Trunkline.Core.Protocol;

/// <summary>
/// The fielded message that the router and a resource exchange ([0026]–[0028] of the source): twenty fields, always all of them, in this
/// order. Null is written <c>NA</c>. Everything a type of message needs beyond these fields travels as headers of <see cref="Message"/>.
/// </summary>
public sealed record ResourceMessage
{
    /// <summary>The router's password towards the resource, the resource's own in the other direction.</summary>
    public string? Password { get; init; }

    /// <summary>Made by the router, one for each attempt; a resource never makes one.</summary>
    public string? MessageId { get; init; }

    /// <summary>X on delivery, null on enquiry; A S F U D from the resource.</summary>
    public MessageStatus? MessageStatus { get; init; }

    /// <summary>When it was delivered to its destination. UTC, whole seconds.</summary>
    public DateTimeOffset? MessageSentTimeStamp { get; init; }

    /// <summary>Time to transmit the message, from answer to hang-up; whole seconds.</summary>
    public TimeSpan? MessageDuration { get; init; }

    /// <summary>Pages transmitted and confirmed.</summary>
    public int? MessageLength { get; init; }

    /// <summary>The identification that the called fax machine gave.</summary>
    public string? MessageRemoteCsid { get; init; }

    /// <summary>The identification that we show; may be set for each customer.</summary>
    public string? MessageSourceCsid { get; init; }

    /// <summary>True (<c>A</c>) when <see cref="Message"/> is attached.</summary>
    public bool IsAttached { get; init; }

    /// <summary>The number to call, in E.164 form.</summary>
    public string? MessageDestination { get; init; }

    /// <summary>The resource's id in the router's database.</summary>
    public string? ResourceId { get; init; }

    /// <summary>True (<c>A</c>) when the resource takes messages, false (<c>I</c>) when it does not.</summary>
    public bool? IsResourceActive { get; init; }

    /// <summary>The last communication between the two. UTC, whole seconds.</summary>
    public DateTimeOffset? ResourceLastCommTimeStamp { get; init; }

    /// <summary>How long the message may wait at the resource before it is discarded; whole minutes.</summary>
    public TimeSpan? ResourceExpiryDuration { get; init; }

    /// <summary>Messages in the resource's Inbox.</summary>
    public int? ResourceQueueInStatus { get; init; }

    /// <summary>Messages in the resource's Outbox.</summary>
    public int? ResourceQueueOutStatus { get; init; }

    /// <summary>Channels of the resource.</summary>
    public int? ResourceChannelMax { get; init; }

    /// <summary>One character a channel, <c>0</c> idle and <c>1</c> busy: <c>0000000111000001</c>.</summary>
    public string? ResourceChannelStatus { get; init; }

    /// <summary>The MIME boundary of <see cref="Message"/>.</summary>
    public string? MessageBoundary { get; init; }

    /// <summary>The MIME message, to the end; empty when nothing is attached.</summary>
    public ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>Channels that <see cref="ResourceChannelStatus"/> shows idle.</summary>
    public int FreeChannels => ResourceChannelStatus?.AsSpan().Count('0') ?? 0;

    /// <summary>Never prints the password or the message.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"ResourceMessage {{ MessageID={MessageId}, status {MessageStatus?.Code() ?? '-'}, resource {ResourceId}, {Message.Length} bytes attached }}");
}
