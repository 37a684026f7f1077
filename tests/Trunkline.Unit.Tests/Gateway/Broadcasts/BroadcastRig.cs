using System.Runtime.CompilerServices;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Receipts;
using Trunkline.Gateway.Routing;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Unit.Tests.Gateway.Broadcasts;

/// <summary>A gateway with all that a broadcast needs, and a resource that settles each message at once.</summary>
internal sealed class BroadcastRig : IAsyncDisposable
{
    private readonly List<BackgroundService> _services = [];
    private ScriptedResource? _resource;

    public BroadcastRig(Action<GatewayOptions>? configure = null)
    {
        Gateway = new GatewayRig(configure);
        var options = Options.Create(Gateway.Options);
        Lists = new SqliteBroadcastListStore(Gateway.Database);
        CoverNames = new CoverDirectory(Gateway.CoverRows);
        Bell = new BroadcastBell(Gateway.Clock);
        Pace = new BroadcastPace(Gateway.Clock);
        Hours = new HourCounts(Gateway.Clock);
        Gate = new CustomerGate(Hours, new LimitAlarm(new SqliteCustomerStore(Gateway.Database, Gateway.Clock), Gateway.Customers, Gateway.Loops, Gateway.Clock, options, NullLogger<LimitAlarm>.Instance));
        Estimate = new BroadcastEstimate(Store, new SqliteBillingStore(Gateway.Database), Gateway.Prices, Gateway.Billing, Gateway.Customers, Gateway.Clock);
        Desk = new BroadcastDesk(Store, Lists, CoverNames, Gate, Estimate, Bell, Gateway.Ids, Gateway.Clock, options, NullLogger<BroadcastDesk>.Instance);
        Csv = new BroadcastCsv(Store);
        Texts = new ReceiptTexts(new SqliteResponseStore(Gateway.Database));
    }

    public GatewayRig Gateway { get; }
    public IBroadcastStore Store => Gateway.Broadcasts;
    public IBroadcastListStore Lists { get; }
    public CoverDirectory CoverNames { get; }
    public BroadcastBell Bell { get; }
    public BroadcastPace Pace { get; }
    public HourCounts Hours { get; }
    public CustomerGate Gate { get; }
    public BroadcastEstimate Estimate { get; }
    public BroadcastDesk Desk { get; }
    public ReceiptTexts Texts { get; }
    public BroadcastCsv Csv { get; }

    /// <summary>False for a number that the resource cannot deliver to.</summary>
    public Func<string, bool> Delivers { get; set; } = _ => true;

    public ScriptedResource Resource => _resource ?? throw new InvalidOperationException("No resource was started.");

    public async Task<Customer> CustomerAsync(Func<Customer, Customer>? adjust = null)
    {
        var customer = new Customer
        {
            Key = 1, EmailAddress = "alice@example.org", Status = CustomerStatus.Active, Country = "US", Language = "en", TrustedNetworks = [IPNetwork.Parse("127.0.0.0/8")],
        };
        customer = adjust?.Invoke(customer) ?? customer;
        await new SqliteCustomerStore(Gateway.Database, Gateway.Clock).AddAsync(customer, null, CancellationToken.None);
        await Gateway.Customers.ReloadAsync(CancellationToken.None);
        await CoverNames.ReloadAsync(CancellationToken.None);
        return customer;
    }

    public async Task<BroadcastFeeder> StartFeederAsync()
    {
        var options = Options.Create(Gateway.Options);
        var feeder = new BroadcastFeeder(Store, Gateway.Press, Estimate,
            Gateway.Customers, Gate, Hours, Bell, Pace,
            Gateway.Signals, Gateway.Ids, Gateway.Loops, Gateway.Clock, options, NullLogger<BroadcastFeeder>.Instance);
        await feeder.StartAsync(CancellationToken.None);
        _services.Add(feeder);
        return feeder;
    }

    /// <summary>Preparing, dispatch, a resource with so many channels, and the writer of summaries.</summary>
    public async Task StartAllAsync(int channels)
    {
        var options = Options.Create(Gateway.Options);
        _resource = await ScriptedResource.StartAsync();
        _resource.Channels = channels;
        _resource.OnDelivery = async (message, context) =>
        {
            await _resource.AnswerAsync(context, message, MessageStatus.Acknowledged);
            _ = Task.Run(() => SettleAsync(message.MessageId!, message.MessageDestination!));
        };
        await Gateway.AddResourceAsync(_resource.Address);
        _services.Add(new Preparer(Gateway.Queue, Gateway.Preparing, Gateway.Press, Gateway.Covers, Gateway.Billing, Gateway.Customers, Gate,
            new UnpagedPress(Gateway.Preparing, options), Gateway.Signals, Gateway.Loops, Gateway.Clock, options,
            NullLogger<Preparer>.Instance));
        _services.Add(new BroadcastReceiptWriter(Store, Gateway.Receipts,
            new BroadcastReceipt(Store, Csv, Gateway.Customers, Texts, Gateway.Ids, Gateway.Clock, options), Gateway.Signals, Gateway.Loops, Gateway.Clock,
            NullLogger<BroadcastReceiptWriter>.Instance));
        foreach (var service in _services.Where(s => s is not BroadcastFeeder))
            await service.StartAsync(CancellationToken.None);
        await StartFeederAsync();
        await Gateway.StartAsync();
    }

    public static IReadOnlyList<BroadcastRow> Rows(int count, int from = 0) => [.. Enumerable.Range(from, count).Select(i => new BroadcastRow(
        i + 2, PhoneNumber.TryParse($"+1202555{i:0000}", "US", out var number) ? number : throw new ArgumentException($"{i}"), new CoverFields { ToName = $"Name {i}" }))];

    public async Task<Broadcast> OrderAsync(IReadOnlyList<BroadcastRow> rows, Func<BroadcastOrder, BroadcastOrder>? adjust = null)
    {
        var order = new BroadcastOrder { Rows = rows, Document = Gateway.Submission() };
        var answer = await Desk.OrderAsync(new Sender(await CustomerAsync(), null), adjust?.Invoke(order) ?? order, CancellationToken.None);
        return Assert.IsType<BroadcastAnswer.Accepted>(answer).Broadcast;
    }

    public async Task<(Broadcast Broadcast, BroadcastCounts Counts)> LookAsync(MessageId id)
    {
        var broadcast = (await Store.FindAsync(id, CancellationToken.None))!;
        return (broadcast, await Store.CountAsync(broadcast, CancellationToken.None));
    }

    /// <summary>Lets the clock go until the broadcast is so.</summary>
    public Task UntilAsync(MessageId id, Func<Broadcast, BroadcastCounts, bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        Gateway.UntilAsync(async () => await LookAsync(id) is var (broadcast, counts) && isSo(broadcast, counts), null, what);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
        {
            await service.StopAsync(CancellationToken.None);
            service.Dispose();
        }
        await Gateway.DisposeAsync();
        if (_resource is not null)
            await _resource.DisposeAsync();
    }

    private async Task SettleAsync(string attempt, string number)
    {
        var (status, pages) = Delivers(number) ? (MessageStatus.Sent, 2) : (MessageStatus.Failed, 0);
        await Gateway.Desk.ReceiveAsync(GatewayRig.Receipt(attempt, status, pages), CancellationToken.None);
    }
}
