using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Web.Api;

/// <summary>What one unit of a currency is worth in another, from a time on.</summary>
/// <param name="Rate">A text: digits, a point, at most twelve decimals.</param>
/// <param name="ValidFrom">Now, when it is left out.</param>
public sealed record ExchangeRateView(string From, string To, string Rate, DateTimeOffset? ValidFrom = null);

/// <summary>How many rates of a file were taken.</summary>
public sealed record ExchangeRatesTaken(int Rates);

/// <summary><c>/v1/billing/exchange-rates</c>.</summary>
internal static class ExchangeRateEndpoints
{
    private const long MaxFile = 1024 * 1024;

    public static void MapExchangeRates(this RouteGroupBuilder billing)
    {
        billing.MapGet("/exchange-rates", ListAsync).Produces<Page<ExchangeRateView>>().WithName("listExchangeRates")
            .WithSummary("The exchange rates, by currencies and time.");
        billing.MapPost("/exchange-rates", AddAsync).Produces<ExchangeRateView>(StatusCodes.Status201Created)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status409Conflict, typeof(ApiProblem), [ApiProblem.ContentType]))
            .WithName("addExchangeRate").WithSummary("Adds a rate. One that is there is never changed; a newer one follows it.");
        billing.MapPost("/exchange-rates/file", ImportAsync).Accepts<string>("text/csv").WithBodyLimit(MaxFile).Produces<ExchangeRatesTaken>()
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status409Conflict, typeof(ApiProblem), [ApiProblem.ContentType]))
            .WithName("importExchangeRates").WithSummary("Adds the rates of a file (from,to,rate,valid_from), all or none; a bad line is named.");
    }

    private static async Task<IResult> ListAsync([AsParameters] PageQuery page, IBillingStore store, CancellationToken cancellationToken)
    {
        if (page.Refusal() is { } refusal)
            return refusal;
        if (!BillingEndpoints.TryCursor(page.After, out var after))
            return PageQuery.UnknownCursor();
        // Appended only within each pair of currencies: a place in the order may move while somebody pages, and no rate is lost by it to later pages.
        var rates = (await store.ExchangeRatesAsync(cancellationToken)).Select((rate, i) => (Rate: rate, Place: i + 1L)).Where(r => r.Place > after).Take(page.Size + 1).ToList();
        var cut = page.Cut(rates, r => r.Place.ToString(CultureInfo.InvariantCulture));
        return Results.Ok(new Page<ExchangeRateView>([.. cut.Items.Select(r => View(r.Rate))], cut.Next));
    }

    private static async Task<IResult> AddAsync(ExchangeRateView input, IBillingStore store, BillingKeeper keeper, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!ExchangeRate.TryCreate(input.From, input.To, input.Rate, input.ValidFrom ?? time.GetUtcNow(), out var rate, out var error))
            return ApiProblem.Refused(!Money.IsCurrency(input.From) ? "from" : !Money.IsCurrency(input.To) || input.From == input.To ? "to" : "rate", error);
        if (await store.AddExchangeRatesAsync([rate], cancellationToken) is { } other)
            return Taken(other);
        await keeper.ReloadAsync(cancellationToken);
        return Results.Json(View(rate), ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ImportAsync(Stream body, IBillingStore store, BillingKeeper keeper, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body, Encoding.UTF8);
        if (!ExchangeRateFile.TryRead(await reader.ReadToEndAsync(cancellationToken), out var rates, out var error))
            return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, error);
        if (await store.AddExchangeRatesAsync(rates, cancellationToken) is { } other)
            return Taken(other);
        await keeper.ReloadAsync(cancellationToken);
        return Results.Ok(new ExchangeRatesTaken(rates.Count));
    }

    private static IResult Taken(ExchangeRate rate) => ApiProblem.Conflict(
        $"There is another rate from {rate.From} to {rate.To} from {ApiTime.Write(rate.ValidFrom)} on. A rate is never changed: give one of a later time.");

    private static ExchangeRateView View(ExchangeRate rate) => new(rate.From, rate.To, rate.Text, rate.ValidFrom);
}
