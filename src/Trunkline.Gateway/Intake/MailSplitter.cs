using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Intake;

/// <summary>What became of a mail that was split.</summary>
public abstract record SplitResult
{
    /// <param name="Subject">Without the options that stood in it.</param>
    public sealed record Split(string Subject, IReadOnlyList<NewFragment> Fragments, IReadOnlyList<NewMessage> Messages) : SplitResult;

    /// <param name="EnhancedCode">RFC 3463.</param>
    /// <param name="Reason">For the sender.</param>
    /// <param name="Part">The part that is to blame, where it is one.</param>
    public sealed record Refused(string EnhancedCode, string Reason, MailPart? Part = null) : SplitResult;
}

/// <summary>
/// Splits a mail into fragments, and into one message for each recipient and type: a number with a type gets a message of that type, a number
/// without one a message of each type that is in the mail, or a fax when it is a text alone. The text goes along with every message.
/// </summary>
public sealed class MailSplitter(FileTypeTable fileTypes, ICoverNames covers, MessageIdSource ids, TimeProvider time, IOptions<GatewayOptions> options)
{
    private const int MaxWhitespaceProbe = 64 * 1024;

    /// <summary>Splits a mail of this sender.</summary>
    public async Task<SplitResult> SplitAsync(
        Sender sender, IEnumerable<(string Address, RecipientAddress.ToNumber Number)> recipients, ParsedMail mail, CancellationToken cancellationToken)
    {
        if (!OptionReader.TryReadHeaders(mail.OptionHeaders, out var ofHeaders, out var error)
            || !OptionReader.TryReadSubject(mail.Subject, out var ofSubject, out var subject, out error))
            return new SplitResult.Refused("5.6.0", error);
        if (Fragments(mail, out var fragments) is { } problem)
            return problem;
        var messages = new List<NewMessage>();
        var seen = new HashSet<(PhoneNumber, MessageType)>();
        foreach (var (address, number) in recipients)
        {
            var asked = number.Options.Or(ofSubject).Or(ofHeaders).Or(OptionReader.DefaultsOf(sender.Customer));
            if (!SendingTimes.TryFind(asked, time.GetUtcNow(), ZoneOf(sender.Customer), options.Value, out var times, out error))
                return new SplitResult.Refused("5.6.0", error);
            foreach (var type in TypesOf(number, fragments))
            {
                // The same number twice in one mail is one call.
                if (!seen.Add((number.Number, type)))
                    continue;
                if (Obstacle(type, fragments, subject, number.Type is not null) is { } obstacle)
                    return new SplitResult.Refused("5.6.1", obstacle);
                long? cover = null;
                if (type == MessageType.Fax && asked.WantsCover)
                {
                    var name = asked.Cover is null or Cover.On ? sender.User?.CoverPage ?? Cover.On : asked.Cover;
                    cover = await covers.FindAsync(sender.Customer.Key, name, cancellationToken);
                    if (cover is null)
                        return new SplitResult.Refused("5.6.0", await NoCoverAsync(sender.Customer, name, cancellationToken));
                }
                messages.Add(Message(sender, address, number.Number, type, asked, times, cover));
            }
        }
        return new SplitResult.Split(subject, fragments, messages);
    }

    /// <summary>
    /// Makes one message of a mail that somebody sent to a customer, by the customer's own rule. Options in it are a stranger's, and ask for nothing.
    /// </summary>
    public SplitResult SplitFor(Sender recipient, MessageType type, PhoneNumber number, ParsedMail mail)
    {
        if (Fragments(mail, out var fragments) is { } problem)
            return problem;
        if (Obstacle(type, fragments, mail.Subject, isAsked: true) is { } obstacle)
            return new SplitResult.Refused("5.6.1", obstacle);
        var address = $"{type.ToString().ToLowerInvariant()}:{number}";
        return new SplitResult.Split(mail.Subject, fragments,
            [Message(recipient, address, number, type, MessageOptions.None, new SendingTimes(null, options.Value.Expiry), cover: null)]);
    }

    /// <summary>The customer's time zone; UTC where the machine knows no such.</summary>
    public static TimeZoneInfo ZoneOf(Customer customer) => TimeZoneInfo.TryFindSystemTimeZoneById(customer.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>A message of a type, for sentences: "fax", "voice message".</summary>
    public static string NameOf(MessageType type) => type switch
    {
        MessageType.Fax => "fax",
        MessageType.Voice => "voice message",
        MessageType.Notification => "page",
        MessageType.Video => "video message",
    };

    private NewMessage Message(Sender sender, string address, PhoneNumber number, MessageType type, MessageOptions asked, SendingTimes times, long? cover) => new()
    {
        Id = ids.Next(),
        Type = type,
        ToAddress = address,
        Destination = number,
        Priority = asked.Priority ?? Priority.Medium,
        Resolution = asked.Resolution ?? options.Value.Resolution,
        NotBefore = times.NotBefore,
        ExpiryDuration = times.ExpiryDuration,
        Language = sender.Language,
        Reference = asked.Reference,
        Cover = cover,
        CoverFields = cover is null ? null : asked.CoverFields,
    };

    private SplitResult.Refused? Fragments(ParsedMail mail, out List<NewFragment> fragments)
    {
        fragments = [];
        foreach (var part in mail.Parts)
        {
            switch (fileTypes.Determine(part))
            {
                case FileTypeVerdict.Refused refused:
                    return new SplitResult.Refused("5.6.1", refused.Reason, part);
                case FileTypeVerdict.Known known when !IsBlank(part):
                    fragments.Add(new NewFragment(part.FileName ?? (part.IsBody ? "the text of the mail" : "the attachment"),
                        known.ContentType, part.Charset, part.IsBody, part.Content) { MessageType = known.IsText ? null : known.MessageType });
                    break;
            }
        }
        return null;
    }

    private async Task<string> NoCoverAsync(Customer customer, string name, CancellationToken cancellationToken) =>
        $"There is no cover page \"{name}\". Known are {string.Join(", ", (await covers.ListAsync(customer.Key, cancellationToken)).Append("off"))}.";

    private static IReadOnlyList<MessageType> TypesOf(RecipientAddress.ToNumber number, List<NewFragment> fragments)
    {
        if (number.Type is { } type)
            return [type];
        var types = fragments.Where(f => f.MessageType is not null).Select(f => f.MessageType!.Value).Distinct().Order().ToList();
        return types.Count == 0 ? [MessageType.Fax] : types;
    }

    /// <summary>Why a message of this type cannot be made of the mail, or null.</summary>
    private string? Obstacle(MessageType type, List<NewFragment> fragments, string subject, bool isAsked)
    {
        // To a number without a type each part goes as what it is.
        if (isAsked && fragments.Find(f => f.MessageType is { } own && own != type) is { } foreign)
        {
            return type == MessageType.Notification
                ? $"\"{foreign.Name}\" ({foreign.ContentType}) cannot be shown on a pager: send a text alone."
                : $"\"{foreign.Name}\" ({foreign.ContentType}) cannot be {Deed(type)}. Send it as one of: {fileTypes.KnownKinds(type)}; or write to the number without a type.";
        }
        return type switch
        {
            MessageType.Notification => fragments.Count == 0 && subject.Length == 0 ? "There is nothing to show on a pager: the mail has neither a subject nor a text." : null,
            MessageType.Video => fragments.Exists(f => f.MessageType == MessageType.Video)
                ? null : $"Nothing in this mail can be shown in a video call. Attach a film ({fileTypes.KnownKinds(type)}).",
            MessageType.Fax or MessageType.Voice => fragments.Count > 0
                ? null : $"Nothing in this mail can be {Deed(type)}: it has no text and no attachment. Attach one ({fileTypes.KnownKinds(type)}) or write a text.",
        };
    }

    private static string Deed(MessageType type) => type switch
    {
        MessageType.Fax => "faxed",
        MessageType.Voice => "played on a telephone",
        MessageType.Notification => "shown on a pager",
        MessageType.Video => "shown in a video call",
    };

    private static bool IsBlank(MailPart part)
    {
        if (!part.IsBody || part.Content.Path is not null || part.Content.Size > MaxWhitespaceProbe || part.ContentType is "text/html")
            return part.Content.Size == 0;
        // Enough for ASCII's white space; a text of exotic blanks makes a page without a mark, or none, when it is rendered.
        return part.Content.Inline.Span.IndexOfAnyExcept(" \t\r\n\f"u8) < 0;
    }
}
