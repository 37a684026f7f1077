using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Filter;

namespace Trunkline.Web.Api;

/// <summary>The rules of a customer for mail to it.</summary>
/// <param name="Rules">In order; docs/reference/filters.md says what a rule is.</param>
public sealed record FilterRules(string Customer, JsonNode Rules);

/// <summary>Rules that are to be in force from now on, and no others.</summary>
/// <param name="Customer">Its address; an operator names it.</param>
public sealed record NewFilterRules(JsonElement Rules, string? Customer = null);

/// <summary>Rules to try against a mail.</summary>
/// <param name="Rules">Left out for those that are in force.</param>
/// <param name="Mail">The mail as it was sent, base64; or else <paramref name="Message"/>.</param>
/// <param name="Message">The id of a submission, or of one of its messages.</param>
/// <param name="Sender">Of the envelope; left out for Return-Path, or else From.</param>
/// <param name="At">When it is to have come.</param>
public sealed record NewFilterTrial(
    JsonElement? Rules = null, byte[]? Mail = null, MessageId? Message = null, string? Customer = null, string? Sender = null, DateTimeOffset? At = null);

/// <summary>How a condition was answered.</summary>
public sealed record TriedConditionView(string Condition, bool Holds);

/// <summary>How a rule was answered; conditions behind the first that does not hold were not asked.</summary>
public sealed record TriedRuleView(string Name, bool Active, bool Matches, IReadOnlyList<TriedConditionView> Conditions);

/// <summary>What would be done.</summary>
public sealed record TriedActionView(string Rule, string Action, string? Page, string? Number, string? Problem);

/// <summary>What came of a trial.</summary>
/// <param name="Kept">True when the mail would be in the mailbox.</param>
public sealed record FilterTrialView(string Sender, string Subject, IReadOnlyList<TriedRuleView> Rules, IReadOnlyList<TriedActionView> Actions, bool Kept);

/// <summary><c>/v1/filters</c>: a customer's own rules; an operator's for any customer.</summary>
public static class FilterEndpoints
{
    // A mail of ten megabytes, in base64.
    private const long MaxTrialBytes = 14 * 1024 * 1024;

    public static void MapFilterEndpoints(this RouteGroupBuilder api)
    {
        api.MapGet("/filters", (ApiCaller caller, [FromQuery] string? customer, CustomerDirectory customers, FilterDirectory filters) =>
                OwnerOf(caller, customer, customers, out var owner) ?? Results.Ok(new FilterRules(owner.EmailAddress, Written(filters.Of(owner.Key).Rules))))
            .ForCustomers().Produces<FilterRules>().WithTags("filters").WithName("getFilters").WithSummary("The rules for mail to a customer, in their order.");
        api.MapPut("/filters", ReplaceAsync)
            .ForCustomers().Produces<FilterRules>().WithTags("filters").WithName("replaceFilters").WithSummary("These rules from now on, and no others.");
        api.MapPost("/filters/try", TryAsync).WithBodyLimit(MaxTrialBytes)
            .ForCustomers().Produces<FilterTrialView>().WithTags("filters").WithName("tryFilters").WithSummary("What rules would do with a mail; nothing is done.");
    }

    /// <summary>The customer that is meant: the caller's own, or the one that an operator names. A problem when there is none.</summary>
    internal static IResult? OwnerOf(ApiCaller caller, string? address, CustomerDirectory customers, out Customer owner)
    {
        owner = address is null ? caller.Customer! : customers.Find(address)!;
        if (owner is null)
            return address is null ? ApiProblem.Refused("customer", "Name the customer: the operator's key is no customer's.") : ApiProblem.NotFound($"customer {address}");
        return caller.MaySee(owner.Key) ? null : ApiProblem.NotFound($"customer {address}");
    }

    private static async Task<IResult> ReplaceAsync(
        ApiCaller caller, NewFilterRules body, CustomerDirectory customers, FilterDirectory filters, IFilterStore store, CancellationToken cancellationToken)
    {
        if (OwnerOf(caller, body.Customer, customers, out var owner) is { } problem)
            return problem;
        if (!FilterRuleFormat.TryRead(body.Rules, owner.Country, out var rules, out var error))
            return Refused(error);
        var pagers = filters.Of(owner.Key);
        var unknown = rules.SelectMany(r => r.Actions).OfType<FilterAction.Notify>().FirstOrDefault(n => pagers.Find(n.Pager) is null);
        if (unknown is not null)
            return ApiProblem.Refused("rules", $"There is no pager \"{unknown.Pager}\". Known are: {string.Join(", ", pagers.Pagers.Select(p => p.Name))}.");
        await store.ReplaceRulesAsync(owner.Key, rules, cancellationToken);
        await filters.ReloadAsync(cancellationToken);
        return Results.Ok(new FilterRules(owner.EmailAddress, Written(rules)));
    }

    private static async Task<IResult> TryAsync(
        ApiCaller caller, NewFilterTrial body, CustomerDirectory customers, FilterTrial trial, CancellationToken cancellationToken)
    {
        if (OwnerOf(caller, body.Customer, customers, out var owner) is { } problem)
            return problem;
        IReadOnlyList<FilterRule>? rules = null;
        if (body.Rules is { } written)
        {
            if (!FilterRuleFormat.TryRead(written, owner.Country, out var read, out var fault))
                return Refused(fault);
            rules = read;
        }
        if ((body.Mail is null) == (body.Message is null))
            return ApiProblem.Refused("mail", "Give a mail, or the id of a message; not both.");
        if (body.Message is { } id)
        {
            return await trial.TryAsync(owner, rules, id, caller.IsOperator, body.At, cancellationToken) is { } ofStored
                ? Results.Ok(View(ofStored)) : ApiProblem.NotFound($"message {id}");
        }
        return trial.Try(owner, rules, body.Mail, body.Sender, body.At, out var error) is { } result
            ? Results.Ok(View(result)) : ApiProblem.Refused("mail", error);
    }

    private static JsonArray Written(IEnumerable<FilterRule> rules) => [.. rules.Select(FilterRuleFormat.Write)];

    // "rules[2].if[0].op: one of …": the place, then the sentence.
    private static IResult Refused(string error)
    {
        var colon = error.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? ApiProblem.Refused("rules", error) : ApiProblem.Refused(error[..colon], error[(colon + 2)..]);
    }

    private static FilterTrialView View(FilterTrialResult result) => new(
        result.Mail.Sender,
        result.Mail.Subject,
        [.. result.Verdict.Rules.Select(r => new TriedRuleView(r.Rule.Name, r.Rule.IsActive, r.Matches,
            [.. r.Conditions.Select(c => new TriedConditionView(c.Condition.ToString(), c.Holds))]))],
        [.. result.Actions.Select(a => new TriedActionView(a.Rule.Name, a.Action.ToString(), a.Page, a.Destination?.E164, a.Problem))],
        result.IsKept);
}
