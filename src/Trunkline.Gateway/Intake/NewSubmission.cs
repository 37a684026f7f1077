using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Gateway.Intake;

/// <summary>All that one accepted mail puts into the store, in one transaction.</summary>
public sealed record NewSubmission
{
    public required MessageId Id { get; init; }
    public required long CustomerKey { get; init; }

    /// <summary>The customer's user that sends, or null for the customer itself.</summary>
    public long? UserKey { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Source { get; init; }
    public required string RemoteAddress { get; init; }
    public required string EnvelopeFrom { get; init; }

    /// <summary>The sender's own name for the mail (RFC 3461), or null.</summary>
    public string? EnvelopeId { get; init; }
    public required string Subject { get; init; }
    public required string? MailMessageId { get; init; }
    public required IReadOnlyList<string> References { get; init; }
    public required bool IsAutomatic { get; init; }
    public required long Size { get; init; }
    public required ReadOnlyMemory<byte> Headers { get; init; }
    public required IReadOnlyList<NewFragment> Fragments { get; init; }
    public required IReadOnlyList<NewMessage> Messages { get; init; }

    /// <summary>Mail to people at our domain, to be delivered as it came.</summary>
    public IReadOnlyList<OutgoingMail> LocalMail { get; init; } = [];

    /// <summary>What the rules of its recipients made of it, paid by them. They have no such submissions of their own.</summary>
    public IReadOnlyList<NewSubmission> OfRules { get; init; } = [];

    /// <summary>What else is to stand in the record.</summary>
    public IReadOnlyList<NewEvent> Events { get; init; } = [];

    /// <summary>What a request that comes again is answered, or null.</summary>
    public RequestClaim? Claim { get; init; }

    /// <summary>What a mail or a request says of itself. Its id, whose it is and who gets it are added by the desk that takes it.</summary>
    internal static NewSubmission Of(IntakeEnvelope envelope, ParsedMail mail, SplitResult.Split split, long size, DateTimeOffset receivedAt) => new()
    {
        Id = default,
        CustomerKey = 0,
        ReceivedAt = receivedAt,
        Source = envelope.Source,
        RemoteAddress = envelope.RemoteAddress.ToString(),
        EnvelopeFrom = envelope.Sender,
        EnvelopeId = envelope.EnvelopeId,
        Subject = split.Subject,
        MailMessageId = mail.MessageId,
        References = mail.References,
        IsAutomatic = mail.IsAutomatic,
        Size = size,
        Headers = mail.RawHeaders,
        Fragments = split.Fragments,
        Messages = [],
    };
}

/// <summary>A line of the record, beyond those that the store writes itself.</summary>
public sealed record NewEvent(string Code, string Detail);

/// <summary>A body or an attachment of a submission, typed by the File Type table.</summary>
public sealed record NewFragment(string Name, string ContentType, string? Charset, bool IsBody, MailContent Content)
{
    /// <summary>Of the messages that it is part of; null for a text, which is part of all.</summary>
    public MessageType? MessageType { get; init; }
}

/// <summary>One recipient of a submission.</summary>
public sealed record NewMessage
{
    public required MessageId Id { get; init; }
    public required MessageType Type { get; init; }
    public required string ToAddress { get; init; }
    public required PhoneNumber Destination { get; init; }
    public required Priority Priority { get; init; }
    public required FaxResolution Resolution { get; init; }

    /// <summary>Counted from <see cref="NotBefore"/>, or from acceptance where there is none.</summary>
    public required TimeSpan ExpiryDuration { get; init; }

    /// <summary>It is prepared at once and sent at this time or later; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public required string Language { get; init; }

    /// <summary>What was asked of its report; null for nothing.</summary>
    public ReportRequest? Report { get; init; }

    /// <summary>The cover page before its documents (COVERPAGE_ID); null for none.</summary>
    public long? Cover { get; init; }

    /// <summary>What the sender wants on it; null for nothing of its own.</summary>
    public CoverFields? CoverFields { get; init; }

    /// <summary>The broadcast that it is part of, or null.</summary>
    public MessageId? BroadcastId { get; init; }

    /// <summary>The sender's own name for it; null for none.</summary>
    public string? Reference { get; init; }

    /// <summary>A notification's text where it is composed already; null when it is made of the mail.</summary>
    public string? PageText { get; init; }

    /// <summary>A notification's pager; null when it goes to a number alone.</summary>
    public PagerTarget? Pager { get; init; }
}

/// <summary>The store as intake sees it.</summary>
public interface IIntakeStore
{
    /// <summary>Returns when the submission is durable, whole; a submission whose id is known already changes nothing.</summary>
    Task AcceptAsync(NewSubmission submission, CancellationToken cancellationToken);
}
