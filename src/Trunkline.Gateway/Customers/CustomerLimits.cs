using Trunkline.Core;

namespace Trunkline.Gateway.Customers;

/// <summary>
/// What a customer may do. The defaults let nobody spend much by accident or by a stolen key: its own country only, no premium and no satellite
/// numbers. Amounts are in the customer's currency; null is no limit.
/// </summary>
public sealed record CustomerLimits
{
    /// <summary>Postpaid: how far below zero its balance may go.</summary>
    public Money? Credit { get; init; }

    /// <summary>Of one message.</summary>
    public Money? MessagePrice { get; init; }

    /// <summary>In a day of the customer's time zone, with what is reserved.</summary>
    public Money? DaySpend { get; init; }

    /// <summary>In a calendar month of the customer's time zone, with what is reserved.</summary>
    public Money? MonthSpend { get; init; }

    /// <summary>Messages accepted within an hour.</summary>
    public int? HourMessages { get; init; }

    /// <summary>ISO 3166 codes; empty for its own country only, <c>*</c> for all.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>Premium-rate, shared-cost and personal numbers, +808 and +979 among them.</summary>
    public bool AllowsPremium { get; init; }

    /// <summary>Numbers of satellite and other global networks (+870, +878, +881 to +883, +888). They belong to no country.</summary>
    public bool AllowsSatellite { get; init; }
}
