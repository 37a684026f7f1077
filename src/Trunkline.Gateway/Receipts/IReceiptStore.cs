using Trunkline.Core;

namespace Trunkline.Gateway.Receipts;

/// <summary>A submission that has ended, with all that its receipt tells.</summary>
public sealed record EndedSubmission
{
    public required MessageId Id { get; init; }
    public required long CustomerKey { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Whom the receipt goes to; empty for nobody.</summary>
    public required string EnvelopeFrom { get; init; }

    public required string Subject { get; init; }
    public required string? MailMessageId { get; init; }
    public required IReadOnlyList<string> References { get; init; }
    public required byte[] Headers { get; init; }
    public required IReadOnlyList<EndedMessage> Messages { get; init; }

    /// <summary>ISO 639, the customer's.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The sender's name for this mail, which its report repeats (ENVID of RFC 3461, 4.4), or null.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>True when a receipt was written before, and something became known since.</summary>
    public required bool IsCorrection { get; init; }
}

/// <summary>One recipient of it.</summary>
public sealed record EndedMessage
{
    public required MessageId Id { get; init; }
    public required MessageStatus Status { get; init; }
    public required MessageType Type { get; init; }
    public required string ToAddress { get; init; }
    public required string Destination { get; init; }
    public required int Pages { get; init; }
    public required int PagesConfirmed { get; init; }
    public required string? DocumentKey { get; init; }

    /// <summary>The cover, its first page; null when it has none.</summary>
    public string? CoverKey { get; init; }

    public required CallOutcome Outcome { get; init; }
    public required string Cause { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public required TimeSpan Duration { get; init; }
    public required string RemoteCsid { get; init; }
    public required IReadOnlyList<EndedAttempt> Attempts { get; init; }

    /// <summary>What it cost the customer, or null.</summary>
    public Money? Price { get; init; }

    /// <summary>The sender's own reference; empty for none.</summary>
    public string Reference { get; init; } = "";

    /// <summary>When the sender wants to hear of it.</summary>
    public ReportWishes Wishes { get; init; }

    /// <summary>Whom the mail was meant for before others sent it on (ORCPT of RFC 3461, 4.2): <c>rfc822;ann@example.org</c>, decoded; or null.</summary>
    public string? OriginalRecipient { get; init; }

    /// <summary>True when its end is one that the sender wants to hear of.</summary>
    public bool IsWanted => Wishes == ReportWishes.Default || Status switch
    {
        MessageStatus.Sent => Wishes.HasFlag(ReportWishes.Success),
        _ => Wishes.HasFlag(ReportWishes.Failure),
    };
}

/// <summary>One attempt of it.</summary>
public sealed record EndedAttempt(int Number, DateTimeOffset BegunAt, DateTimeOffset? EndedAt, CallOutcome? Outcome, string Detail, string Transport,
    bool CallPlaced, int PagesConfirmed, TimeSpan Duration, string RemoteCsid);

/// <summary>The store as receipts see it.</summary>
public interface IReceiptStore
{
    /// <summary>Submissions that have ended and have no receipt yet, oldest first.</summary>
    Task<IReadOnlyList<EndedSubmission>> DueAsync(int max, CancellationToken cancellationToken);

    /// <summary>The receipt is written and waits to leave, or nobody is to have one: in one transaction, once.</summary>
    Task WrittenAsync(MessageId submission, OutgoingMail? receipt, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Mails that are due to leave, to our domain or to others. They stay until <see cref="LeftAsync"/>.</summary>
    Task<IReadOnlyList<WaitingMail>> MailDueAsync(DateTimeOffset now, bool isLocal, int max, CancellationToken cancellationToken);

    /// <summary>A mail has left, or never will.</summary>
    Task LeftAsync(WaitingMail mail, string? failure, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>A mail could not leave yet.</summary>
    Task MailDeferredAsync(WaitingMail mail, string reason, DateTimeOffset due, CancellationToken cancellationToken);
}

/// <summary>A mail that waits to leave.</summary>
public sealed record WaitingMail(
    MessageId Id, MessageId? Submission, string EnvelopeFrom, string Recipient, byte[] Content, DateTimeOffset CreatedAt, int Attempts);

/// <summary>What came of handing a mail over.</summary>
public abstract record MailOutResult
{
    public sealed record Delivered(string Detail) : MailOutResult;

    /// <summary>Trying again later may help.</summary>
    public sealed record Deferred(string Reason) : MailOutResult;

    /// <summary>Trying again will not help.</summary>
    public sealed record Failed(string Reason) : MailOutResult;
}

/// <summary>The way out for mail: a Maildir for our people, SMTP for all others. The same id twice has the effect of once, where that can be had.</summary>
public interface IMailOut
{
    Task<MailOutResult> DeliverAsync(WaitingMail mail, CancellationToken cancellationToken);
}
