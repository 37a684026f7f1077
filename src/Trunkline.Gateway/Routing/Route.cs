using Trunkline.Gateway.Resources;

namespace Trunkline.Gateway.Routing;

/// <summary>What came of looking for a resource.</summary>
public enum RouteEnd
{
    /// <summary>There is one, with a free channel.</summary>
    Found,

    /// <summary>There is one, but it has no free channel or does not answer at present.</summary>
    NoRoom,

    /// <summary>Every one that is there has failed in this round.</summary>
    NoneLeft,

    /// <summary>None may carry it, full or not: no rate, not allowed, a loss.</summary>
    Nowhere,

    /// <summary>The customer has no price for this number.</summary>
    NoPrice,
}

/// <summary>The way of a message.</summary>
/// <param name="Resource">Where it goes, when <see cref="RouteEnd.Found"/>.</param>
/// <param name="Rates">What is written with the attempt.</param>
public readonly record struct Route(RouteEnd End, ResourceState? Resource, AttemptRates Rates);
