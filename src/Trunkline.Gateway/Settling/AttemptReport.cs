using System.Globalization;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Protocol;

namespace Trunkline.Gateway.Settling;

/// <summary>What a resource's receipt says of an attempt.</summary>
public sealed record AttemptReport
{
    private const int MaxLogLength = 64 * 1024;

    /// <summary>A resource is not believed that a number cannot be called for longer.</summary>
    private const int MaxRetryAfterSeconds = 3600;

    // The identification of T.30 has 20 characters; the other two are one line of a receipt.
    private const int MaxTextLength = 200;

    public required MessageStatus Status { get; init; }
    public required CallOutcome Outcome { get; init; }
    public required string Detail { get; init; }
    public required string Transport { get; init; }
    public required bool CallPlaced { get; init; }
    public required int PagesConfirmed { get; init; }
    public required TimeSpan Duration { get; init; }
    public required string RemoteCsid { get; init; }
    public required DateTimeOffset? SentAt { get; init; }

    /// <summary>No attempt before this time after the end of this one; null for none but the policy's.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The resource's log of the call, a line an event.</summary>
    public required string Log { get; init; }

    /// <summary>
    /// Reads a receipt. A resource that attaches no report, or one without an outcome, is understood by its status alone. False, with one line
    /// why, for what is no receipt.
    /// </summary>
    public static bool TryRead(ResourceMessage message, out AttemptReport report, out string error)
    {
        report = null!;
        if (message.MessageStatus is not (MessageStatus.Sent or MessageStatus.Failed or MessageStatus.Uncertain or MessageStatus.Deferred))
        {
            error = "A receipt has MessageStatus S, F, U or D.";
            return false;
        }
        var (fields, log) = message.IsAttached ? ReadAttached(message.Message) : (null, "");
        string? Field(string name) => fields?[name]?.Trim();

        if (!CallOutcomes.TryParse(Field(MessageHeaders.Outcome), out var outcome))
            outcome = ByStatus(message.MessageStatus.Value);
        // The status counts: a failure that calls itself delivered would be told to the sender as both.
        if (outcome == CallOutcome.Delivered && message.MessageStatus is (MessageStatus.Failed or MessageStatus.Deferred))
            outcome = ByStatus(message.MessageStatus.Value);
        report = new AttemptReport
        {
            Status = message.MessageStatus.Value,
            Outcome = outcome,
            Detail = OneLine(Field(MessageHeaders.Detail)),
            Transport = OneLine(Field(MessageHeaders.Transport)),
            CallPlaced = Field(MessageHeaders.CallPlaced) is { } placed ? placed.Equals("true", StringComparison.OrdinalIgnoreCase) : message.MessageStatus != MessageStatus.Failed,
            PagesConfirmed = int.TryParse(Field(MessageHeaders.PagesConfirmed), NumberStyles.None, CultureInfo.InvariantCulture, out var pages)
                ? pages : message.MessageLength ?? 0,
            RetryAfter = int.TryParse(Field(MessageHeaders.RetryAfter), NumberStyles.None, CultureInfo.InvariantCulture, out var wait)
                ? TimeSpan.FromSeconds(Math.Min(wait, MaxRetryAfterSeconds)) : null,
            Duration = message.MessageDuration ?? TimeSpan.Zero,
            RemoteCsid = OneLine(message.MessageRemoteCsid),
            SentAt = message.MessageSentTimeStamp,
            Log = log.Length > MaxLogLength ? log[..MaxLogLength] : log,
        };
        error = "";
        return true;
    }

    private static (HeaderList? Fields, string Log) ReadAttached(ReadOnlyMemory<byte> attached)
    {
        MimeMessage mime;
        try
        {
            using var stream = new MemoryStream(attached.ToArray());
            mime = MimeMessage.Load(stream);
        }
        catch (FormatException)
        {
            // Understood by the fields alone.
            return (null, "");
        }
        var status = mime.BodyParts.OfType<MessageDeliveryStatus>().FirstOrDefault();
        var text = mime.BodyParts.OfType<TextPart>().FirstOrDefault()?.Text ?? "";
        // A blank line at the end reads as one more, empty group.
        return (status?.StatusGroups.LastOrDefault(g => g.Contains("Final-Recipient")), text.ReplaceLineEndings("\n"));
    }

    // Whoever answers the telephone chooses what these say, and they stand in the headers of the sender's receipt.
    private static string OneLine(string? text) =>
        string.Concat((text ?? "").Take(MaxTextLength).Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    private static CallOutcome ByStatus(MessageStatus status) => status switch
    {
        MessageStatus.Sent => CallOutcome.Delivered,
        MessageStatus.Uncertain => CallOutcome.Uncertain,
        MessageStatus.Deferred => CallOutcome.Congestion,
        _ => CallOutcome.Refused,
    };
}
