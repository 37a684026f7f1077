using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;

namespace Trunkline.Web.Api.Messages;

/// <summary><c>/v1/messages</c>: to send, and to look at what was sent.</summary>
public static class MessageEndpoints
{
    private const int MaxEvents = 200;
    private const int MaxReceiptMessages = 100;
    private const string NoPages = "Its pages are not made yet, or not kept any more.";
    private const int DefaultWidth = 864;
    private const string MailType = "message/rfc822";

    public static void MapMessageEndpoints(this RouteGroupBuilder api, ApiOptions limits)
    {
        var messages = api.MapGroup("/messages").ForCustomers().WithTags("messages");
        messages.MapPost("", (HttpContext context, ApiCaller caller, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey) =>
                context.RequestServices.GetRequiredService<MessageIntake>().AcceptAsync(context, caller))
            .WithBodyLimit(limits.MaxMessageBytes).Accepts<MessageRequest>("application/json", "multipart/form-data")
            .Produces<AcceptedSubmission>(StatusCodes.Status202Accepted).Produces<ApiProblem>(StatusCodes.Status409Conflict, ApiProblem.ContentType)
            .WithName("sendMessages").WithSummary("Send a message to numbers: accepted once it is durable.");
        messages.MapGet("", ListAsync).Produces<Page<MessageView>>().WithName("listMessages").WithSummary("Messages, newest first.");
        messages.MapGet("/{id}", FindAsync).Produces<MessageDetail>().WithName("getMessage").WithSummary("A message with its attempts and what happened to it.");
        messages.MapGet("/{id}/calls", CallsAsync).Produces<CallList>()
            .WithName("getCalls").WithSummary("The records of its calls: signalling, T.30 and T.38 in time, rates, losses, times of pages.");
        messages.MapGet("/{id}/receipt", ReceiptAsync).Produces<ReceiptView>(200, "application/json", MailType)
            .WithName("getReceipt").WithSummary("The receipt: as it was mailed (Accept: message/rfc822), or as JSON.");
        messages.MapGet("/{id}/pages/{page:int}.png", PageAsync).Produces(200, contentType: "image/png")
            .WithName("getPage").WithSummary("A page as a picture, from 1; width 100 to 1728.");
    }

    private static async Task<IResult> ListAsync(ApiCaller caller, IMessageRecords records, [AsParameters] PageQuery page,
        string? status, string? type, string? to, string? since, string? submission, CancellationToken cancellationToken)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        var filter = new MessageFilter { Customer = caller.OnlyCustomer };
        if (status is not null)
        {
            if (!MessageNames.TryReadStatus(status, out var its))
                return ApiProblem.Malformed("status", $"A status is one of {string.Join(", ", Enum.GetValues<MessageStatus>().Select(MessageWords.Of))}.");
            filter = filter with { Status = its };
        }
        if (type is not null)
        {
            if (!MessageNames.TryReadType(type, out var its))
                return ApiProblem.Malformed("type", "A type is fax, voice, page or video.");
            filter = filter with { Type = its };
        }
        if (to is not null)
        {
            if (!QueryNumber.TryRead(to, caller.Customer?.Country ?? "US", out var number))
                return ApiProblem.Malformed("to", QueryNumber.Expected);
            filter = filter with { To = number.E164 };
        }
        if (since is not null)
        {
            if (!ApiTime.TryRead(since, out var time))
                return ApiProblem.Malformed("since", ApiTime.Expected);
            filter = filter with { Since = time };
        }
        if (submission is not null)
        {
            if (!MessageId.TryParse(submission, out var id))
                return ApiProblem.Malformed("submission", "An id is a text of 13 letters and digits.");
            filter = filter with { Submission = id };
        }
        MessageId? before = null;
        if (page.After is not null)
        {
            if (!MessageId.TryParse(page.After, out var id))
                return PageQuery.UnknownCursor();
            before = id;
        }
        var (messages, next) = await records.ListAsync(filter, before, page.Size, cancellationToken);
        return Results.Ok(new Page<MessageView>([.. messages.Select(MessageView.Of)], next?.ToString()));
    }

    private static async Task<IResult> FindAsync(string id, ApiCaller caller, IMessageRecords records, CancellationToken cancellationToken)
    {
        if (await SeenAsync(id, caller, records, cancellationToken) is not { } message)
            return ApiProblem.NotFound("message " + Shown(id));
        var attempts = await records.AttemptsAsync(message.Id, cancellationToken);
        var events = await records.EventsAsync(message.Submission, message.Id, MaxEvents, cancellationToken);
        return Results.Ok(new MessageDetail(MessageView.Of(message), [.. attempts.Select(AttemptView.Of)], [.. events.Select(e => new EventView(e.At, e.Code, e.Detail))]));
    }

    private static async Task<IResult> CallsAsync(
        string id, ApiCaller caller, IMessageRecords records, CallRecordFinder finder, CancellationToken cancellationToken)
    {
        if (await SeenAsync(id, caller, records, cancellationToken) is not { } message)
            return ApiProblem.NotFound("message " + Shown(id));
        var (calls, notReached) = await finder.FindAsync(message.Id, await records.AttemptsAsync(message.Id, cancellationToken), cancellationToken);
        return Results.Ok(new CallList(calls, notReached));
    }

    private static async Task<IResult> ReceiptAsync(string id, HttpRequest request, ApiCaller caller, IMessageRecords records, CancellationToken cancellationToken)
    {
        if (await SeenAsync(id, caller, records, cancellationToken) is not { } message)
            return ApiProblem.NotFound("message " + Shown(id));
        if (await records.ReceiptAsync(message.Submission, cancellationToken) is not { } receipt)
            return ApiProblem.NotFound("receipt of this message yet, or nobody was to have one,");
        if (WantsMail(request))
        {
            return receipt.Content is { } mail
                ? Results.Bytes(mail, MailType)
                : ApiProblem.Of(StatusCodes.Status404NotFound, "The receipt itself is not kept any more. Ask for application/json.");
        }
        var (messages, _) = await records.ListAsync(new MessageFilter { Submission = message.Submission, Customer = message.CustomerKey }, null, MaxReceiptMessages, cancellationToken);
        return Results.Ok(new ReceiptView(receipt.Submission, receipt.Recipient, receipt.WrittenAt, [.. messages.Reverse().Select(MessageView.Of)]));
    }

    private static async Task<IResult> PageAsync(string id, int page, int? width, ApiCaller caller, IMessageRecords records, DocumentPress press, IFaxRenderer renderer,
        CancellationToken cancellationToken)
    {
        if (width is < 100 or > 1728)
            return ApiProblem.Malformed("width", "A width is 100 to 1728 points.");
        if (await SeenAsync(id, caller, records, cancellationToken) is not { } message)
            return ApiProblem.NotFound("message " + Shown(id));
        if (message.DocumentKey is not { } document || message.Pages is not { } pages)
            return ApiProblem.Of(StatusCodes.Status404NotFound, NoPages);
        if (page < 1 || page > pages)
            return ApiProblem.Of(StatusCodes.Status404NotFound, $"This message has the pages 1 to {pages}.");
        // A cover is one page in a file of its own, and the document's pages are counted from behind it.
        var (key, ofKey) = message.CoverKey is not { } cover ? (document, page) : page == 1 ? (cover, 1) : (document, page - 1);
        return press.HasPages(key)
            ? Results.Bytes(await renderer.PreviewAsync(press.PathOf(key), ofKey, width ?? DefaultWidth, cancellationToken), "image/png")
            : ApiProblem.Of(StatusCodes.Status404NotFound, NoPages);
    }

    private static async Task<MessageRecord?> SeenAsync(string id, ApiCaller caller, IMessageRecords records, CancellationToken cancellationToken) =>
        MessageId.TryParse(id, out var key) && await records.FindAsync(key, cancellationToken) is { } message && caller.MaySee(message.CustomerKey) ? message : null;

    private static bool WantsMail(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        double Quality(string type) => accepted.Where(a => new MediaTypeHeaderValue(type).IsSubsetOf(a)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
        return accepted.Count > 0 && Quality(MailType) > Quality("application/json");
    }

    private static string Shown(string id) => new([.. id.Where(char.IsAsciiLetterOrDigit).Take(20)]);
}
