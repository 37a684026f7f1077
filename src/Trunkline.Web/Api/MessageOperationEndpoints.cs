using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Web.Api;

/// <summary>What came of an operation on one message.</summary>
/// <param name="Status">Where it stands now.</param>
/// <param name="Reason">Left out when all is said.</param>
public sealed record OperatedMessage(MessageId Id, OperationResult Result, MessageStatus? Status, string? Reason);

/// <summary>What came of an operation on a message, or on all messages of a submission.</summary>
public sealed record Operated(IReadOnlyList<OperatedMessage> Messages);

/// <summary>What is to be another: at least one of them.</summary>
/// <param name="At">Sent, or tried again, at this time or later.</param>
public sealed record MessageChange(Priority? Priority = null, DateTimeOffset? At = null);

/// <summary>How something is sent again; an empty body is none of it.</summary>
/// <param name="EvenUncertain">Also what may have arrived.</param>
public sealed record ResendRequest(bool EvenUncertain = false);

/// <summary>What is sent again.</summary>
public sealed record Resent(MessageId Submission, IReadOnlyList<MessageId> Messages);

/// <summary>
/// Hold, release, cancel, resend, another priority or time: of one message, or by a submission's id of all its messages. One message that is not in the
/// state for it is a conflict; of a submission the answer says it for each.
/// </summary>
public static class MessageOperationEndpoints
{
    public static void MapMessageOperationEndpoints(this RouteGroupBuilder api)
    {
        var messages = api.MapGroup("/messages").ForCustomers().WithTags("messages");
        Map(messages, "hold", "Keep it from leaving until it is released.", (o, id, customer, token) => o.HoldAsync(id, customer, token));
        Map(messages, "release", "Let it go on.", (o, id, customer, token) => o.ReleaseAsync(id, customer, token));
        Map(messages, "cancel", "End it; at a resource: see to it that nothing is tried after this call.", (o, id, customer, token) => o.CancelAsync(id, customer, token));
        messages.MapPatch("/{id}", ChangeAsync).Produces<Operated>().Produces<ApiProblem>(StatusCodes.Status409Conflict, ApiProblem.ContentType)
            .WithName("changeMessage").WithSummary("Another priority, or another time to be sent.");
        messages.MapPost("/{id}/resend", ResendAsync).Produces<Resent>(StatusCodes.Status202Accepted).Produces<ApiProblem>(StatusCodes.Status409Conflict, ApiProblem.ContentType)
            .WithName("resendMessage").WithSummary("Send again what has ended: the same documents, as a new submission.");
    }

    private static void Map(RouteGroupBuilder messages, string verb, string summary,
        Func<MessageOperations, MessageId, long?, CancellationToken, Task<IReadOnlyList<OperationAnswer>>> act) => messages
        .MapPost("/{id}/" + verb, async (string id, ApiCaller caller, MessageOperations operations, CancellationToken cancellationToken) =>
            MessageId.TryParse(id, out var key) ? Answer(key, await act(operations, key, caller.OnlyCustomer, cancellationToken)) : Missing())
        .Produces<Operated>().Produces<ApiProblem>(StatusCodes.Status409Conflict, ApiProblem.ContentType).WithName(verb + "Message").WithSummary(summary);

    private static async Task<IResult> ChangeAsync(
        string id, MessageChange change, ApiCaller caller, MessageOperations operations, CancellationToken cancellationToken)
    {
        if (!MessageId.TryParse(id, out var key))
            return Missing();
        if (change.Priority is null && change.At is null)
            return ApiProblem.Malformed("priority", "Say what is to be another: \"priority\", \"at\", or both.");
        IReadOnlyList<OperationAnswer> answers = [];
        if (change.Priority is { } priority)
            answers = await operations.SetPriorityAsync(key, caller.OnlyCustomer, priority, cancellationToken);
        // Where the one was refused, so is the other, for the same reason.
        if (change.At is { } at)
            answers = await operations.SetTimeAsync(key, caller.OnlyCustomer, at, cancellationToken);
        return Answer(key, answers);
    }

    private static async Task<IResult> ResendAsync(
        string id, ResendRequest? asked, ApiCaller caller, MessageOperations operations, CancellationToken cancellationToken)
    {
        if (!MessageId.TryParse(id, out var key))
            return Missing();
        var answer = await operations.ResendAsync(key, caller.OnlyCustomer, asked?.EvenUncertain ?? false, cancellationToken);
        if (answer.Submission is { } submission)
            return Results.Accepted($"{ApiGate.Path}/messages?submission={submission}", new Resent(submission, answer.Messages));
        return answer.Result == OperationResult.Unknown ? Missing() : ApiProblem.Conflict(answer.Reason);
    }

    private static IResult Answer(MessageId asked, IReadOnlyList<OperationAnswer> answers)
    {
        if (answers is [{ Result: OperationResult.Unknown }])
            return Missing();
        // Of the one message that was named, no is no; of a submission some may be past it.
        if (answers is [{ Result: OperationResult.Refused } only] && only.Message == asked)
            return ApiProblem.Conflict(only.Reason);
        return Results.Ok(new Operated([.. answers.Select(a => new OperatedMessage(a.Message, a.Result, a.Status, a.Reason.Length == 0 ? null : a.Reason))]));
    }

    private static IResult Missing() => ApiProblem.NotFound("message of this id");
}
