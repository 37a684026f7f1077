namespace Trunkline.Core;

/// <summary>What kind of line a number leads to, as far as the numbering plans tell.</summary>
public enum NumberClass
{
    /// <summary>A line at a place.</summary>
    Fixed,

    /// <summary>A mobile telephone.</summary>
    Mobile,

    /// <summary>A line at a place or a mobile telephone: the plan (North America's, for one) does not tell them apart.</summary>
    FixedOrMobile,

    /// <summary>Free for the caller.</summary>
    TollFree,

    /// <summary>The called party earns by the call.</summary>
    Premium,

    /// <summary>Caller and called party share the cost.</summary>
    SharedCost,

    /// <summary>A number that follows its owner; some, such as Britain's +44 70, cost as much as premium ones.</summary>
    Personal,

    /// <summary>A telephone on the Internet.</summary>
    Voip,

    /// <summary>A pager.</summary>
    Pager,

    /// <summary>One number for all places of a company, or its voice mail.</summary>
    Company,

    /// <summary>A satellite or another global network, which belongs to no country (+870, +878, +881 to +883, +888).</summary>
    Satellite,

    /// <summary>Possible, but in no plan that we know.</summary>
    Unknown,
}
