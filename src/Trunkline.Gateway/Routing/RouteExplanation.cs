using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Routing;

/// <summary>Why a message would go the way that it would go now.</summary>
/// <param name="Price">What the customer pays; null without a customer, and for a number that it has no price for.</param>
/// <param name="Candidates">Every resource of the type, the chosen first.</param>
public sealed record RouteExplanation(
    RouteQuestion Question, DateTimeOffset At, RouteEnd End, Quote? Price, IReadOnlyList<ExplainedCandidate> Candidates)
{
    /// <summary>Where there is no price for want of an exchange rate alone: the currency of the rate that there is. Else null.</summary>
    public string? WithoutExchange { get; init; }

    /// <summary>Whose price it is, or null.</summary>
    public Customer? Customer => Question.Customer;
}

/// <summary>A resource, and why it won or lost.</summary>
/// <param name="Prefix">The digits that chose its rate.</param>
/// <param name="Success">Attempts of a thousand that succeed there.</param>
/// <param name="Why">A few words.</param>
public sealed record ExplainedCandidate(RouteCandidate Candidate, string Prefix, int Success, bool IsChosen, string Why)
{
    /// <summary>Says why, compared with the one that was chosen.</summary>
    internal static string Reason(in RouteCandidate own, in RouteCandidate? chosen, RoutingOptions options) => own.Verdict switch
    {
        RouteVerdict.NotAllowed => "not allowed for this customer",
        RouteVerdict.NoDeck => "has no cost deck, and Routing:RequireRate is on",
        RouteVerdict.NoRate => "its deck has no rate for this number",
        RouteVerdict.NoExchange => $"no exchange rate from {own.Cost?.Currency}",
        RouteVerdict.LosesMoney => $"would lose money: less than {options.MinMarginPercent:0.##} % of the price is left",
        RouteVerdict.FailedInRound => "failed just now",
        RouteVerdict.NoChannel => "no free channel",
        RouteVerdict.Out => own.Unavailable ?? "not available",
        RouteVerdict.Usable => chosen is { } best ? Compared(own, best) : "could carry it",
    };

    // A rate that cannot be compared is something else than none: the one is mended by an exchange rate, the other by a deck.
    private static string Unknown(in RouteCandidate own) => own.Cost is { } cost ? $"no exchange rate from {cost.Currency}" : "its cost is not known";

    // A lower cost loses only by its success, which the rank is made of.
    private static string Compared(in RouteCandidate own, in RouteCandidate best)
    {
        if (own.Resource == best.Resource)
            return own.Rank is null ? $"chosen; {Unknown(own)}" : "chosen: the cheapest";
        if (own.Rank is null && best.Rank is not null)
            return Unknown(own);
        if (own.Rank > best.Rank)
            return own.Converted <= best.Converted ? "succeeds less often" : "dearer";
        var cost = own.Rank is null ? own.Cost is null ? "its cost is not known either" : Unknown(own) : "costs the same";
        if (own.Resource.Model.Preference != best.Resource.Model.Preference)
            return cost + ", is less preferred";
        return own.Free == best.Free && own.Channels == best.Channels ? cost + ", was registered later" : cost + ", has less room";
    }
}
