using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Web.Api;

/// <summary>A currency, and how its amounts are written for people.</summary>
/// <param name="Code">ISO 4217.</param>
/// <param name="Label">Its name in English.</param>
/// <param name="Symbol">Before or after an amount; the code where there is none.</param>
/// <param name="Decimals">Of an amount that is paid, 0 to 6.</param>
public sealed record CurrencyView(string Code, string Label, string Symbol, int Decimals);

/// <summary>A currency as it is written.</summary>
public sealed record CurrencyBody(string Label, string Symbol, int Decimals);

/// <summary><c>/v1/billing/currencies</c>: Table 4. The operator's.</summary>
internal static class CurrencyEndpoints
{
    private const int MaxLabel = 60;
    private const int MaxSymbol = 8;
    private const int MaxDecimals = 6;

    public static void MapCurrencies(this RouteGroupBuilder billing)
    {
        billing.MapGet("/currencies", async (IBillingStore store, CancellationToken token) =>
                Results.Ok(new Page<CurrencyView>([.. (await store.CurrenciesAsync(token)).Select(View)], null)))
            .Produces<Page<CurrencyView>>().WithName("listCurrencies").WithSummary("The currencies, and how amounts in them are written.");
        billing.MapPut("/currencies/{code}", PutAsync).Produces<CurrencyView>().WithName("putCurrency").WithSummary("Adds a currency, or writes it another way.");
        billing.MapDelete("/currencies/{code}", RemoveAsync).Produces(StatusCodes.Status204NoContent)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status409Conflict, typeof(ApiProblem), [ApiProblem.ContentType]))
            .WithName("removeCurrency").WithSummary("Removes a currency that no customer pays in.");
    }

    private static async Task<IResult> PutAsync(string code, CurrencyBody body, IBillingStore store, BillingKeeper keeper, CancellationToken cancellationToken)
    {
        if (!Money.IsCurrency(code))
            return ApiProblem.Refused("code", "A currency is three capital letters of ISO 4217, such as USD.");
        if (body.Label.Length is 0 or > MaxLabel || body.Label.Any(char.IsControl))
            return ApiProblem.Refused("label", $"A label has 1 to {MaxLabel} characters.");
        if (body.Symbol.Length is 0 or > MaxSymbol || body.Symbol.Any(char.IsControl))
            return ApiProblem.Refused("symbol", $"A symbol has 1 to {MaxSymbol} characters; take the code where there is none.");
        if (body.Decimals is < 0 or > MaxDecimals)
            return ApiProblem.Refused("decimals", $"Decimals are 0 to {MaxDecimals}.");
        var currency = new Currency(code, body.Label, body.Symbol, body.Decimals);
        await store.SaveCurrencyAsync(currency, cancellationToken);
        await keeper.ReloadAsync(cancellationToken);
        return Results.Ok(View(currency));
    }

    private static async Task<IResult> RemoveAsync(string code, IBillingStore store, BillingKeeper keeper, CancellationToken cancellationToken)
    {
        switch (await store.RemoveCurrencyAsync(code, cancellationToken))
        {
            case CurrencyRemoval.InUse:
                return ApiProblem.Conflict($"There are customers who pay in {code}.");
            case CurrencyRemoval.Unknown:
                return ApiProblem.NotFound("currency of this code");
            case CurrencyRemoval.Removed:
                await keeper.ReloadAsync(cancellationToken);
                return Results.NoContent();
        }
        throw new InvalidOperationException("A currency was removed in a way that is not known.");
    }

    private static CurrencyView View(Currency currency) => new(currency.Code, currency.Format, currency.Symbol, currency.Decimals);
}
