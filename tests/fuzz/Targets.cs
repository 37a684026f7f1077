namespace Trunkline.Fuzz;

/// <summary>Every edge that is tried.</summary>
internal static class Targets
{
    public static IReadOnlyList<string> Names { get; } = ["sip", "sdp", "rtp", "udptl", "aware", "mime"];

    /// <summary>A fresh target, or null for a name that is none.</summary>
    public static FuzzTarget? Open(string name) => name switch
    {
        "sip" => new SipTarget(),
        "sdp" => new SdpTarget(),
        "rtp" => new RtpTarget(),
        "udptl" => new UdptlTarget(isAware: false),
        "aware" => new UdptlTarget(isAware: true),
        "mime" => new MimeTarget(),
        _ => null,
    };
}
