using Microsoft.Extensions.Hosting;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Billing;

/// <summary>Reads currencies, exchange rates and balances into memory: at the start, after a change, and now and then for changes of other processes.</summary>
public sealed class BillingKeeper(
    IBillingStore store, CurrencyTable currencies, ExchangeRateBoard rates, BalanceBoard balances, WorkLoops loops, TimeProvider time) : BackgroundService
{
    // How long a customer that has no money left may still hand in mail, which then fails, and one that has paid by another process may not.
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReloadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads all of it now.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        currencies.Use(await store.CurrenciesAsync(cancellationToken));
        rates.Use(await store.ExchangeRatesAsync(cancellationToken));
        balances.Use(await store.BalancesAsync(cancellationToken));
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("reading of balances and exchange rates", async token =>
    {
        using var timer = new PeriodicTimer(ReloadInterval, time);
        while (await timer.WaitForNextTickAsync(token))
            await ReloadAsync(token);
    }, stoppingToken);
}
