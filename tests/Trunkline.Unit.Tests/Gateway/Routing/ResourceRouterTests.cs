using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;

namespace Trunkline.Unit.Tests.Gateway.Routing;

/// <summary>Which resource a message goes to, and why.</summary>
public sealed class ResourceRouterTests : IAsyncLifetime
{
    private static readonly Usage TwoPages = new(2, TimeSpan.FromSeconds(60));
    private readonly GatewayRig _rig = new();

    private static readonly Customer Payer = new()
    {
        Key = 7,
        EmailAddress = "a@example.org",
        Status = CustomerStatus.Active,
        Country = "US",
        Language = "en",
        TrustedNetworks = [],
        BillType = BillType.Prepaid,
        Currency = "USD",
        PricePlan = "standard",
    };

    public async ValueTask InitializeAsync()
    {
        await _rig.Database.WriteAsync(s => s.Execute("INSERT INTO customer (customer_key, emailaddress) VALUES (7, 'a@example.org')"), CancellationToken.None);
        await AddAsync("one", 1, free: 4, channels: 4);
        await AddAsync("two", 2, free: 8, channels: 16);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void Without_a_deck_the_resource_with_the_most_room_is_chosen() => Assert.Equal("two", Chosen(null));

    [Fact]
    public async Task Cheapest_resource_is_chosen_and_the_rates_are_told()
    {
        var cheap = await _rig.PerPageAsync(RateFiles.Cost(1), ("1", 30), ("1202", 20));
        await _rig.PerPageAsync(RateFiles.Cost(2), ("1", 25));
        var price = await _rig.PerPageAsync(RateFiles.Price("standard"), ("1", 90));

        var route = Choose(Payer);

        Assert.Equal(("one", RouteEnd.Found), (route.Resource!.Model.Name, route.End));
        Assert.Equal(new AttemptRates(cheap.Id, Rate.Of("USD", perPage: 20_000), price.Id, Rate.Of("USD", perPage: 90_000)), route.Rates);
    }

    [Fact]
    public async Task Resource_with_a_rate_comes_before_one_whose_cost_is_not_known()
    {
        await _rig.PerPageAsync(RateFiles.Cost(1), ("1", 900));
        Assert.Equal("one", Chosen(null));

        _rig.Options.Routing.RequireRate = true;
        Assert.Equal("one", Chosen(null));
        Fill("one");
        Assert.Equal(RouteEnd.NoRoom, Choose(null).End);
        _rig.Options.Routing.RequireRate = false;
        Assert.Equal("two", Chosen(null));
    }

    [Fact]
    public async Task Resource_whose_deck_lacks_the_number_does_not_serve_it()
    {
        await _rig.PerPageAsync(RateFiles.Cost(1), ("44", 10));
        await _rig.PerPageAsync(RateFiles.Cost(2), ("44", 10));

        Assert.Equal(RouteEnd.Nowhere, Choose(null).End);
        Assert.Equal([RouteVerdict.NoRate, RouteVerdict.NoRate], Explain(null).Candidates.Select(c => c.Candidate.Verdict));
    }

    [Fact]
    public async Task Customer_uses_only_what_it_is_allowed_and_nothing_that_it_is_denied()
    {
        await _rig.RouteRows.SetRuleAsync(7, 2, RouteRule.Deny, CancellationToken.None);
        await _rig.Rules.ReloadAsync(CancellationToken.None);
        await _rig.PerPageAsync(RateFiles.Price("standard"), ("1", 90));
        Assert.Equal("one", Chosen(Payer));
        Assert.Equal("two", Chosen(Payer with { Key = 8 }));

        await _rig.RouteRows.SetRuleAsync(7, 2, RouteRule.Allow, CancellationToken.None);
        await _rig.Rules.ReloadAsync(CancellationToken.None);
        Assert.Equal("two", Chosen(Payer));
        Assert.Equal(RouteVerdict.NotAllowed, Explain(Payer).Candidates.Single(c => c.Candidate.Resource.Model.Name == "one").Candidate.Verdict);

        await _rig.RouteRows.SetRuleAsync(7, 2, null, CancellationToken.None);
        await _rig.Rules.ReloadAsync(CancellationToken.None);
        Fill("two");
        Assert.Equal("one", Chosen(Payer));
    }

    [Fact]
    public async Task Costs_of_two_currencies_are_compared_by_the_exchange_rate_of_the_day()
    {
        await _rig.PerPageAsync(RateFiles.Cost(1, "EUR"), ("1", 10));
        await _rig.PerPageAsync(RateFiles.Cost(2, "USD"), ("1", 15));
        _rig.Exchange.Use([new ExchangeRate("EUR", "USD", 1.2m, RateFiles.LongAgo), new ExchangeRate("EUR", "USD", 1.6m, _rig.Clock.GetUtcNow().AddDays(1))]);
        Assert.Equal("one", Chosen(null));

        _rig.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("two", Chosen(null));
        // Without a rate nothing is known of its cost in dollars.
        _rig.Exchange.Use([]);
        Assert.Equal("two", Chosen(null));
    }

    [Fact]
    public async Task Resource_that_would_lose_money_is_left_out_when_a_margin_is_wanted()
    {
        await _rig.PerPageAsync(RateFiles.Cost(1), ("1", 80));
        await _rig.PerPageAsync(RateFiles.Cost(2, "EUR"), ("1", 10));
        await _rig.PerPageAsync(RateFiles.Price("standard"), ("1", 100));
        _rig.Options.Routing.MinMarginPercent = 20;
        Assert.Equal("one", Chosen(Payer));

        _rig.Options.Routing.MinMarginPercent = 20.01m;
        Assert.Equal(RouteEnd.Nowhere, Choose(Payer).End);
        Assert.Equal([RouteVerdict.LosesMoney, RouteVerdict.NoExchange], Explain(Payer).Candidates.Select(c => c.Candidate.Verdict));
        Assert.Equal("one", Chosen(Payer with { BillType = BillType.Free }));
    }

    [Fact]
    public async Task Costs_being_equal_preference_decides_and_then_the_part_that_is_free()
    {
        await _rig.PerPageAsync(RateFiles.Cost(1), ("1", 10));
        await _rig.PerPageAsync(RateFiles.Cost(2), ("1", 10));
        Assert.Equal("one", Chosen(null));

        await AddAsync("two", 2, free: 8, channels: 16, preference: 10);
        Assert.Equal("two", Chosen(null));
    }

    [Fact]
    public async Task Success_weighs_only_when_it_is_asked_for_and_forgets()
    {
        await _rig.PerPageAsync(RateFiles.Cost(1), ("1", 10));
        await _rig.PerPageAsync(RateFiles.Cost(2), ("1", 15));
        for (var i = 0; i < 30; i++)
            _rig.Success.Count(1, "12025550100", CallOutcome.Congestion, _rig.Clock.GetUtcNow());
        for (var i = 0; i < 30; i++)
            _rig.Success.Count(1, "12025550100", CallOutcome.Busy, _rig.Clock.GetUtcNow());
        Assert.Equal(250, _rig.Success.PerThousand(1, "12125550100"));
        Assert.Equal(1000, _rig.Success.PerThousand(1, "442079460000"));
        Assert.Equal("one", Chosen(null));
        _rig.Options.Routing.BySuccess = true;
        Assert.Equal("two", Chosen(null));
        Assert.Equal("succeeds less often", Explain(null).Candidates.Single(c => !c.IsChosen).Why);

        await _rig.Success.SaveAsync(CancellationToken.None);
        var restarted = new RouteSuccess(_rig.RouteRows, Microsoft.Extensions.Options.Options.Create(_rig.Options));
        await restarted.LoadAsync(CancellationToken.None);
        Assert.Equal(250, restarted.PerThousand(1, "12125550100"));
        restarted.Count(1, "12125550100", CallOutcome.Delivered, _rig.Clock.GetUtcNow().AddHours(12));
        Assert.True(restarted.PerThousand(1, "12125550100") > 550);
    }

    [Fact]
    public async Task Customer_without_a_price_is_not_served_unless_it_pays_nothing()
    {
        await _rig.PerPageAsync(RateFiles.Price("standard"), ("44", 100));
        foreach (var type in Enum.GetValues<BillType>())
            Assert.Equal(RatePriceList.Pays(type) ? RouteEnd.NoPrice : RouteEnd.Found, Choose(Payer with { BillType = type }).End);
    }

    [Fact]
    public async Task Price_of_a_plan_is_told_in_the_customers_currency_and_so_is_its_rate()
    {
        await _rig.PerPageAsync(RateFiles.Price("standard", "EUR"), ("1202", 100));
        _rig.Exchange.Use([new ExchangeRate("EUR", "USD", 1.25m, RateFiles.LongAgo)]);
        var list = new RatePriceList(_rig.Rates, _rig.Exchange);
        Assert.True(PhoneNumber.TryParse("+12025550100", "US", out var number));

        var quote = list.Price(Payer, MessageType.Fax, number, TwoPages, _rig.Clock.GetUtcNow());

        Assert.Equal((new Money(250_000, "USD"), "1202"), (quote!.Price, quote.Prefix));
        Assert.Equal(quote.Price, quote.Rate.Price(TwoPages));
        Assert.Null(list.Price(Payer with { Currency = "JPY" }, MessageType.Fax, number, TwoPages, _rig.Clock.GetUtcNow()));
        Assert.Null(list.Price(Payer, MessageType.Voice, number, TwoPages, _rig.Clock.GetUtcNow()));
    }

    [Fact]
    public void Failed_resources_are_left_out_of_the_round()
    {
        Assert.Equal("one", Chosen(null, 2));
        Assert.Equal(RouteEnd.NoneLeft, Choose(null, 1, 2).End);
        Fill("one");
        // It is full, not gone: it is waited for.
        Assert.Equal(RouteEnd.NoRoom, Choose(null, 2).End);
        _rig.Resources.Find(1)!.Lost();
        Assert.Equal(RouteEnd.NoneLeft, Choose(null, 2).End);
        _rig.Resources.Find(2)!.Lost();
        Assert.Equal(RouteEnd.NoRoom, Choose(null).End);
    }

    [Fact]
    public async Task Explanation_tells_of_every_resource_why_it_won_or_lost()
    {
        await _rig.PerPageAsync(RateFiles.Cost(1), ("1", 10));
        await _rig.PerPageAsync(RateFiles.Cost(2), ("1202", 15));
        await AddAsync("three", 3, free: 1, channels: 1);

        var told = Explain(null);

        Assert.Equal([("one", "chosen: the cheapest", "1"), ("two", "dearer", "1202"), ("three", "its cost is not known", "")],
            told.Candidates.Select(c => (c.Candidate.Resource.Model.Name, c.Why, c.Prefix)));
        Assert.Equal((RouteEnd.Found, true), (told.End, told.Candidates[0].IsChosen));
    }

    [Fact]
    public void Before_the_rates_are_read_nothing_is_sent() => Assert.Equal(0, new ResourceRouter(_rig.Resources, _rig.Customers, new RateShelf(),
        new RatePriceList(new RateShelf(), _rig.Exchange), _rig.Rules, _rig.Success, _rig.Exchange, _rig.Clock, Microsoft.Extensions.Options.Options.Create(_rig.Options))
        .Room(MessageType.Fax));

    private Route Choose(Customer? customer, params long[] failed) => _rig.Router.Choose(Question(customer, failed));

    private string? Chosen(Customer? customer, params long[] failed) => Choose(customer, failed).Resource?.Model.Name;

    private RouteExplanation Explain(Customer? customer) => _rig.Router.Explain(Question(customer));

    private static RouteQuestion Question(Customer? customer, params long[] failed) => new(MessageType.Fax, customer, "+12025550100", TwoPages, failed);

    private void Fill(string name)
    {
        var state = _rig.Resources.All.Single(r => r.Model.Name == name);
        while (state.Room(_rig.Clock.GetUtcNow(), _rig.Options.ResourceSilence) > 0)
            state.Opened();
    }

    private async Task AddAsync(string name, long id, int free, int channels, int preference = 100)
    {
        await _rig.ResourceRows.SaveAsync(GatewayRig.Model(new Uri("http://127.0.0.1:1/resource"), name, id) with { Preference = preference }, CancellationToken.None);
        await _rig.Resources.ReloadAsync(CancellationToken.None);
        _rig.Resources.Find(id)!.Heard(new ResourceMessage
        {
            IsResourceActive = true,
            ResourceChannelMax = channels,
            ResourceChannelStatus = new string('1', channels - free) + new string('0', free),
        }, _rig.Clock.GetUtcNow());
    }
}
