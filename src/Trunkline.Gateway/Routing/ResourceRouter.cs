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
        if (IsUnpriced(question, ground))
            return new Route(RouteEnd.NoPrice, null, AttemptRates.None);
        RouteCandidate? best = null;
        var nearest = RouteVerdict.NoRate;
        foreach (var resource in resources.Of(question.Type))
        {
            var candidate = Weigh(question, ground, resource);
            if (candidate.Verdict == RouteVerdict.Usable && (best is not { } before || candidate.CompareTo(before) < 0))
                best = candidate;
            nearest = Nearer(nearest, candidate.Verdict);
        }
        return best is { } won
            ? new Route(RouteEnd.Found, won.Resource, new AttemptRates(won.DeckId, won.Rate, ground.Price?.DeckId, ground.Price?.Rate))
            : new Route(EndOf(nearest), null, AttemptRates.None);
    }

    /// <summary>True when a resource that has not failed in this round could carry the message, at once or when it has a free channel.</summary>
    /// <param name="failedNow">The one that has failed now.</param>
    public bool HasOther(QueuedMessage message, long failedNow)
    {
        var question = Ask(message);
        question = question with { Failed = [.. question.Failed, failedNow] };
        var ground = Ground(question);
        if (IsUnpriced(question, ground))
            return false;
        foreach (var resource in resources.Of(question.Type))
        {
            if (Weigh(question, ground, resource).Verdict is RouteVerdict.Usable or RouteVerdict.NoChannel)
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
            candidates.Add(Weigh(question, ground, resource));
        candidates.Sort((a, b) => (a.Verdict != RouteVerdict.Usable).CompareTo(b.Verdict != RouteVerdict.Usable) is not 0 and var order ? order : a.CompareTo(b));
        var end = IsUnpriced(question, ground) ? RouteEnd.NoPrice : EndOf(candidates.Aggregate(RouteVerdict.NoRate, (nearest, c) => Nearer(nearest, c.Verdict)));
        RouteCandidate? chosen = end == RouteEnd.Found ? candidates[0] : null;
        var withoutExchange = end == RouteEnd.NoPrice && question.Customer is { } customer
            ? prices.WithoutExchange(ground.Book, customer, question.Type, question.Digits, ground.Now)
            : null;
        return new RouteExplanation(question, ground.Now, end, ground.Price,
            [.. candidates.Select(c => new ExplainedCandidate(
                c, question.Destination.TrimStart('+')[..c.PrefixLength], c.Resource == chosen?.Resource, ExplainedCandidate.Reason(c, chosen, Routing)))]) { WithoutExchange = withoutExchange };
    }

    private RouteQuestion Ask(QueuedMessage message) => new(message.Type, customers.Find(message.CustomerKey), message.Destination,
        // What has no pages was measured when it was prepared.
        message.EstimatedDuration > TimeSpan.Zero
            ? new Usage(0, message.EstimatedDuration)
            : Routing.Expect(message.Type, Math.Max(0, message.Pages - message.PagesConfirmed), message.Resolution), message.FailedResources);

    /// <summary>One moment, one book, one price: what all candidates are weighed by.</summary>
    private Grounds Ground(in RouteQuestion question)
    {
        var now = time.GetUtcNow();
        var book = shelf.Book;
        var price = question.Customer is { } customer ? prices.Price(book, customer, question.Type, question.Digits, question.Usage, now) : null;
        return new Grounds(now, book, price, question.Customer?.Currency ?? PlainCurrency);
    }

    private static bool IsUnpriced(in RouteQuestion question, in Grounds ground) => question.Customer is not null && ground.Price is null;

    private RouteCandidate Weigh(in RouteQuestion question, in Grounds ground, ResourceState resource)
    {
        var id = resource.Model.Id;
        var look = resource.Look(ground.Now, options.Value.ResourceSilence);
        var candidate = new RouteCandidate
        {
            Resource = resource,
            Unavailable = look.Why,
            Free = look.Free,
            Channels = look.Channels,
            Success = success.PerThousand(id, question.Digits),
        };
        if (question.Customer is { } customer && !rules.Allows(customer.Key, id))
            return candidate with { Verdict = RouteVerdict.NotAllowed };
        if (ground.Book.Cost(id, question.Type, ground.Now) is { } deck)
        {
            if (!deck.TryFind(question.Digits, ground.Now, out var rate, out var length))
                return candidate with { Verdict = RouteVerdict.NoRate, DeckId = deck.Info.Id };
            var cost = rate.Price(question.Usage);
            var converted = exchange.Convert(cost, ground.Currency, ground.Now);
            candidate = candidate with { DeckId = deck.Info.Id, Rate = rate, PrefixLength = length, Cost = cost, Converted = converted, Rank = Rank(converted, candidate.Success) };
        }
        else if (Routing.RequireRate)
            return candidate with { Verdict = RouteVerdict.NoDeck };
        if (MarginVerdict(candidate, ground.Price) is { } against)
            return candidate with { Verdict = against };
        if (question.Failed.Contains(id))
            return candidate with { Verdict = RouteVerdict.FailedInRound };
        if (look.IsOut)
            return candidate with { Verdict = RouteVerdict.Out };
        return look.Why is null ? candidate : candidate with { Verdict = RouteVerdict.NoChannel };
    }

    private long? Rank(Money? cost, int success)
    {
        if (cost is not { MicroUnits: var micro })
            return null;
        return Routing.BySuccess ? (long)Int128.Min((Int128)micro * 1000 / success, long.MaxValue) : micro;
    }

    /// <summary>What a wanted margin says against it. Who pays nothing costs what it costs; a resource without a deck costs nothing that is known.</summary>
    private RouteVerdict? MarginVerdict(in RouteCandidate candidate, Quote? price)
    {
        if (Routing.MinMarginPercent is not { } percent || price?.DeckId is null || candidate.Cost is null)
            return null;
        if (candidate.Converted is not { } cost)
            return RouteVerdict.NoExchange;
        return price.Price.Amount - cost.Amount < price.Price.Amount * percent / 100 ? RouteVerdict.LosesMoney : null;
    }

    /// <summary>The verdict that comes nearer to a way: what is waited for decides how long a message without one waits.</summary>
    private static RouteVerdict Nearer(RouteVerdict a, RouteVerdict b) => Nearness(a) >= Nearness(b) ? a : b;

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

    private readonly record struct Grounds(DateTimeOffset Now, RateBook Book, Quote? Price, string Currency);
}
