using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Record;

namespace Trunkline.Web.Api.Messages;

/// <summary>
/// Messages by HTTP: the same desk as for mail, the same checks, the same commit. A refusal names the field; 202 is said after the commit. With an
/// <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header) the answer is kept in that commit, so that a request that comes again, also after
/// a crash in between, finds either nothing of itself or all of it.
/// </summary>
internal sealed partial class MessageIntake(MessageReader reader, IntakeDesk desk, SpaceGuard space, CustomerDirectory customers, IRequestClaims claims,
    RequestTurns turns, ApiOptions limits, TimeProvider time, IOptions<GatewayOptions> options) : IDisposable
{
    private const string LaterSeconds = "60";

    private readonly SemaphoreSlim _uploads = new(limits.UploadsAtOnce);

    /// <inheritdoc />
    public void Dispose() => _uploads.Dispose();

    /// <summary>Reads, judges and commits one request.</summary>
    public async Task<IResult> AcceptAsync(HttpContext context, ApiCaller caller)
    {
        var (key, malformed) = IdempotencyKey.Read(context.Request);
        if (malformed is not null)
            return malformed;
        // Before it is read: a disk that is nearly full must not be filled by what is refused afterwards.
        if (space.Refusal() is { } noRoom)
            return Problem(context, noRoom, null);
        if (!await _uploads.WaitAsync(TimeSpan.Zero, context.RequestAborted))
            return Problem(context, IntakeVerdict.Later("4.3.2", "As many requests are being read as may be at once. Try again later."), null);
        try
        {
            return await AcceptAsync(context, caller, key);
        }
        finally
        {
            _uploads.Release();
        }
    }

    private async Task<IResult> AcceptAsync(HttpContext context, ApiCaller caller, string? key)
    {
        var (read, problem) = await reader.ReadAsync(context.Request, context.RequestAborted);
        if (read is null)
            return problem!;
        using var draft = read;
        if (FindSender(caller, draft, out var sender) is { } unknown)
            return unknown;
        if (key is null)
            return await CommitAsync(context, caller, sender, draft, null, null);
        var customer = sender.Customer;
        using var turn = turns.TryEnter(customer.Key, key);
        if (turn is null)
            return IdempotencyKey.Running();
        var fingerprint = draft.Fingerprint();
        return await claims.FindAsync(customer.Key, key, time.GetUtcNow(), context.RequestAborted) is { } claim
            ? IdempotencyKey.Replay(context, claim, fingerprint)
            : await CommitAsync(context, caller, sender, draft, key, fingerprint);
    }

    private async Task<IResult> CommitAsync(HttpContext context, ApiCaller caller, Sender sender, MessageDraft draft, string? key, byte[]? fingerprint)
    {
        var envelope = new IntakeEnvelope
        {
            RemoteAddress = caller.Address,
            Authenticated = sender,
            Sender = sender.EmailAddress,
            Source = "http",
            Claim = key is null ? null : n => new RequestClaim(sender.Customer.Key, key, fingerprint!, Answer(n), time.GetUtcNow() + limits.ClaimsKept),
        };
        var verdict = desk.VerifySender(envelope);
        if (!verdict.IsAccepted)
            return Problem(context, verdict, null);
        if (VerifyRecipients(context, envelope, draft) is { } refusal)
            return refusal;
        // From here on the request may be abandoned by its sender; what is begun is done whole.
        verdict = await desk.AcceptAsync(envelope, Mail(draft), draft.Size, () => throw new InvalidOperationException("Nobody gets this as mail."), CancellationToken.None);
        return verdict.IsAccepted
            ? Results.Text(Answer(envelope.Accepted!), "application/json", Encoding.UTF8, StatusCodes.Status202Accepted)
            : Problem(context, InOwnWords(verdict), FieldOf(envelope, draft, verdict));
    }

    // The desk knows options as headers of a mail; who sends by HTTP has written none.
    private static IntakeVerdict InOwnWords(IntakeVerdict verdict) => verdict with { Text = NamedHeader().Replace(verdict.Text, "") };

    private IResult? VerifyRecipients(HttpContext context, IntakeEnvelope envelope, MessageDraft draft)
    {
        var errors = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        for (var i = 0; i < draft.To.Count; i++)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"to[{i}]");
            if (MessageNames.AddressOf(draft.To[i], options.Value.Domain) is not { } address)
            {
                errors[field] = ["A recipient is a type and a number with its country code: fax:+12025550100, voice:…, page:…, video:…"];
                continue;
            }
            var verdict = desk.VerifyRecipient(envelope, address);
            if (!verdict.IsAccepted && !verdict.IsPermanent)
                return Problem(context, verdict, field);
            if (!verdict.IsAccepted)
                errors[field] = [verdict.Text];
        }
        return errors.Count == 0 ? null : ApiProblem.Refused(errors);
    }

    private static ParsedMail Mail(MessageDraft draft) => new()
    {
        From = null,
        Subject = draft.Subject,
        MessageId = null,
        References = [],
        IsAutomatic = false,
        OptionHeaders = draft.Options.ToDictionary(o => "x-trunkline-" + o.Key, o => o.Value, StringComparer.Ordinal),
        RawHeaders = Encoding.ASCII.GetBytes(EncodedSubject(draft.Subject)),
        Hops = 0,
        Parts = [.. draft.Parts.Select(p => p.Part)],
    };

    private static string Answer(NewSubmission submission) => JsonSerializer.Serialize(new AcceptedSubmission(submission.Id.ToString(),
        [.. submission.Messages.Select(m => new AcceptedMessage(m.Id.ToString(), MessageWords.Of(m.Type, m.Destination.E164), MessageWords.Of(m.Type),
            MessageWords.Of(MessageStatus.Pending), m.NotBefore))]), ApiJson.Options);

    /// <summary>A problem when it cannot be told whose message it is, else null.</summary>
    private IResult? FindSender(ApiCaller caller, MessageDraft draft, out Sender sender)
    {
        sender = caller.Sender!;
        if (draft.Customer is { } named && !named.Equals(caller.Sender?.EmailAddress, StringComparison.OrdinalIgnoreCase))
        {
            if (!caller.IsOperator)
                return ApiProblem.Refused("customer", "Your key sends your own messages only.");
            if (customers.FindRecipient(named) is not { } found)
                return ApiProblem.Refused("customer", $"There is no customer {named}.");
            sender = found;
        }
        return sender is null
            ? ApiProblem.Refused("customer", "An operator's key is no customer's: name the customer whose message this is by its address.")
            : null;
    }

    private static IResult Problem(HttpContext context, IntakeVerdict verdict, string? field)
    {
        if (verdict.IsPermanent)
            return field is null ? ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, verdict.Text) : ApiProblem.Refused(field, verdict.Text);
        context.Response.Headers.RetryAfter = LaterSeconds;
        // 4.7.x is a policy of the customer's (RFC 3463); all else is this machine's.
        var status = verdict.EnhancedCode.StartsWith("4.7.", StringComparison.Ordinal) ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
        return ApiProblem.Answer(status, verdict.Text, field is null ? null : ApiProblem.OneError(field, verdict.Text));
    }

    private static string? FieldOf(IntakeEnvelope envelope, MessageDraft draft, IntakeVerdict verdict)
    {
        if (envelope.Judged is { } judged)
            return draft.Parts.Find(p => ReferenceEquals(p.Part, judged)).Field;
        var option = OptionHeader().Match(verdict.Text);
        if (option.Success && draft.Options.ContainsKey(option.Groups[1].Value.ToLowerInvariant()))
            return option.Groups[1].Value.ToLowerInvariant();
        return draft.Parts.Count == 0 ? "text" : null;
    }

    /// <summary>A subject in the header block that a receipt returns: RFC 2047 where it is not ASCII.</summary>
    private static string EncodedSubject(string subject)
    {
        if (subject.All(c => c is >= ' ' and < (char)0x7f))
            return $"Subject: {subject}\r\n";
        // An encoded word has at most 75 characters, and no character is cut in two.
        const int MaxWordBytes = 42;
        var words = new List<string>();
        var word = new List<byte>();
        foreach (var rune in subject.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + bytes.Length > MaxWordBytes)
            {
                words.Add(Convert.ToBase64String([.. word]));
                word.Clear();
            }
            word.AddRange(bytes);
        }
        words.Add(Convert.ToBase64String([.. word]));
        return $"Subject: {string.Join("\r\n ", words.Select(w => $"=?utf-8?B?{w}?="))}\r\n";
    }

    [GeneratedRegex("^The header x-trunkline-[a-z]+: ", RegexOptions.IgnoreCase)]
    private static partial Regex NamedHeader();

    [GeneratedRegex("x-trunkline-([a-z]+)", RegexOptions.IgnoreCase)]
    private static partial Regex OptionHeader();
}
