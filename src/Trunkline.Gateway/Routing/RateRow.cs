namespace Trunkline.Gateway.Routing;

/// <summary>One row of a deck.</summary>
/// <param name="Prefix">The numbers that it is for.</param>
/// <param name="Rate">What they cost.</param>
/// <param name="ValidFrom">Null for always.</param>
/// <param name="ValidTo">Not included; null for ever.</param>
/// <param name="Band">Null for every hour.</param>
/// <param name="Description">For people.</param>
public sealed record RateRow(RatePrefix Prefix, Rate Rate, DateTimeOffset? ValidFrom, DateTimeOffset? ValidTo, RateBand? Band, string? Description);
