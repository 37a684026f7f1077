using Trunkline.Core;

namespace Trunkline.Gateway.Customers;

/// <summary>What a user may do within what its customer may: both limits hold, and a user's never widens its customer's. Null and empty: as the customer.</summary>
public sealed record UserLimits
{
    /// <summary>Of one message, in the customer's currency.</summary>
    public Money? MessagePrice { get; init; }

    /// <summary>In a day of the customer's time zone, with what is reserved.</summary>
    public Money? DaySpend { get; init; }

    /// <summary>In a calendar month of the customer's time zone, with what is reserved.</summary>
    public Money? MonthSpend { get; init; }

    /// <summary>Messages accepted within an hour.</summary>
    public int? HourMessages { get; init; }

    /// <summary>ISO 3166 codes; empty for the customer's.</summary>
    public IReadOnlyList<string> Countries { get; init; } = [];

    /// <summary>As far as the customer may.</summary>
    public bool AllowsPremium { get; init; } = true;

    /// <summary>As far as the customer may.</summary>
    public bool AllowsSatellite { get; init; } = true;
}
