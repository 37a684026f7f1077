using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>A store with a customer that pays, and the steps from a mail to its bill.</summary>
public sealed class BillingRig : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private int _payments;

    /// <summary>What the customer pays: 0.05 for a page and 0.02 for each minute begun.</summary>
    public static Rate Price { get; } = Rate.Of("USD", perPage: 50_000, perTime: 20_000, pricedSeconds: 60, firstIncrement: 60, nextIncrement: 60);

    /// <summary>What the carrier takes: 0.01 for a call and 0.006 for a minute, by the second.</summary>
    public static Rate Cost { get; } = Rate.Of("EUR", connectFee: 10_000, perTime: 6_000, pricedSeconds: 60);

    public StoreRig Store { get; } = new();
    public FakeTimeProvider Clock { get; } = new(StoreRig.Start);
    public BillingDesk Desk { get; private set; } = null!;

    /// <summary>A rig whose customer, the key 1, pays in this way.</summary>
    public static async Task<BillingRig> CreateAsync(BillType billType, CustomerLimits? limits = null, string timeZone = "UTC")
    {
        var rig = new BillingRig();
        await rig.Store.Resources.SaveAsync(StoreRig.Resource, None);
        await rig.Store.Customers.AddAsync(new Customer
        {
            Key = 1,
            EmailAddress = "alice@example.org",
            Status = CustomerStatus.Active,
            Country = "US",
            Language = "en",
            TrustedNetworks = [],
            BillType = billType,
            TimeZone = timeZone,
            Limits = limits ?? new CustomerLimits(),
        }, null, None);
        rig.Desk = rig.Store.Billing(new FixedPrices(Price), rig.Clock);
        return rig;
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    public static Money Usd(decimal amount) => Money.Of(amount, "USD");

    /// <summary>A user of the customer, <c>clerk@example.org</c>: its key.</summary>
    public async Task<long> AddUserAsync(UserLimits limits)
    {
        var (_, key) = await Store.Register.AddUserAsync(new CustomerUser { Key = 0, CustomerKey = 1, EmailAddress = "clerk@example.org", Limits = limits }, 10, None);
        Desk = Store.Billing(new FixedPrices(Price), Clock);
        return key;
    }

    public Task<PaymentResult> PayAsync(decimal amount, string? reference = null) => Store.Books.PayAsync(
        new Payment(LedgerKind.TopUp, 1, Usd(amount), Usd(amount), reference ?? $"payment-{++_payments}", "by card"), Clock.GetUtcNow(), None);

    /// <summary>Accepts a mail to one number and claims it for preparing.</summary>
    public async Task<QueuedMessage> PendingAsync(string number = "+12025550100", long? user = null)
    {
        var submission = Store.Submission(number) with { ReceivedAt = Clock.GetUtcNow(), UserKey = user };
        await Store.Intake.AcceptAsync(submission, None);
        return (await Store.ClaimAsync(Lane.Prepare, Clock.GetUtcNow())).Single(m => m.SubmissionId == submission.Id);
    }

    public Task<(PrepareResult Result, MoneyRefusal? Refusal)> PrepareAsync(QueuedMessage message, int pages) =>
        Store.Preparing.PreparedAsync(message, "key", pages, Desk.Estimate(message, Desk.Expected(message.Type, pages, message.Resolution))!, None);

    /// <summary>A message at the resource, whose price is held.</summary>
    public async Task<QueuedMessage> AtResourceAsync(int pages, string number = "+12025550100", long? user = null)
    {
        var message = await PendingAsync(number, user);
        var (result, refusal) = await PrepareAsync(message, pages);
        Assert.True(result == PrepareResult.Prepared, refusal?.Reason);
        return await AttemptAsync(message.Id);
    }

    /// <summary>Begins the next attempt of a message that is ready.</summary>
    public async Task<QueuedMessage> AttemptAsync(MessageId id)
    {
        await Store.Queue.PromoteAsync(Clock.GetUtcNow(), 100, None);
        var ready = (await Store.ClaimAsync(Lane.Fax, Clock.GetUtcNow())).Single(m => m.Id == id);
        var (start, begun) = await Store.Dispatch.BeginAttemptAsync(ready, StoreRig.Resource, new AttemptRates(3, Cost, 7, Price), Clock.GetUtcNow(), None);
        Assert.Equal(AttemptStart.Begun, start);
        Assert.Equal(1, await Store.Dispatch.AcknowledgedAsync([new Acknowledgement(begun.Attempt, Clock.GetUtcNow(), Clock.GetUtcNow().AddMinutes(10))], None));
        return begun;
    }

    public async Task<SettleResult> ReceiptAsync(AttemptId attempt, Settlement settlement, int pages, int seconds, bool callPlaced = true) =>
        (await Store.Settling.SettleAsync(attempt, StoreRig.Resource.Id, StoreRig.Report(settlement.Outcome, pages) with
        {
            Status = settlement.Status,
            Duration = TimeSpan.FromSeconds(seconds),
            CallPlaced = callPlaced,
        }, Clock.GetUtcNow(), _ => settlement, None)).Result;

    public Task<SettleResult> SentAsync(AttemptId attempt, int pages, int seconds) =>
        ReceiptAsync(attempt, new Settlement(MessageStatus.Sent, CallOutcome.Delivered, null, "Sent."), pages, seconds);

    public Task<SettleResult> FailedAsync(AttemptId attempt, int pages = 0, int seconds = 30, bool callPlaced = true) =>
        ReceiptAsync(attempt, new Settlement(MessageStatus.Failed, CallOutcome.NoFax, null, "No fax."), pages, seconds, callPlaced);

    public Task<SettleResult> DeferredAsync(AttemptId attempt, int pages = 0, int seconds = 30) => ReceiptAsync(attempt,
        new Settlement(MessageStatus.Deferred, CallOutcome.Dropped, Clock.GetUtcNow().AddSeconds(30), "Dropped."), pages, seconds);

    /// <summary>Nobody knows what became of it, and its resource is asked no more.</summary>
    public async Task GiveUpAsync(QueuedMessage message)
    {
        Clock.Advance(TimeSpan.FromMinutes(20));
        await Store.Queue.PromoteAsync(Clock.GetUtcNow(), 100, None);
        var asked = (await Store.ClaimAsync(Lane.Ask, Clock.GetUtcNow())).Single(m => m.Id == message.Id);
        Assert.True(await Store.Queue.EndAsync(asked, MessageStatus.Uncertain, CallOutcome.Uncertain, "Nobody knows.", Clock.GetUtcNow(), None));
    }

    public Task<decimal> BalanceAsync(string account, string currency = "USD") => Store.Database.ReadAsync(
        s => new Money(s.Number("SELECT amount FROM balance WHERE account = ?1 AND currency = ?2", account, currency), currency).Amount, None);

    /// <summary>Customer, held, earned, owed to the carrier.</summary>
    public async Task<(decimal Customer, decimal Held, decimal Revenue, decimal Carrier)> StandAsync() =>
        (await BalanceAsync("customer:1"), await BalanceAsync("reserved:1"), await BalanceAsync("revenue"), await BalanceAsync("carrier:1", "EUR"));

    /// <summary>Every transaction balances, the balances are what the entries sum to, and nothing is held that has ended.</summary>
    public async Task AssertBooksAgreeAsync() => Assert.Empty((await Store.Books.CheckAsync(None)).Faults);
}
