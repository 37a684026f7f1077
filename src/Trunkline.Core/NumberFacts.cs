namespace Trunkline.Core;

/// <summary>What the numbering plans say of a number.</summary>
/// <param name="Country">ISO 3166; empty when it belongs to none (a global network), or when it cannot be told.</param>
/// <param name="CountryCode">ITU-T E.164, such as 1 or 49.</param>
/// <param name="Class">What kind of line it is.</param>
public readonly record struct NumberFacts(string Country, int CountryCode, NumberClass Class)
{
    /// <summary>True when it earns money for somebody who may have asked for the call: premium, shared cost, personal.</summary>
    public bool IsPremium => Class is NumberClass.Premium or NumberClass.SharedCost or NumberClass.Personal;

    /// <summary>True when it belongs to no country but to a satellite or another global network.</summary>
    public bool IsSatellite => Class is NumberClass.Satellite;
}
