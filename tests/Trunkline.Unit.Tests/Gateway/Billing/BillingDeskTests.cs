using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Routing;

namespace Trunkline.Unit.Tests.Gateway.Billing;

/// <summary>Who may spend what.</summary>
public sealed class BillingDeskTests : IDisposable, IPriceList, ICustomerStore
{
    private static readonly PhoneNumber Number = PhoneNumber.TryParse("+12025550100", "US", out var number) ? number : default;
    private readonly BalanceBoard _balances = new();
    private readonly CustomerDirectory _customers;
    private readonly BillingDesk _desk;
    private Rate? _rate = Rate.Of("USD", perPage: 100_000);

    public BillingDeskTests()
    {
        _customers = new CustomerDirectory(this);
        _desk = new BillingDesk(_customers, this, _balances, new MoneyFormat(new CurrencyTable()),
            new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)), Options.Create(new GatewayOptions()));
    }

    public void Dispose() => _customers.Dispose();

    [Theory]
    [InlineData(BillType.Prepaid, "0.10", true)]
    [InlineData(BillType.Prepaid, "0.099999", false)]
    [InlineData(BillType.Prepaid, "0", false)]
    [InlineData(BillType.Postpaid, "-4.90", true)]
    [InlineData(BillType.Postpaid, "-4.91", false)]
    [InlineData(BillType.Corporate, "-1000", true)]
    [InlineData(BillType.Demo, "0", true)]
    [InlineData(BillType.Free, "0", true)]
    public void A_sender_is_refused_who_could_not_pay_a_page(BillType billType, string balance, bool isTaken)
    {
        Assert.True(Money.TryParse(balance, "USD", out var money));
        _balances.Use([(1, money)]);
        var verdict = _desk.Refusal(Sender(billType, new CustomerLimits { Credit = Usd(5) }), MessageType.Fax, Number);
        Assert.Equal(isTaken, verdict is null);
        if (verdict is { } refused)
            Assert.Matches(@"costs about \$0\.10\. (Pay in|Settle the invoice) first, and send it again\.", refused.Reason);
    }

    [Fact]
    public void A_number_without_a_price_is_refused_to_everybody()
    {
        _rate = null;
        Assert.All(Enum.GetValues<BillType>(), type => Assert.Equal(MoneyRefusal.Balance, _desk.Refusal(Sender(type), MessageType.Fax, Number)!.Limit));
    }

    [Fact]
    public void A_postpaid_customer_without_a_credit_limit_has_no_limit() =>
        Assert.Null(_desk.Refusal(Sender(BillType.Postpaid), Usd(1000), State(balance: -5000)));

    [Theory]
    // Prepaid: what is left, to the last millionth; what is held is not left.
    [InlineData(BillType.Prepaid, 1, 1, 0, null)]
    [InlineData(BillType.Prepaid, 1.000001, 1, 0, "$1.000001; this account has $1.00 left.")]
    [InlineData(BillType.Prepaid, 2, 1, 3, "$2.00; this account has $1.00 left, and $3.00 held for messages that are under way.")]
    // Postpaid: a credit of five.
    [InlineData(BillType.Postpaid, 1, -4, 0, null)]
    [InlineData(BillType.Postpaid, 1.01, -4, 0, "$1.01; this account has a credit of $5.00, of which $1.00 is left.")]
    [InlineData(BillType.Corporate, 1000, -4, 0, null)]
    public void What_is_left_may_be_spent(BillType billType, decimal price, decimal balance, decimal held, string? refusal)
    {
        var found = _desk.Refusal(Sender(billType, new CustomerLimits { Credit = Usd(5) }), Usd(price), State(balance, held));
        Assert.Equal(refusal is null ? null : "It would cost about " + refusal, found?.Reason);
    }

    [Theory]
    [InlineData(2, 0, 0, 0, null)]
    [InlineData(2.01, 0, 0, 0, "one message of this account may cost $2.00")]
    [InlineData(1, 7, 2, 0, null)]
    [InlineData(1, 7, 2.01, 0, "may spend $10.00 a day, and has spent $7.00 today, and $2.01 held")]
    [InlineData(1, 0, 0, 49, null)]
    [InlineData(1, 0, 0.01, 49, "may spend $50.00 a month, and has spent $49.00 in this one, and $0.01 held")]
    public void A_limit_counts_what_was_spent_and_what_is_held(decimal price, decimal today, decimal held, decimal month, string? refusal)
    {
        var limits = new CustomerLimits { MessagePrice = Usd(2), DaySpend = Usd(10), MonthSpend = Usd(50) };
        foreach (var billType in new[] { BillType.Prepaid, BillType.Postpaid })
        {
            var found = _desk.Refusal(Sender(billType, limits), Usd(price), State(1000, held, today, Math.Max(month, today)));
            if (refusal is null)
                Assert.Null(found);
            else
                Assert.Contains(refusal, found!.Reason, StringComparison.Ordinal);
            Assert.True(found is null or { IsOfLimit: true });
        }
        Assert.Null(_desk.Refusal(Sender(BillType.Corporate, limits), Usd(price), State(1000, held, today, month)));
    }

    [Theory]
    [InlineData(1, 0, 0, 0, null)]
    [InlineData(1.01, 0, 0, 0, "$1.01; one message of clerk@example.org may cost $1.00.")]
    [InlineData(1, 2, 2.01, 2, "$1.00; clerk@example.org may spend $5.00 a day, and has spent $2.00 today, and $2.01 held for messages that are under way.")]
    [InlineData(1, 0, 0, 19.5, "$1.00; clerk@example.org may spend $20.00 a month, and has spent $19.50 in this one.")]
    public void A_users_own_limits_hold_below_its_customers(decimal price, decimal today, decimal held, decimal month, string? refusal)
    {
        var own = new UserLimits { MessagePrice = Usd(1), DaySpend = Usd(5), MonthSpend = Usd(20) };
        var state = State(1000, 100, 100, 100) with { User = new UserSpend(Usd(held), Usd(today), Usd(month)) };
        foreach (var billType in new[] { BillType.Prepaid, BillType.Postpaid })
        {
            Assert.Equal(refusal is null ? null : "It would cost about " + refusal, _desk.Refusal(Sender(billType, null, own), Usd(price), state)?.Reason);
            // The customer's come first, and hold for everybody.
            Assert.Contains("this account may spend $200.00 a day", _desk.Refusal(Sender(billType, new CustomerLimits { DaySpend = Usd(200) }, own), Usd(price), state)!.Reason,
                StringComparison.Ordinal);
        }
        Assert.Null(_desk.Refusal(Sender(BillType.Corporate, null, own), Usd(price), state));
    }

    [Fact]
    public void A_page_that_costs_more_than_one_message_may_is_refused_while_the_sender_is_connected()
    {
        _balances.Use([(1, Usd(100))]);
        Assert.Null(_desk.Refusal(Sender(BillType.Prepaid, new CustomerLimits { MessagePrice = Usd(0.10m) }), MessageType.Fax, Number));
        Assert.Equal("A page to +12025550100 costs about $0.10; one message of alice@example.org may cost $0.09. Ask the operator of this service.",
            _desk.Refusal(Sender(BillType.Prepaid, new CustomerLimits { MessagePrice = Usd(0.09m) }), MessageType.Fax, Number)!.Reason);
        Assert.Contains("one message of clerk@example.org may cost $0.09",
            _desk.Refusal(Sender(BillType.Postpaid, null, new UserLimits { MessagePrice = Usd(0.09m) }), MessageType.Fax, Number)!.Reason, StringComparison.Ordinal);
    }

    public Quote? Price(Customer customer, MessageType type, PhoneNumber destination, Usage usage, DateTimeOffset at) =>
        _rate is not { } rate ? null
        : customer.BillType is BillType.Free or BillType.Demo ? new Quote(Money.Zero("USD"), null, "", Rate.Free("USD")) : new Quote(rate.Price(usage), 1, "1", rate);

    public ValueTask<IReadOnlyList<CustomerAccount>> ChangedSinceAsync(long revision, CancellationToken cancellationToken) => new([]);

    public ValueTask<IReadOnlyList<SentInMinute>> SentSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => new([]);

    public ValueTask AddAsync(Customer customer, string? passwordHash, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<bool> SetStatusAsync(string emailAddress, CustomerStatus status, CancellationToken cancellationToken) => new(false);

    private static Money Usd(decimal amount) => Money.Of(amount, "USD");

    private static SpendState State(decimal balance = 0, decimal held = 0, decimal today = 0, decimal month = 0) =>
        new(Usd(balance), Usd(held), Usd(today), Usd(month));

    private static Sender Sender(BillType billType, CustomerLimits? limits = null, UserLimits? own = null) => new(Customer(billType, limits),
        own is null ? null : new CustomerUser { Key = 7, CustomerKey = 1, EmailAddress = "clerk@example.org", Limits = own });

    private static Customer Customer(BillType billType, CustomerLimits? limits = null) => new()
    {
        Key = 1,
        EmailAddress = "alice@example.org",
        Status = CustomerStatus.Active,
        Country = "US",
        Language = "en",
        TrustedNetworks = [],
        BillType = billType,
        Limits = limits ?? new CustomerLimits(),
    };
}
