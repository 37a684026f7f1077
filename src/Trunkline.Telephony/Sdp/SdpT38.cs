using System.Globalization;
using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Sdp;

/// <summary>What one end says of its T.38 (ITU-T T.38 Annex D, section D.2.3).</summary>
public sealed record SdpT38
{
    /// <summary>T38FaxVersion: 0 to 3.</summary>
    public int Version { get; init; }

    /// <summary>T38MaxBitRate: bits a second.</summary>
    public int MaxBitRate { get; init; } = 14_400;

    /// <summary>T38FaxMaxBuffer: bytes; 0 for not said.</summary>
    public int MaxBuffer { get; init; }

    /// <summary>T38FaxMaxDatagram: bytes that this end takes. Ends that say nothing take what the others send in practice.</summary>
    public int MaxDatagram { get; init; } = 400;

    /// <summary>
    /// T38FaxUdpEC. The redundancy field is part of every UDPTL packet, so an end that says nothing can read it: silence means redundancy.
    /// </summary>
    public UdptlErrorCorrection ErrorCorrection { get; init; } = UdptlErrorCorrection.Redundancy;

    /// <summary>False for localTCF, which no gateway on UDP can do; the terminal here speaks transferredTCF only.</summary>
    public bool TransferredTcf { get; init; } = true;

    public bool FillBitRemoval { get; init; }

    public bool TranscodingMmr { get; init; }

    public bool TranscodingJbig { get; init; }

    /// <summary>Whether it is an Internet-aware fax device.</summary>
    public InternetAwareness InternetAware { get; init; }

    /// <summary>What this program says of itself.</summary>
    public static SdpT38 Ours { get; } = new() { MaxBuffer = 1_800, MaxDatagram = 1_400 };

    /// <summary>Reads the attributes; names without case, since makers spell them as they like; what is missing or unreadable keeps its default.</summary>
    internal static SdpT38 Read(IReadOnlyList<SdpAttribute> attributes)
    {
        var t38 = new SdpT38();
        foreach (var (name, value) in attributes)
        {
            t38 = name.ToUpperInvariant() switch
            {
                "T38FAXVERSION" => t38 with { Version = Math.Min(Number(value, t38.Version), 3) },
                "T38MAXBITRATE" or "T38FAXMAXBITRATE" or "T38FAXMAXRATE" => t38 with { MaxBitRate = Positive(value, t38.MaxBitRate) },
                "T38FAXMAXBUFFER" or "T38MAXBUFFER" => t38 with { MaxBuffer = Number(value, t38.MaxBuffer) },
                "T38FAXMAXDATAGRAM" or "T38MAXDATAGRAM" => t38 with { MaxDatagram = Positive(value, t38.MaxDatagram) },
                "T38FAXUDPEC" => t38 with { ErrorCorrection = Correction(value, t38.ErrorCorrection) },
                "T38FAXRATEMANAGEMENT" => t38 with { TransferredTcf = !Is(value, "localTCF") },
                "T38FAXFILLBITREMOVAL" => t38 with { FillBitRemoval = Flag(value) },
                "T38FAXTRANSCODINGMMR" => t38 with { TranscodingMmr = Flag(value) },
                "T38FAXTRANSCODINGJBIG" => t38 with { TranscodingJbig = Flag(value) },
                "X-INTERNET-AWARE-FAX" => t38 with
                {
                    InternetAware = Is(value, "offer") ? InternetAwareness.Offered : Is(value, "answer") ? InternetAwareness.Answered : t38.InternetAware,
                },
                _ => t38,
            };
        }
        return t38;
    }

    internal IReadOnlyList<SdpAttribute> Write()
    {
        List<SdpAttribute> lines =
        [
            new("T38FaxVersion", Text(Version)),
            new("T38MaxBitRate", Text(MaxBitRate)),
            new("T38FaxRateManagement", TransferredTcf ? "transferredTCF" : "localTCF"),
        ];
        if (FillBitRemoval)
            lines.Add(new("T38FaxFillBitRemoval", null));
        if (TranscodingMmr)
            lines.Add(new("T38FaxTranscodingMMR", null));
        if (TranscodingJbig)
            lines.Add(new("T38FaxTranscodingJBIG", null));
        if (MaxBuffer > 0)
            lines.Add(new("T38FaxMaxBuffer", Text(MaxBuffer)));
        lines.Add(new("T38FaxMaxDatagram", Text(MaxDatagram)));
        lines.Add(new("T38FaxUdpEC", ErrorCorrection switch
        {
            UdptlErrorCorrection.None => "t38UDPNoEC",
            UdptlErrorCorrection.Redundancy => "t38UDPRedundancy",
            UdptlErrorCorrection.Fec => "t38UDPFEC",
        }));
        if (InternetAware != InternetAwareness.None)
            lines.Add(new("x-internet-aware-fax", InternetAware == InternetAwareness.Offered ? "offer" : "answer"));
        return lines;
    }

    /// <summary>A flag is on when it stands alone or says 1; some write :0 for off (RFC 3362 has no values, Annex D examples do).</summary>
    private static bool Flag(string? value) => value is null || value.Trim() is not ("0" or "no" or "false");

    private static UdptlErrorCorrection Correction(string? value, UdptlErrorCorrection otherwise) =>
        Is(value, "t38UDPFEC") ? UdptlErrorCorrection.Fec
        : Is(value, "t38UDPRedundancy") ? UdptlErrorCorrection.Redundancy
        : Is(value, "t38UDPNoEC") ? UdptlErrorCorrection.None
        : otherwise;

    private static bool Is(string? value, string word) => value is not null && value.Trim().Equals(word, StringComparison.OrdinalIgnoreCase);

    private static int Number(string? value, int otherwise) =>
        int.TryParse(value?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static int Positive(string? value, int otherwise) => Number(value, otherwise) is > 0 and var number ? number : otherwise;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
