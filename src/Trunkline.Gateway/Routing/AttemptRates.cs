namespace Trunkline.Gateway.Routing;

/// <summary>
/// By which rates an attempt is charged, as quoted when it began; written into its row. The bill is made of these, whatever deck is current when the
/// receipt comes.
/// </summary>
/// <param name="CostDeckId">The deck of the resource; null when it has none.</param>
/// <param name="Cost">What the resource costs us, in its deck's currency; null when that is not known.</param>
/// <param name="PriceDeckId">The deck of the customer's plan; null when the customer pays nothing.</param>
/// <param name="Price">What the customer pays, in the customer's currency.</param>
public sealed record AttemptRates(long? CostDeckId, Rate? Cost, long? PriceDeckId, Rate? Price)
{
    /// <summary>Nothing is known and nothing is charged.</summary>
    public static AttemptRates None { get; } = new(null, null, null, null);
}
