using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Fax;

/// <summary>How a call is to be tried: a way, and with what the last fax to the number got through.</summary>
/// <param name="MaxBitRate">Where to begin: 14400, 9600 or 4800 bit/s.</param>
/// <param name="Ecm">False does not offer error correction.</param>
internal readonly record struct FaxPlan(FaxWay Way, int MaxBitRate = FaxPlan.Fastest, bool Ecm = true)
{
    /// <summary>V.17.</summary>
    public const int Fastest = 14400;

    /// <summary>For a number of which nothing is known.</summary>
    public static FaxPlan Best => new(FaxWay.Best);

    private bool T38 => Way == FaxWay.Best;

    private int Rate => Way switch
    {
        FaxWay.Best or FaxWay.Audio => MaxBitRate,
        FaxWay.WithoutV17 => Math.Min(MaxBitRate, 9600),
        FaxWay.Slow => Math.Min(MaxBitRate, 4800),
    };

    /// <summary>The modem to begin with, by the rate that a fax ended with: what lies above it failed its training, call after call.</summary>
    /// <param name="bitRate">0 when it is not known.</param>
    public static int Begin(int bitRate) => bitRate is 0 or > 9600 ? Fastest : bitRate > 4800 ? 9600 : 4800;

    /// <summary>In words, for the record of the call.</summary>
    public string Words()
    {
        var how = Way switch
        {
            FaxWay.Best => "T.38 or G.711",
            FaxWay.Audio => "G.711",
            FaxWay.WithoutV17 => "G.711 without V.17",
            FaxWay.Slow => "G.711 by V.27ter",
        };
        return string.Create(null, $"{how}, to {Rate} bit/s{(Ecm ? "" : ", without ECM")}");
    }

    /// <summary>The call by this plan. It only takes away: all that the message asks for stays as it is.</summary>
    public FaxCall Apply(FaxCall call) => call with
    {
        AllowT38 = call.AllowT38 && T38,
        MaxBitRate = Math.Min(call.MaxBitRate, Rate),
        AllowEcm = call.AllowEcm && Ecm,
    };
}
