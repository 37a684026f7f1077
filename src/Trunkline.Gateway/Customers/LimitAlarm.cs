using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Customers;

/// <summary>
/// Counts how often each customer is refused by its limits, tells the operator when that looks like a stolen key, and suspends the customer when the
/// options say so. Only mail that was proven to be the customer's counts: nobody can have another one suspended.
/// </summary>
public sealed partial class LimitAlarm(
    ICustomerStore store, CustomerDirectory customers, WorkLoops loops, TimeProvider time, IOptions<GatewayOptions> options, ILogger<LimitAlarm> logger)
    : BackgroundService
{
    /// <summary>The meter of the counter <c>trunkline.refusals</c>, with the tag <c>limit</c>.</summary>
    public const string MeterName = "Trunkline.Gateway.Customers";

    private const int MaxWaiting = 1000;
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("trunkline.refusals", description: "Messages refused by a limit of their customer");
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, Refused> _refused = new();
    private readonly Channel<Customer> _suspend = Channel.CreateBounded<Customer>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A message of this sender was refused by a limit.</summary>
    /// <param name="limit">A stable word: <c>country</c>, <c>premium</c>, <c>satellite</c>, <c>hour</c>, <c>price</c>, <c>spend</c>.</param>
    /// <param name="reason">What the sender was told.</param>
    public void Report(Sender sender, string limit, string reason)
    {
        Refusals.Add(1, new KeyValuePair<string, object?>("limit", limit));
        var customer = sender.Customer;
        var now = time.GetUtcNow();
        var count = _refused.AddOrUpdate(customer.Key, static (_, now) => new Refused(now, 1),
            static (_, before, now) => now - before.Since >= Window ? new Refused(now, 1) : before with { Count = before.Count + 1 }, now).Count;
        var fraud = options.Value.Fraud;
        if (count == fraud.AlarmAfter)
            LogAlarm(customer.EmailAddress, count, sender.EmailAddress, reason);
        if (fraud.SuspendAfter > 0 && count >= fraud.SuspendAfter && customer.Status == CustomerStatus.Active)
            _suspend.Writer.TryWrite(customer);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("suspending of customers", async token =>
    {
        await foreach (var customer in _suspend.Reader.ReadAllAsync(token))
        {
            if (customers.Find(customer.Key) is not { Status: CustomerStatus.Active })
                continue;
            await store.SetStatusAsync(customer.EmailAddress, CustomerStatus.Suspended, token);
            await customers.ReloadAsync(token);
            LogSuspended(customer.EmailAddress, options.Value.Fraud.SuspendAfter);
        }
    }, stoppingToken);

    private sealed record Refused(DateTimeOffset Since, int Count);

    [LoggerMessage(6800, LogLevel.Error, "The customer {Customer} was refused {Count} times within an hour by its limits, the last time {Sender}: {Reason}")]
    private partial void LogAlarm(string customer, int count, string sender, string reason);

    [LoggerMessage(6801, LogLevel.Error, "The customer {Customer} is suspended: its limits refused it {Count} times within an hour")]
    private partial void LogSuspended(string customer, int count);
}
