namespace Trunkline.Telephony.Spandsp;

/// <summary>What a frame of T.30 says, for those who read the record of a call and do not know the abbreviations (ITU-T T.30 section 5.3.6).</summary>
internal static class T30Words
{
    private const int RateOctet = 4;
    private const int EcmOctet = 6;
    private const byte RateBits = 0x3C;
    private const byte EcmBit = 0x04;

    /// <summary>The name and what it says, as in <c>FTT (the training check failed)</c>.</summary>
    /// <param name="name">As T.30 and spandsp call it.</param>
    /// <param name="frame">From its address octet on.</param>
    public static string Of(string name, ReadOnlySpan<byte> frame)
    {
        var words = name is "DCS" ? Settings(frame) : Meaning(name);
        return words is null ? name : $"{name} ({words})";
    }

    private static string? Meaning(string name) => name switch
    {
        "DIS" => "what the called end can do",
        "CSI" => "who the called end is",
        "TSI" => "who the caller is",
        "CFR" => "the training check was good: begin",
        "FTT" => "the training check failed",
        "MCF" => "it arrived",
        "RTP" => "it arrived; train anew",
        "RTN" => "the page cannot be read",
        "PIP" => "it arrived; an operator is called",
        "PIN" => "the page cannot be read; an operator is called",
        "PPS" => "that was a part of a page, or all of it",
        "PPR" => "parts of it are missing: once more",
        "CTC" => "the missing parts come slower",
        "CTR" => "agreed",
        "RR" => "ready to go on?",
        "RNR" => "not ready yet",
        "EOR" => "the missing parts are given up",
        "ERR" => "agreed",
        "MPS" => "end of the page, another follows",
        "EOM" => "end of the page, other settings follow",
        "EOP" => "end of the last page",
        "CRP" => "say that again",
        "DCN" => "goodbye",
        _ => null,
    };

    /// <summary>Table 2 of T.30: bits 11 to 14 are the rate and its modem, bit 27 error correction.</summary>
    private static string? Settings(ReadOnlySpan<byte> frame)
    {
        if (frame.Length <= RateOctet)
            return null;
        var rate = (frame[RateOctet] & RateBits) switch
        {
            0x20 => "14400 bit/s by V.17",
            0x28 => "12000 bit/s by V.17",
            0x24 => "9600 bit/s by V.17",
            0x2C => "7200 bit/s by V.17",
            0x04 => "9600 bit/s by V.29",
            0x0C => "7200 bit/s by V.29",
            0x08 => "4800 bit/s by V.27ter",
            0x00 => "2400 bit/s by V.27ter",
            _ => null,
        };
        return rate is null ? null : $"to come: {rate}{(frame.Length > EcmOctet && (frame[EcmOctet] & EcmBit) != 0 ? ", with ECM" : "")}";
    }
}
