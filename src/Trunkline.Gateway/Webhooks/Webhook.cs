namespace Trunkline.Gateway.Webhooks;

/// <summary>An address that is told of events.</summary>
public sealed record Webhook
{
    /// <summary>The codes that can be asked for, as they stand in the record of events.</summary>
    public static readonly IReadOnlyList<string> KnownEvents = ["accepted", "prepared", "exchanged", "deferred", "ended", "corrected", "receipt", "billing.charged"];

    public required long Id { get; init; }

    /// <summary>Whose events; null for the operator's, which is told of all.</summary>
    public required long? CustomerKey { get; init; }

    public required Uri Url { get; init; }
    public required IReadOnlyList<string> Events { get; init; }
    public required string Description { get; init; }

    /// <summary><see cref="WebhookSignature.MakeSecret"/>.</summary>
    public required string Secret { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Only events after this one are its.</summary>
    public long SinceEvent { get; init; }

    /// <summary>Since when no delivery went well, or null.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When it was given up, or null while it is told.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Why.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>True when it wants to know of an event.</summary>
    public bool Wants(HandedEvent happened) => DisabledAt is null && happened.Number > SinceEvent
        && (CustomerKey is null || CustomerKey == happened.CustomerKey) && Events.Contains(happened.Code, StringComparer.Ordinal);
}

/// <summary>An event that is handed out to those who want to know of it.</summary>
public readonly record struct HandedEvent(long Number, long CustomerKey, string Code);
