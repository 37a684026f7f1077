using Trunkline.Core;
using Trunkline.Gateway.Routing;

namespace Trunkline.Web.Api;

/// <summary>Why a message to a number would go the way that it would go now.</summary>
/// <param name="Pages">Expected.</param>
/// <param name="Seconds">Expected on the line.</param>
/// <param name="Chosen">The resource, also of a message that would be refused before it gets there; left out when there is none.</param>
/// <param name="Answer">In a sentence.</param>
/// <param name="Price">What the customer pays; left out without a customer, and for a number that it has no price for.</param>
/// <param name="Candidates">Every resource of the type, the chosen first.</param>
public sealed record RouteExplanationView(
    string Number, MessageType Type, int Pages, long Seconds, DateTimeOffset At, string? Customer, string? Chosen, string Answer, PriceView? Price,
    IReadOnlyList<CandidateView> Candidates)
{
    /// <param name="told">As the router has it.</param>
    /// <param name="refusal">Why a message of this customer to this number is not taken at all; null when it is.</param>
    internal static RouteExplanationView Of(RouteExplanation told, string? refusal) => new(
        told.Question.Destination, told.Question.Type, told.Question.Usage.Pages, (long)told.Question.Usage.Duration.TotalSeconds, told.At,
        told.Customer?.EmailAddress, told.Candidates.FirstOrDefault(c => c.IsChosen)?.Candidate.Resource.Model.Name, refusal is null ? Sentence(told) : "It is refused: " + refusal,
        told.Price is { } price ? new PriceView(price.Price, price.Rate.ToString(), price.Prefix, price.DeckId) : null,
        [.. told.Candidates.Select(CandidateView.Of)]);

    private static string Sentence(RouteExplanation told) => told.End switch
    {
        RouteEnd.Found => "It goes to " + told.Candidates.First(c => c.IsChosen).Candidate.Resource.Model.Name + ".",
        RouteEnd.NoRoom => "It waits: those that could carry it have no free channel, or are not there.",
        RouteEnd.NoneLeft => "It waits: every one that could carry it has just failed.",
        RouteEnd.Nowhere => "No resource may carry it.",
        RouteEnd.NoPrice when told.WithoutExchange is { } currency =>
            $"It is refused: the customer's rate for this number is in {currency}, and there is no exchange rate from {currency} to {told.Customer!.Currency}.",
        RouteEnd.NoPrice => "It is refused: the customer has no price for this number.",
    };
}

/// <summary>What the customer pays.</summary>
/// <param name="Rate">As it is written down with an attempt.</param>
/// <param name="Prefix">The digits of the number that chose it; left out where none did.</param>
public sealed record PriceView(Money Amount, string Rate, string? Prefix, long? Deck);

/// <summary>A resource as a way for the message.</summary>
/// <param name="Why">Why it won or lost.</param>
/// <param name="Cost">In its deck's currency; left out when not known.</param>
/// <param name="Converted">In the customer's currency; left out when there is no exchange rate.</param>
/// <param name="Success">Attempts of a thousand that succeed in the number's country.</param>
public sealed record CandidateView(
    string Resource, bool Chosen, RouteVerdict Verdict, string Why, Money? Cost, Money? Converted, string? Rate, string? Prefix, long? Deck, int Success, int Free,
    int Channels, int Preference)
{
    internal static CandidateView Of(ExplainedCandidate told)
    {
        var c = told.Candidate;
        return new CandidateView(c.Resource.Model.Name, told.IsChosen, c.Verdict, told.Why, c.Cost, c.Converted, c.Rate?.ToString(),
            c.Rate is null ? null : told.Prefix.Length == 0 ? "*" : told.Prefix, c.Deck?.Info.Id, told.Success, c.Free, c.Channels, c.Resource.Model.Preference);
    }
}
