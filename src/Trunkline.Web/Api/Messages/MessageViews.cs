using Trunkline.Core;
using Trunkline.Core.Calls;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;

namespace Trunkline.Web.Api.Messages;

/// <summary>A message in a list.</summary>
public sealed record MessageView
{
    public required MessageId Id { get; init; }

    /// <summary>The mail or request that it came with.</summary>
    public required MessageId Submission { get; init; }

    /// <summary>The address of its sender.</summary>
    public required string From { get; init; }

    /// <summary><c>fax:+12025550100</c></summary>
    public required string To { get; init; }

    public required string Type { get; init; }
    public required MessageStatus Status { get; init; }
    public required string Subject { get; init; }
    public required Priority Priority { get; init; }

    /// <summary><c>smtp</c> or <c>http</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Left out until they are made.</summary>
    public required int? Pages { get; init; }

    /// <summary>Pages that the far end confirmed.</summary>
    public required int PagesConfirmed { get; init; }

    /// <summary>Attempts so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>The code of the last outcome.</summary>
    public required string? Outcome { get; init; }

    /// <summary>Why it ended or waits, in words.</summary>
    public required string? Cause { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is tried next; left out once it is on its way or has ended.</summary>
    public required DateTimeOffset? Due { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>On the line, of the attempt that ended it.</summary>
    public required long? DurationSeconds { get; init; }

    /// <summary>What the called machine calls itself.</summary>
    public required string? RemoteId { get; init; }

    /// <summary>What it was charged; left out while that is not known, and where nothing is charged.</summary>
    public required Money? Price { get; init; }

    /// <summary>What it was expected to cost when its pages were made.</summary>
    public required Money? EstimatedPrice { get; init; }

    internal static MessageView Of(MessageRecord m) => new()
    {
        Id = m.Id,
        Submission = m.Submission,
        From = m.From,
        To = MessageWords.Of(m.Type, m.Destination),
        Type = MessageWords.Of(m.Type),
        Status = m.Status,
        Subject = m.Subject,
        Priority = m.Priority,
        Source = m.Source,
        Pages = m.Pages,
        PagesConfirmed = m.PagesConfirmed,
        Attempts = m.AttemptCount,
        Outcome = m.Outcome,
        Cause = m.Cause.Length == 0 ? null : m.Cause,
        CreatedAt = m.CreatedAt,
        Due = m.Status is MessageStatus.Pending or MessageStatus.Ready or MessageStatus.Deferred or MessageStatus.OnHold ? m.Due : null,
        ExpiresAt = m.ExpiresAt,
        EndedAt = m.EndedAt,
        DurationSeconds = (long?)m.Duration?.TotalSeconds,
        RemoteId = m.RemoteCsid,
        Price = m.Price,
        EstimatedPrice = m.EstimatedPrice,
    };
}

/// <summary>A message with its attempts and what happened to it.</summary>
public sealed record MessageDetail(MessageView Message, IReadOnlyList<AttemptView> Attempts, IReadOnlyList<EventView> Events);

/// <summary>One attempt.</summary>
public sealed record AttemptView
{
    public required int Number { get; init; }

    /// <summary>The resource that made it.</summary>
    public required string Resource { get; init; }

    public required DateTimeOffset BegunAt { get; init; }
    public required DateTimeOffset? AcknowledgedAt { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }
    public required string? Outcome { get; init; }

    /// <summary>What the line or the far end said.</summary>
    public required string? Cause { get; init; }

    /// <summary><c>T.38</c> or <c>G.711</c> and the like.</summary>
    public required string? Transport { get; init; }

    public required bool CallPlaced { get; init; }
    public required int PagesConfirmed { get; init; }
    public required long? DurationSeconds { get; init; }
    public required string? RemoteId { get; init; }

    /// <summary>What this attempt was charged.</summary>
    public required Money? Price { get; init; }

    internal static AttemptView Of(AttemptRecord a) => new()
    {
        Number = a.Number,
        Resource = a.Resource,
        BegunAt = a.BegunAt,
        AcknowledgedAt = a.AcknowledgedAt,
        EndedAt = a.EndedAt,
        Outcome = a.Outcome,
        Cause = a.Detail.Length == 0 ? null : a.Detail,
        Transport = a.Transport.Length == 0 ? null : a.Transport,
        CallPlaced = a.CallPlaced,
        PagesConfirmed = a.PagesConfirmed,
        DurationSeconds = (long?)a.Duration?.TotalSeconds,
        RemoteId = a.RemoteCsid,
        Price = a.Price,
    };
}

/// <summary>The records of a message's calls, in order; those that are not kept any more are left out.</summary>
/// <param name="NotReached">Names of resources that have records of calls and could not be asked.</param>
public sealed record CallList(IReadOnlyList<RecordedCall> Items, IReadOnlyList<string> NotReached);

/// <summary>Something that happened to it.</summary>
public sealed record EventView(DateTimeOffset At, string Code, string Detail);

/// <summary>The receipt of a submission.</summary>
public sealed record ReceiptView(MessageId Submission, string To, DateTimeOffset WrittenAt, IReadOnlyList<MessageView> Messages);
