using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// Finds the resource for a message: of its type, active, heard from, with a free channel, allowed for the customer; of these the one whose expected
/// cost is lowest. docs/reference/routing.md says it in full.
/// </summary>
public sealed class ResourceRouter(
    ResourceRegistry resources,
    CustomerDirectory customers,
    RateShelf shelf,
    RatePriceList prices,
    RouteRules rules,
    RouteSuccess success,
    IExchangeRates exchange,
    TimeProvider time,
    IOptions<GatewayOptions> options)
{
    // What costs of several carriers are compared in when nobody pays.
    private const string PlainCurrency = "USD";

    private RoutingOptions Routing => options.Value.Routing;

    /// <summary>Messages of a type that could be sent now; none before the rates are read.</summary>
    public int Room(MessageType type)
    {
        if (!shelf.IsReady)
            return 0;
        var now = time.GetUtcNow();
        var room = 0;
        foreach (var resource in resources.Of(type))
            room += resource.Room(now, options.Value.ResourceSilence);
        return room;
    }

    /// <summary>The way of a message now, and by which rates.</summary>
    public Route Choose(QueuedMessage message) => Choose(Ask(message));

    /// <summary>The way of a message now, and by which rates.</summary>
    public Route Choose(in RouteQuestion question)
    {
        var ground = Ground(question);
        if (ground.IsUnpriced)
            return new Route(RouteEnd.NoPrice, null, AttemptRates.None);
        var best = default(RouteCandidate);
        var nearest = RouteVerdict.NoRate;
        foreach (var resource in resources.Of(question.Type))
        {
            var candidate = new RouteCandidate { Resource = resource };
            candidate.Verdict = Weigh(question, ref ground, ref candidate);
            if (candidate.Verdict == RouteVerdict.Usable && (best.Resource is null || candidate.CompareTo(best) < 0))
                best = candidate;
            nearest = Nearer(nearest, candidate.Verdict);
        }
        return best.Resource is { } won
            ? new Route(RouteEnd.Found, won, new AttemptRates(best.Deck?.Info.Id, best.Rate, ground.PriceDeck?.Info.Id, question.Customer is null ? null : ground.Price))
            : new Route(EndOf(nearest), null, AttemptRates.None);
    }

    /// <summary>True when a resource that has not failed in this round could carry the message, at once or when it has a free channel.</summary>
    /// <param name="failedNow">The one that has failed now.</param>
    public bool HasOther(QueuedMessage message, long failedNow)
    {
        var question = Ask(message);
        question = question with { Failed = [.. question.Failed, failedNow] };
        var ground = Ground(question);
        if (ground.IsUnpriced)
            return false;
        foreach (var resource in resources.Of(question.Type))
        {
            var candidate = new RouteCandidate { Resource = resource };
            if (Weigh(question, ref ground, ref candidate) is RouteVerdict.Usable or RouteVerdict.NoChannel)
                return true;
        }
        return false;
    }

    /// <summary>Every resource of the type with what speaks for it and against it, the best first.</summary>
    public RouteExplanation Explain(RouteQuestion question)
    {
        var ground = Ground(question);
        var candidates = new List<RouteCandidate>();
        foreach (var resource in resources.Of(question.Type))
        {
            var candidate = new RouteCandidate { Resource = resource };
            candidate.Verdict = Weigh(question, ref ground, ref candidate);
            candidates.Add(candidate);
        }
        candidates.Sort((a, b) => (a.Verdict != RouteVerdict.Usable).CompareTo(b.Verdict != RouteVerdict.Usable) is not 0 and var order ? order : a.CompareTo(b));
        var end = ground.IsUnpriced ? RouteEnd.NoPrice : EndOf(candidates.Aggregate(RouteVerdict.NoRate, (nearest, c) => Nearer(nearest, c.Verdict)));
        RouteCandidate? chosen = end == RouteEnd.Found ? candidates[0] : null;
        var price = question.Customer is { } payer ? prices.Price(ground.Book, payer, question.Type, question.Digits, question.Usage, ground.Now) : null;
        var withoutExchange = end == RouteEnd.NoPrice && question.Customer is { } customer
            ? prices.WithoutExchange(ground.Book, customer, question.Type, question.Digits, ground.Now)
            : null;
        var now = ground.Now;
        return new RouteExplanation(question, now, end, price, [.. candidates.Select(c => new ExplainedCandidate(
            c, PrefixOf(question, c, now), success.PerThousand(c.Resource.Model.Id, question.Digits), c.Resource == chosen?.Resource,
            ExplainedCandidate.Reason(c, chosen, Routing)))]) { WithoutExchange = withoutExchange };
    }

    private static string PrefixOf(in RouteQuestion question, in RouteCandidate candidate, DateTimeOffset now) =>
        candidate.Deck is { } deck && deck.TryFind(question.Digits, now, out _, out var length) ? question.Digits[..length].ToString() : "";

    private RouteQuestion Ask(QueuedMessage message) => new(message.Type, customers.Find(message.CustomerKey), message.Destination,
        // What has no pages was measured when it was prepared.
        message.EstimatedDuration > TimeSpan.Zero
            ? new Usage(0, message.EstimatedDuration)
            : Routing.Expect(message.Type, Math.Max(0, message.Pages - message.PagesConfirmed), message.Resolution), message.FailedResources);

    /// <summary>One moment, one book, one price: what all candidates are weighed by.</summary>
    private Grounds Ground(in RouteQuestion question)
    {
        var (now, book) = (time.GetUtcNow(), shelf.Book);
        var all = options.Value;
        var ground = new Grounds(now, book, book.Search(question.Type, question.Digits, now), all.Routing, all.ResourceSilence) { HasFailed = question.Failed.Count > 0 };
        if (question.Customer is not { } customer)
            return ground;
        ground.Currency = customer.Currency;
        ground.Rules = rules.Of(customer.Key);
        ground.IsUnpriced = !prices.TryPrice(ref ground.Search, customer, now, out ground.PriceDeck, out ground.Price);
        return ground;
    }

    private RouteVerdict Weigh(in RouteQuestion question, ref Grounds ground, ref RouteCandidate candidate)
    {
        var id = candidate.Resource.Model.Id;
        var look = candidate.Resource.Look(ground.Now, ground.Silence);
        (candidate.Unavailable, candidate.Free, candidate.Channels) = (look.Why, look.Free, look.Channels);
        if (!ground.Rules.Allow(id))
            return RouteVerdict.NotAllowed;
        if (ground.Search.Cost(id) is { } placed)
        {
            candidate.Deck = placed.Deck;
            if (ground.Search.Find(placed) is not (>= 0 and var number))
                return RouteVerdict.NoRate;
            candidate.RateNumber = number;
            var cost = placed.Deck.Rate(number).Price(question.Usage);
            candidate.Cost = cost;
            candidate.Converted = cost.Currency == ground.Currency ? cost : exchange.Convert(cost, ground.Currency, ground.Now);
            candidate.Rank = ground.Options.BySuccess ? Rank(candidate.Converted, id, question.Digits) : candidate.Converted?.MicroUnits;
        }
        else if (ground.Options.RequireRate)
            return RouteVerdict.NoDeck;
        if (ground.Options.MinMarginPercent is { } margin && MarginVerdict(candidate, ground, question.Usage, margin) is { } against)
            return against;
        if (ground.HasFailed && question.Failed.Contains(id))
            return RouteVerdict.FailedInRound;
        if (look.IsOut)
            return RouteVerdict.Out;
        return look.Why is null ? RouteVerdict.Usable : RouteVerdict.NoChannel;
    }

    private long? Rank(Money? cost, long resource, ReadOnlySpan<char> digits) =>
        cost is { MicroUnits: var micro } ? (long)Int128.Min((Int128)micro * 1000 / success.PerThousand(resource, digits), long.MaxValue) : null;

    /// <summary>What a wanted margin says against it. Who pays nothing costs what it costs; a resource without a deck costs nothing that is known.</summary>
    private static RouteVerdict? MarginVerdict(in RouteCandidate candidate, in Grounds ground, Usage usage, decimal percent)
    {
        if (ground.PriceDeck is null || candidate.Cost is null)
            return null;
        if (candidate.Converted is not { } cost)
            return RouteVerdict.NoExchange;
        var price = ground.Price.Price(usage);
        return price.Amount - cost.Amount < price.Amount * percent / 100 ? RouteVerdict.LosesMoney : null;
    }

    /// <summary>The verdict that comes nearer to a way: what is waited for decides how long a message without one waits.</summary>
    private static RouteVerdict Nearer(RouteVerdict a, RouteVerdict b) => a == RouteVerdict.Usable || Nearness(a) >= Nearness(b) ? a : b;

    // One that is full is waited for. One that is out is not waited for while another, which failed, may be tried again after its interval.
    private static int Nearness(RouteVerdict verdict) => verdict switch
    {
        RouteVerdict.Usable => 4,
        RouteVerdict.NoChannel => 3,
        RouteVerdict.FailedInRound => 2,
        RouteVerdict.Out => 1,
        RouteVerdict.NotAllowed or RouteVerdict.NoDeck or RouteVerdict.NoRate or RouteVerdict.NoExchange or RouteVerdict.LosesMoney => 0,
    };

    private static RouteEnd EndOf(RouteVerdict nearest) => nearest switch
    {
        RouteVerdict.Usable => RouteEnd.Found,
        RouteVerdict.NoChannel or RouteVerdict.Out => RouteEnd.NoRoom,
        RouteVerdict.FailedInRound => RouteEnd.NoneLeft,
        RouteVerdict.NotAllowed or RouteVerdict.NoDeck or RouteVerdict.NoRate or RouteVerdict.NoExchange or RouteVerdict.LosesMoney => RouteEnd.Nowhere,
    };

    private ref struct Grounds(DateTimeOffset now, RateBook book, RateSearch search, RoutingOptions options, TimeSpan silence)
    {
        public readonly DateTimeOffset Now = now;
        public readonly RateBook Book = book;
        public readonly RoutingOptions Options = options;
        public readonly TimeSpan Silence = silence;
        public bool HasFailed;
        public RateSearch Search = search;
        public RouteRules.Rules Rules = RouteRules.Rules.None;
        public string Currency = PlainCurrency;

        // What the customer pays, and by which deck; neither where nobody is meant, no deck where nothing is paid.
        public Rate Price;
        public RateDeck? PriceDeck;
        public bool IsUnpriced;
    }
}
