using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>One attempt to deliver, as billing systems want it: docs/reference/billing.md has the columns.</summary>
public sealed record CallDetail
{
    /// <summary>Rises; a page goes on behind it.</summary>
    public required long Record { get; init; }

    /// <summary>1, and more when a receipt that came late told more; the highest counts.</summary>
    public required int Revision { get; init; }

    public required DateTimeOffset BegunAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public required long Customer { get; init; }
    public required MessageId Message { get; init; }
    public required int Attempt { get; init; }

    /// <summary>Its name; its id where it is no more.</summary>
    public required string Resource { get; init; }

    public required string From { get; init; }

    /// <summary>The number that was called.</summary>
    public required string To { get; init; }

    public required string Country { get; init; }
    public required string Prefix { get; init; }
    public required MessageType Type { get; init; }

    /// <summary>Confirmed by this attempt.</summary>
    public required int Pages { get; init; }

    public required int Seconds { get; init; }
    public required MessageStatus Status { get; init; }
    public required CallOutcome Outcome { get; init; }

    /// <summary>What the customer was charged at its end; null when nothing was.</summary>
    public required Money? Price { get; init; }

    /// <summary>The pages that the price is of: also those that earlier attempts had confirmed.</summary>
    public required int PricedPages { get; init; }

    /// <summary>The seconds that the price is of.</summary>
    public required int PricedSeconds { get; init; }

    public required string? PriceRate { get; init; }
    public required long? PriceDeck { get; init; }

    /// <summary>What it costs us; null when that is nothing, or not known.</summary>
    public required Money? Cost { get; init; }

    public required string? CostRate { get; init; }
    public required long? CostDeck { get; init; }

    /// <summary>The sender's own; empty for none.</summary>
    public string Reference { get; init; } = "";
}

/// <summary>Which records are asked for.</summary>
/// <param name="Customer">Null for all.</param>
/// <param name="From">Ended at or after.</param>
/// <param name="To">Ended before.</param>
/// <param name="After">The record behind which the page begins; 0 for the first.</param>
/// <param name="Until">The last record, or null.</param>
public sealed record CallDetailQuery(long? Customer, DateTimeOffset? From, DateTimeOffset? To, long After, long? Until, int Max);

/// <summary>A closed batch of records; once made it never changes.</summary>
public sealed record ExportBatch(long Number, long FirstRecord, long LastRecord, int Records, DateTimeOffset MadeAt);
