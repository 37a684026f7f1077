using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Fax;

/// <summary>
/// How a fax is tried. What fails is tried again one step down: T.38 may be broken between the carrier and its gateway, V.17 is the first to fail on a
/// poor line, and V.27ter gets through where nothing else does.
/// </summary>
internal enum FaxWay
{
    /// <summary>T.38 where the far end takes it, up to 14,400 bit/s.</summary>
    Best,

    /// <summary>G.711 from the start.</summary>
    Audio,

    /// <summary>G.711 without V.17: 9,600 bit/s at most.</summary>
    WithoutV17,

    /// <summary>G.711 by V.27ter: 4,800 bit/s at most.</summary>
    Slow,
}

/// <summary>The order of the ways.</summary>
internal static class FaxWays
{
    /// <summary>The next way down; after the last comes the best again, since none of them worked.</summary>
    public static FaxWay Next(this FaxWay way) => way == FaxWay.Slow ? FaxWay.Best : way + 1;
}
