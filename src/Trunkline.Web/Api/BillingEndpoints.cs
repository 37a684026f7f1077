using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>How a customer stands.</summary>
/// <param name="Balance">What it may still spend; below zero what it owes.</param>
/// <param name="Held">For messages that are under way.</param>
/// <param name="OtherBalances">In currencies that it had before.</param>
public sealed record BalanceView(
    string Customer, BillType BillType, Money Balance, Money Held, Money SpentToday, Money SpentThisMonth, Money? Credit, Money? DayLimit, Money? MonthLimit,
    IReadOnlyList<Money> OtherBalances);

/// <summary>A line of the ledger.</summary>
public sealed record LedgerView(
    string Entry, string Transaction, DateTimeOffset At, string Account, Money Amount, string Kind, MessageId? Message, int? Attempt, string? Reference, string Memo);

/// <summary>What the operator books.</summary>
/// <param name="Customer">Its address.</param>
/// <param name="Kind"><c>topup</c>, <c>correction</c> or <c>refund</c>.</param>
/// <param name="Amount">As it was paid, in any currency that has a rate; above zero, of a correction also below.</param>
/// <param name="Reference">The operator's mark, under which it is booked once.</param>
public sealed record PaymentInput(string Customer, string Kind, Money Amount, string Reference, string? Memo = null);

/// <summary>What was booked, and how the customer stands now.</summary>
/// <param name="IsNew">False when it was booked before under this reference.</param>
public sealed record PaymentView(bool IsNew, BalanceView Balance);

/// <summary>What an invoice is made of: a month by the customer's clock.</summary>
public sealed record StatementView(
    string Customer, string Month, DateTimeOffset From, DateTimeOffset To, Money Opening, IReadOnlyList<StatementLine> Charges, Money Charged,
    IReadOnlyList<StatementPaymentView> Payments, Money Closing);

/// <summary>A payment of a statement.</summary>
public sealed record StatementPaymentView(DateTimeOffset At, string Kind, Money Amount, string Reference, string Memo);

/// <summary><c>/v1/billing</c>: balances, the ledger, payments, statements.</summary>
public static class BillingEndpoints
{
    public static void MapBillingEndpoints(this RouteGroupBuilder api)
    {
        var billing = api.MapGroup("/billing").WithTags("billing");
        billing.MapGet("/balance", BalanceAsync).ForCustomers().Produces<BalanceView>().WithName("getBalance")
            .WithSummary("How a customer stands. An operator names it; a customer's key sees its own.");
        billing.MapGet("/ledger", LedgerAsync).ForCustomers().Produces<Page<LedgerView>>().WithName("listLedger")
            .WithSummary("Lines of the ledger, oldest first; a customer's key sees its own account.");
        billing.MapPost("/payments", PayAsync).Produces<PaymentView>().Produces<PaymentView>(StatusCodes.Status201Created)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status409Conflict, typeof(ApiProblem), [ApiProblem.ContentType]))
            .WithName("addPayment").WithSummary("Books a top-up, a correction or a refund, once under its reference.");
        billing.MapGet("/statement", StatementAsync).ForCustomers().Produces<StatementView>().WithName("getStatement")
            .WithSummary("What an invoice is made of: a customer's charges by type and country, and its payments, of a month by its own clock.");
        billing.MapGet("/check", async (IBillingStore store, CancellationToken cancellationToken) => Results.Ok(await store.CheckAsync(cancellationToken)))
            .Produces<LedgerCheck>().WithName("checkLedger").WithSummary("Counts the whole ledger again; names what does not agree.");
        billing.MapBillingRecords();
        billing.MapExchangeRates();
        billing.MapCurrencies();
    }

    /// <summary>Whom a question is about: the caller's own customer, or the one that an operator names. A problem when there is none.</summary>
    internal static (Customer? Customer, IResult? Problem) Asked(ApiCaller caller, string? address, CustomerDirectory customers)
    {
        if (!caller.IsOperator)
        {
            var isOwn = address is null || address.Equals(caller.Customer!.EmailAddress, StringComparison.OrdinalIgnoreCase);
            return isOwn ? (caller.Customer, null) : (null, ApiProblem.NotFound($"customer {Short(address!)}"));
        }
        if (address is null)
            return (null, ApiProblem.Malformed("customer", "Say which customer, by its address."));
        return customers.Find(address) is { } found ? (found, null) : (null, ApiProblem.NotFound($"customer {Short(address)}"));
    }

    /// <summary>Reads a time of the query; a problem when it is none.</summary>
    internal static IResult? ReadTime(string field, string? text, out DateTimeOffset? time)
    {
        time = null;
        if (text is null)
            return null;
        if (!ApiTime.TryRead(text, out var read))
            return ApiProblem.Malformed(field, ApiTime.Expected);
        time = read;
        return null;
    }

    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    internal static bool TryCursor(string? text, out long after)
    {
        after = 0;
        return text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after);
    }

    private static string Short(string text) => text.Length > 100 ? text[..100] : text;

    private static async Task<IResult> BalanceAsync(
        ApiCaller caller, string? customer, CustomerDirectory customers, IBillingStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var (asked, problem) = Asked(caller, customer, customers);
        return asked is null ? problem! : Results.Ok(await StandAsync(asked, store, time, cancellationToken));
    }

    private static async Task<BalanceView> StandAsync(Customer customer, IBillingStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var state = await store.AccountAsync(customer.Key, null, customer.Currency, CustomerDay.Of(time.GetUtcNow(), customer.TimeZone), cancellationToken);
        return new BalanceView(customer.EmailAddress, customer.BillType, state.Spend.Balance, state.Spend.Held, state.Spend.SpentToday, state.Spend.SpentThisMonth,
            customer.Limits.Credit, customer.Limits.DaySpend, customer.Limits.MonthSpend, [.. state.Balances.Where(b => b.Currency != customer.Currency && !b.IsZero)]);
    }

    private static async Task<IResult> LedgerAsync(
        ApiCaller caller, [AsParameters] PageQuery page, string? customer, string? account, string? from, string? to, CustomerDirectory customers,
        IBillingStore store, CancellationToken cancellationToken)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        if (!TryCursor(page.After, out var after))
            return PageQuery.UnknownCursor();
        if (ReadTime("from", from, out var begins) is { } noBegin)
            return noBegin;
        if (ReadTime("to", to, out var ends) is { } noEnd)
            return noEnd;
        if (!caller.IsOperator || customer is not null)
        {
            var (asked, problem) = Asked(caller, customer, customers);
            if (asked is null)
                return problem!;
            var own = Account.Customer(asked.Key);
            if (account is not null && account != own && !caller.IsOperator)
                return ApiProblem.NotFound($"account {Short(account)}");
            account ??= own;
        }
        var entries = await store.LedgerAsync(new LedgerQuery(account, begins, ends, after, page.Size + 1), cancellationToken);
        return Results.Ok(page.Cut([.. entries.Select(View)], e => e.Entry));
    }

    private static async Task<IResult> PayAsync(
        PaymentInput input, CustomerDirectory customers, PaymentDesk desk, IBillingStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (customers.Find(input.Customer) is not { } customer)
            return ApiProblem.Refused("customer", $"There is no customer {Short(input.Customer)}.");
        if (!LedgerKinds.TryParse(input.Kind, out var kind))
            return ApiProblem.Refused("kind", "A payment is a topup, a correction or a refund.");
        switch (await desk.PayAsync(customer, kind, input.Amount, input.Reference, input.Memo ?? "", cancellationToken))
        {
            case PaymentAnswer.Refused refused:
                return ApiProblem.Refused(refused.Field, refused.Reason);
            case PaymentAnswer.ReferenceTaken:
                return ApiProblem.Conflict($"Another payment was booked under the reference {Short(input.Reference)}. Look at the ledger, and choose another one.");
            case PaymentAnswer.Done done:
                var view = new PaymentView(done.IsNew, await StandAsync(customer, store, time, cancellationToken));
                return done.IsNew ? Results.Json(view, ApiJson.Options, statusCode: StatusCodes.Status201Created) : Results.Ok(view);
            default:
                throw new InvalidOperationException("An answer to a payment of a kind that is not known.");
        }
    }

    private static async Task<IResult> StatementAsync(
        ApiCaller caller, string? customer, string month, CustomerDirectory customers, IBillingStore store, CancellationToken cancellationToken)
    {
        var (asked, problem) = Asked(caller, customer, customers);
        if (asked is null)
            return problem!;
        if (!DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) || first.Year is < 2000 or > 9000)
            return ApiProblem.Malformed("month", "A month is written as 2026-11.");
        var from = CustomerDay.Begins(first, asked.TimeZone);
        var to = CustomerDay.Begins(first.AddMonths(1), asked.TimeZone);
        var statement = await store.StatementAsync(asked.Key, asked.Currency, from, to, cancellationToken);
        return Results.Ok(new StatementView(asked.EmailAddress, month, from, to, statement.Opening, statement.Charges,
            statement.Charges.Aggregate(Money.Zero(asked.Currency), (sum, line) => sum + line.Total),
            [.. statement.Payments.Select(p => new StatementPaymentView(p.At, p.Kind.Code(), p.Amount, p.Reference, p.Memo))], statement.Closing));
    }

    private static LedgerView View(LedgerEntry e) => new(Text(e.Entry), Text(e.Transaction), e.At, e.Account, e.Amount, e.Kind.Code(), e.Message,
        e.Message is null ? null : e.Attempt, e.Reference, e.Memo);
}
