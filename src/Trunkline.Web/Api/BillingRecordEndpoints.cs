using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;

namespace Trunkline.Web.Api;

/// <summary>A batch of the export.</summary>
public sealed record BatchView(string Batch, string FirstRecord, string LastRecord, int Records, DateTimeOffset MadeAt);

/// <summary><c>/v1/billing/cdr</c> and <c>/v1/billing/export</c>: call detail records, and batches of them that never change.</summary>
internal static class BillingRecordEndpoints
{
    private const string Csv = "text/csv";

    // What one reading of the store holds in memory.
    private const int RecordsAtOnce = 1000;

    public static void MapBillingRecords(this RouteGroupBuilder billing)
    {
        billing.MapGet("/cdr", ListAsync).ForCustomers().Produces<Page<CallDetail>>().WithName("listCallDetails")
            .WithSummary("Call detail records, oldest first; a customer's key sees its own, without what they cost the operator.");
        billing.MapGet("/cdr.csv", AllAsync).ForCustomers().Produces<string>(contentType: Csv).WithName("downloadCallDetails")
            .WithSummary("All call detail records of a time, as CSV.");
        billing.MapPost("/export", MakeAsync).Produces<BatchView>(StatusCodes.Status201Created).Produces(StatusCodes.Status204NoContent).WithName("makeBatch")
            .WithSummary("Closes a batch over what was recorded since the last one; 204 when nothing was.");
        billing.MapGet("/export", BatchesAsync).Produces<Page<BatchView>>().WithName("listBatches").WithSummary("The batches, oldest first; \"after\" is the number of one.");
        billing.MapGet("/export/{batch}", BatchAsync).Produces<string>(contentType: Csv).Produces<IReadOnlyList<CallDetail>>().WithName("downloadBatch")
            .WithSummary("The records of a batch, as CSV or (format=json) as JSON: the same whenever it is asked for.");
    }

    private static async Task<IResult> ListAsync(
        ApiCaller caller, [AsParameters] PageQuery page, string? customer, string? from, string? to, CustomerDirectory customers, IBillingStore store,
        CancellationToken cancellationToken)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        if (!BillingEndpoints.TryCursor(page.After, out var after))
            return PageQuery.UnknownCursor();
        if (Read(caller, customer, from, to, customers, out var query) is { } problem)
            return problem;
        var records = await store.CallDetailsAsync(query with { After = after, Max = page.Size + 1 }, cancellationToken);
        return Results.Ok(page.Cut([.. records.Select(r => Shown(r, caller))], r => BillingEndpoints.Text(r.Record)));
    }

    private static IResult AllAsync(
        ApiCaller caller, string? customer, string? from, string? to, CustomerDirectory customers, IBillingStore store, CancellationToken cancellationToken) =>
        Read(caller, customer, from, to, customers, out var query) ?? AsCsv(RecordsAsync(query, caller, store, cancellationToken), "cdr.csv", cancellationToken);

    private static async Task<IResult> MakeAsync(IBillingStore store, TimeProvider time, IOptions<GatewayOptions> options, CancellationToken cancellationToken) =>
        await store.MakeBatchAsync(options.Value.Billing.BatchRecords, time.GetUtcNow(), cancellationToken) is { } batch
            ? Results.Created($"/v1/billing/export/{batch.Number}", View(batch))
            : Results.NoContent();

    private static async Task<IResult> BatchesAsync([AsParameters] PageQuery page, IBillingStore store, CancellationToken cancellationToken)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        if (!BillingEndpoints.TryCursor(page.After, out var after))
            return PageQuery.UnknownCursor();
        var batches = await store.BatchesAsync(after, page.Size + 1, cancellationToken);
        return Results.Ok(page.Cut([.. batches.Select(View)], b => b.Batch));
    }

    private static async Task<IResult> BatchAsync(ApiCaller caller, long batch, string? format, IBillingStore store, CancellationToken cancellationToken)
    {
        if (format is not (null or "csv" or "json"))
            return ApiProblem.Malformed("format", "The format is csv or json.");
        if (batch < 1 || await store.BatchesAsync(batch - 1, 1, cancellationToken) is not [var found] || found.Number != batch)
            return ApiProblem.NotFound($"batch {batch}");
        var records = RecordsAsync(new CallDetailQuery(null, null, null, found.FirstRecord - 1, found.LastRecord, 0), caller, store, cancellationToken);
        return format == "json" ? Results.Json(records, ApiJson.Options) : AsCsv(records, $"cdr-{batch}.csv", cancellationToken);
    }

    private static IResult? Read(ApiCaller caller, string? customer, string? from, string? to, CustomerDirectory customers, out CallDetailQuery query)
    {
        query = null!;
        if (BillingEndpoints.ReadTime("from", from, out var begins) is { } noBegin)
            return noBegin;
        if (BillingEndpoints.ReadTime("to", to, out var ends) is { } noEnd)
            return noEnd;
        var key = caller.OnlyCustomer;
        if (customer is not null)
        {
            var (asked, problem) = BillingEndpoints.Asked(caller, customer, customers);
            if (asked is null)
                return problem;
            key = asked.Key;
        }
        query = new CallDetailQuery(key, begins, ends, 0, null, 0);
        return null;
    }

    private static async IAsyncEnumerable<CallDetail> RecordsAsync(
        CallDetailQuery query, ApiCaller caller, IBillingStore store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var records = await store.CallDetailsAsync(query with { Max = RecordsAtOnce }, cancellationToken);
            foreach (var record in records)
                yield return Shown(record, caller);
            if (records.Count < RecordsAtOnce)
                yield break;
            query = query with { After = records[^1].Record };
        }
    }

    private static IResult AsCsv(IAsyncEnumerable<CallDetail> records, string fileName, CancellationToken cancellationToken) => Results.Stream(async stream =>
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\r\n" };
        await writer.WriteLineAsync(CallDetailFormat.Head.AsMemory(), cancellationToken);
        await foreach (var record in records.WithCancellation(cancellationToken))
            await writer.WriteLineAsync(CallDetailFormat.Line(record).AsMemory(), cancellationToken);
    }, Csv + "; charset=utf-8", fileName);

    // What a call costs the operator is nobody else's business.
    private static CallDetail Shown(CallDetail record, ApiCaller caller) =>
        caller.IsOperator ? record : record with { Cost = null, CostRate = null, CostDeck = null, Resource = "" };

    private static BatchView View(ExportBatch b) =>
        new(BillingEndpoints.Text(b.Number), BillingEndpoints.Text(b.FirstRecord), BillingEndpoints.Text(b.LastRecord), b.Records, b.MadeAt);
}
