using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Web.Api;

/// <summary>The words of receipts in a language.</summary>
/// <param name="Kind"><c>sent</c>, <c>not-sent</c>, <c>partly</c>, <c>perhaps</c>; <c>broadcast-sent</c>, <c>broadcast-cancelled</c>, <c>broadcast-failed</c>.</param>
/// <param name="IsShipped">False for what the operator wrote.</param>
public sealed record ResponseView(string Language, string Kind, string Subject, string Text, bool IsShipped);

/// <summary>The words to use from now on.</summary>
public sealed record ResponseInput(string Subject, string Text);

/// <summary><c>/v1/responses</c>: the response table (Table 6).</summary>
public static class ResponseEndpoints
{
    public static void MapResponseEndpoints(this RouteGroupBuilder api)
    {
        api.MapGet("/responses", (ReceiptTexts texts) => Results.Ok(new Page<ResponseView>([.. texts.All().Select(t => View(t.Response, t.IsShipped))], null)))
            .Produces<Page<ResponseView>>().WithTags("responses").WithName("listResponses").WithSummary("The words of receipts, in every language and of every kind.");
        api.MapPut("/responses/{language}/{kind}", async (string language, string kind, ResponseInput input, ReceiptTexts texts, CancellationToken token) =>
        {
            if (!ResponseKinds.TryParse(kind, out var known))
                return ApiProblem.NotFound($"kind of receipt \"{kind}\": there are {ResponseKinds.All}");
            var response = new Response(language, known, input.Subject, input.Text);
            return await texts.SaveAsync(response, token) is { } fault
                ? ApiProblem.Refused(fault.Contains("language", StringComparison.Ordinal) ? "language" : fault.StartsWith("The subject", StringComparison.Ordinal) ? "subject" : "text", fault)
                : Results.Ok(View(response, false));
        }).Produces<ResponseView>().WithTags("responses").WithName("putResponse").WithSummary("Uses other words, from the next receipt on.");
        api.MapDelete("/responses/{language}/{kind}", async (string language, string kind, ReceiptTexts texts, CancellationToken token) =>
            ResponseKinds.TryParse(kind, out var known) && await texts.ResetAsync(language, known, token)
                ? Results.NoContent()
                : ApiProblem.NotFound($"text of the operator's for {language}, {kind}"))
            .Produces(StatusCodes.Status204NoContent).WithTags("responses").WithName("resetResponse").WithSummary("Back to the words as shipped.");
    }

    private static ResponseView View(Response response, bool isShipped) =>
        new(response.Language, response.Kind.Code(), response.Subject, response.Text, isShipped);
}
