using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Text;

namespace Trunkline.Gateway.Preparing;

/// <summary>What came of preparing a message that has no pages.</summary>
public abstract record UnpagedResult
{
    /// <param name="Duration">Expected on the line.</param>
    /// <param name="PageText">What a pager is to show; null for other types.</param>
    public sealed record Made(TimeSpan Duration, string? PageText) : UnpagedResult;

    /// <param name="Cause">A sentence for the sender.</param>
    public sealed record Refused(string Cause) : UnpagedResult;
}

/// <summary>A notification as it is composed at intake: its text where a rule made one, and its pager.</summary>
public sealed record StoredPage(string? Text, PagerTarget? Pager);

/// <summary>
/// Prepares what has no pages: estimates how long it will take, and fits the text of a notification to what a pager shows. The sound and the
/// speech themselves are made by the resource, which knows what its line can carry.
/// </summary>
public sealed class UnpagedPress(IPreparingStore store, IOptions<GatewayOptions> options)
{
    /// <summary>Words that a voice speaks in a second.</summary>
    private const double WordsPerSecond = 2.5;

    // Where words are not parted by spaces, two and a half signs are about a word.
    private const double SignsPerWord = 2.5;
    private const char FirstSign = '\u3000';

    // A call to a paging terminal: connection, log-in, one block, farewell.
    private static readonly TimeSpan OnePage = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Prepares one message.</summary>
    public async Task<UnpagedResult> MakeAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        if (message.Type == MessageType.Notification)
            return await PageAsync(message, cancellationToken);
        var time = TimeSpan.Zero;
        foreach (var fragment in await store.FragmentsAsync(message.SubmissionId, message.Type, cancellationToken))
        {
            var body = await store.ReadBodyAsync(fragment.BodyHash, cancellationToken);
            time += IsText(fragment) ? Spoken(PlainText.Of(body, fragment.ContentType, fragment.Charset)) : AudioLength.Of(fragment.ContentType, body, body.Length);
        }
        if (time > options.Value.MaxDuration)
        {
            return new UnpagedResult.Refused($"It would take about {Math.Ceiling(time.TotalMinutes)} minutes; at most {options.Value.MaxDuration.TotalMinutes:0} can be "
                + "played in one call. Shorten it.");
        }
        return new UnpagedResult.Made(time > Shortest ? time : Shortest, null);
    }

    /// <summary>True for what is read and not played.</summary>
    public static bool IsText(StoredFragment fragment) => fragment.ContentType is "text/plain" or "text/html";

    /// <summary>How long a text takes to be spoken.</summary>
    public static TimeSpan Spoken(string text)
    {
        var words = 0.0;
        var inWord = false;
        foreach (var c in text)
        {
            if (c >= FirstSign && char.IsLetter(c))
                words += 1 / SignsPerWord;
            else if (!inWord && char.IsLetterOrDigit(c))
                words++;
            inWord = char.IsLetterOrDigit(c) && c < FirstSign;
        }
        return TimeSpan.FromSeconds(words / WordsPerSecond);
    }

    private async Task<UnpagedResult> PageAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        if ((await store.PageAsync(message.Id, cancellationToken)).Text is { } composed)
            return new UnpagedResult.Made(OnePage, composed);
        var text = message.Subject;
        foreach (var fragment in await store.FragmentsAsync(message.SubmissionId, message.Type, cancellationToken))
            text += " " + PlainText.Of(await store.ReadBodyAsync(fragment.BodyHash, cancellationToken), fragment.ContentType, fragment.Charset);
        var fitted = PageText.Fit(text, options.Value.PageLength, PageFold.None);
        return fitted.Length > 0
            ? new UnpagedResult.Made(OnePage, fitted)
            : new UnpagedResult.Refused("There is nothing to show on a pager: the mail has neither a subject nor a text.");
    }
}
