using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;
using Trunkline.Gateway.Record;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Retention;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;
using Trunkline.Gateway.Webhooks;

namespace Trunkline.Gateway;

/// <summary>Adds the gateway: everything between intake and receipt. The store, the renderer and the way out for mail are added beside it.</summary>
public static class GatewayRole
{
    public static IServiceCollection AddGateway(this IServiceCollection services) => services
        .AddSingleton<MessageIdSource>(s => new MessageIdSource(s.GetRequiredService<TimeProvider>()))
        .AddSingleton<QueueSignals>()
        .AddSingleton<WorkLoops>()
        .AddSingleton<MessageOperations>()
        .AddSingleton<QuietHoursRule>()
        .AddSingleton<CustomerDirectory>()
        .AddSingleton<KeyUse>()
        .AddSingleton<KeyRing>()
        .AddSingleton<HourCounts>()
        .AddSingleton<LimitAlarm>()
        .AddSingleton<CustomerGate>()
        .AddSingleton<CallPermission>()
        .AddSingleton<SenderVerification>()
        .AddSingleton<LoginGuard>()
        .AddSingleton<LoginDesk>()
        .AddSingleton<ResourceRegistry>()
        .AddSingleton<ResourceDesk>()
        .AddSingleton<SpaceGuard>()
        .AddSingleton<MailSplitter>()
        .AddSingleton<FilterDirectory>()
        .AddSingleton<NotificationLimit>()
        .AddSingleton<CustomerMail>()
        .AddSingleton<FilterTrial>()
        .AddSingleton<IntakeDesk>()
        .AddSingleton<DocumentPress>()
        .AddSingleton<UnpagedPress>()
        .AddSingleton<RateShelf>()
        .AddSingleton<RatePriceList>()
        .AddSingleton<IPriceList>(s => s.GetRequiredService<RatePriceList>())
        .AddSingleton<RouteRules>()
        .AddSingleton<RouteSuccess>()
        .AddSingleton<RateKeeper>()
        .AddSingleton<RateImporter>()
        .AddSingleton<CoverDirectory>()
        .AddSingleton<CoverPress>()
        .AddSingleton<CoverDesk>()
        .AddBroadcasts()
        .AddSingleton<ExchangeRateBoard>()
        .AddSingleton<IExchangeRates>(s => s.GetRequiredService<ExchangeRateBoard>())
        .AddSingleton<CurrencyTable>()
        .AddSingleton<FileTypeDesk>()
        .AddSingleton<MoneyFormat>()
        .AddSingleton<BalanceBoard>()
        .AddSingleton<BillingDesk>()
        .AddSingleton<BillingKeeper>()
        .AddSingleton<PaymentDesk>()
        .AddSingleton<ResourceRouter>()
        .AddSingleton<ResourceClient>()
        .AddSingleton<CallRecordFinder>()
        .AddSingleton<DeliveryComposer>()
        .AddSingleton<SettlingDesk>()
        .AddSingleton<ReceiptTexts>()
        .AddSingleton<ReceiptComposer>()
        .AddSingleton<WebhookBook>()
        .AddSingleton<WebhookClient>()
        // First, since the others rely on what it reads.
        .AddHostedService<GatewayStart>()
        .AddHostedService(s => s.GetRequiredService<BillingKeeper>())
        .AddHostedService(s => s.GetRequiredService<LimitAlarm>())
        .AddHostedService(s => s.GetRequiredService<KeyUse>())
        .AddHostedService(s => s.GetRequiredService<RateKeeper>())
        .AddHostedService<QueueKeeper>()
        .AddHostedService<Preparer>()
        .AddHostedService<ResourceProbe>()
        .AddHostedService<Dispatcher>()
        .AddHostedService<ReceiptWriter>()
        .AddHostedService<MailCarrier>()
        .AddHostedService<RetentionKeeper>()
        .AddHostedService<WebhookSender>()
        .AddHostedService<MetricsSampler>()
        .AddSingleton<IValidateOptions<GatewayOptions>, RetentionCheck>()
        .AddSingleton<IValidateOptions<GatewayOptions>, WebhookCheck>();

    private static IServiceCollection AddBroadcasts(this IServiceCollection services) => services
        .AddSingleton<BroadcastBell>()
        .AddSingleton<BroadcastPace>()
        .AddSingleton<BroadcastEstimate>()
        .AddSingleton<BroadcastDesk>()
        .AddSingleton<BroadcastCsv>()
        .AddSingleton<IListIntake, ListMail>()
        .AddSingleton<BroadcastReceipt>()
        .AddHostedService<BroadcastFeeder>()
        .AddHostedService<BroadcastReceiptWriter>();

    private sealed class GatewayStart(
        CustomerDirectory customers, HourCounts hours, ICustomerStore customerStore, FilterDirectory filters, NotificationLimit notifications,
        CoverDirectory covers, ResourceRegistry resources, ReceiptTexts texts, IRecordStore record,
        MessageIdSource ids, WorkLoops loops, TimeProvider time) : BackgroundService
    {
        // How long a customer that another process suspended may still send.
        private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(15);

        // How long a resource that was paused at another node may still get something from this one.
        private static readonly TimeSpan ResourceInterval = TimeSpan.FromSeconds(3);

        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            ids.Follow(await record.NewestIdAsync(cancellationToken));
            await customers.ReloadAsync(cancellationToken);
            await hours.RestoreAsync(customerStore, cancellationToken);
            await filters.ReloadAsync(cancellationToken);
            await notifications.LoadAsync(cancellationToken);
            await resources.ReloadAsync(cancellationToken);
            await texts.ReloadAsync(cancellationToken);
            await covers.ReloadAsync(cancellationToken);
            await base.StartAsync(cancellationToken);
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            Task.WhenAll(ReadCustomersAsync(stoppingToken), ReadResourcesAsync(stoppingToken));

        private Task ReadResourcesAsync(CancellationToken stoppingToken) => loops.RunAsync("reading of resources", async token =>
        {
            using var timer = new PeriodicTimer(ResourceInterval, time);
            while (await timer.WaitForNextTickAsync(token))
                await resources.ReloadAsync(token);
        }, stoppingToken);

        private Task ReadCustomersAsync(CancellationToken stoppingToken) => loops.RunAsync("reading of customers", async token =>
        {
            using var timer = new PeriodicTimer(ReloadInterval, time);
            while (await timer.WaitForNextTickAsync(token))
            {
                await customers.ReloadAsync(token);
                await filters.ReloadAsync(token);
                await texts.ReloadAsync(token);
                await covers.ReloadAsync(token);
            }
        }, stoppingToken);
    }
}
