using Trunkline.Core;
using Trunkline.Core.Documents;

namespace Trunkline.Gateway.Queue;

/// <summary>A message that a worker has claimed.</summary>
public sealed record QueuedMessage
{
    public required MessageId Id { get; init; }
    public required MessageId SubmissionId { get; init; }
    public required MessageStatus Status { get; init; }
    public required MessageType Type { get; init; }
    public required Lane Lane { get; init; }
    public required Priority Priority { get; init; }
    public required DateTimeOffset Due { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required string Destination { get; init; }
    public required FaxResolution Resolution { get; init; }
    public required long CustomerKey { get; init; }
    public required string Subject { get; init; }

    /// <summary>The customer's user that sent it, or null for the customer itself.</summary>
    public long? UserKey { get; init; }

    /// <summary>Until when the claim holds; also what tells this claim from a later one.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }

    /// <summary>Null until prepared.</summary>
    public string? DocumentKey { get; init; }

    /// <summary>The cover page before its documents (COVERPAGE_ID), or null.</summary>
    public long? Cover { get; init; }

    /// <summary>The rendered cover; null until prepared, and without a cover.</summary>
    public string? CoverKey { get; init; }

    /// <summary>With the cover; 0 until prepared, and for what has none.</summary>
    public int Pages { get; init; }

    /// <summary>Expected on the line, for what has no pages; zero until prepared.</summary>
    public TimeSpan EstimatedDuration { get; init; }

    /// <summary>Pages that an earlier attempt had confirmed; they are not sent again.</summary>
    public int PagesConfirmed { get; init; }

    /// <summary>The number of the open attempt, or of the last one; 0 when there was none.</summary>
    public int AttemptCount { get; init; }

    /// <summary>The resource that holds the open attempt, or null.</summary>
    public long? ResourceId { get; init; }

    /// <summary>Resources that failed in this round and are left out until it is over.</summary>
    public IReadOnlyList<long> FailedResources { get; init; } = [];

    /// <summary>The id under which the open attempt goes over the resource protocol.</summary>
    public AttemptId Attempt => new(Id, AttemptCount);
}

/// <summary>One try to deliver a message: <c>0HABC…-2</c>. It is the MessageID of the resource protocol.</summary>
public readonly record struct AttemptId(MessageId Message, int Number)
{
    /// <inheritdoc />
    public override string ToString() => $"{Message}-{Number}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AttemptId id)
    {
        id = default;
        var dash = text.LastIndexOf('-');
        if (dash < 0 || !MessageId.TryParse(text[..dash], out var message)
            || !int.TryParse(text[(dash + 1)..], System.Globalization.NumberStyles.None, null, out var number) || number < 1)
            return false;
        id = new AttemptId(message, number);
        return true;
    }
}
