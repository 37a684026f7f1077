namespace Trunkline.Telephony.Media;

/// <summary>Whether sound is enciphered (SRTP, RFC 3711) with keys that stand in the description (RFC 4568).</summary>
public enum SrtpUse
{
    /// <summary>Never: what is offered enciphered only is refused.</summary>
    Off,

    /// <summary>Offered beside plain RTP (RFC 8643), and taken when it is offered.</summary>
    Offered,

    /// <summary>Nothing else is spoken. T.38 is not, since UDPTL cannot be enciphered so.</summary>
    Required,
}

/// <summary>The transforms of RFC 4568 section 6.2 that we know.</summary>
public enum SrtpSuite
{
    /// <summary>AES_CM_128_HMAC_SHA1_80: a tag of ten bytes.</summary>
    Aes128Sha80,

    /// <summary>AES_CM_128_HMAC_SHA1_32: a tag of four bytes.</summary>
    Aes128Sha32,
}

/// <summary>A master key for one direction.</summary>
/// <param name="Inline">Key and salt, 30 bytes, in Base64: as the description says them.</param>
public sealed record SrtpKey(SrtpSuite Suite, string Inline)
{
    /// <summary>The suite alone: a key must not reach a log.</summary>
    public override string ToString() => Suite.ToString();
}

/// <summary>The keys of both directions.</summary>
/// <param name="Local">What we send is enciphered with it.</param>
/// <param name="Remote">What the far end sends is.</param>
public sealed record SrtpKeys(SrtpKey Local, SrtpKey Remote);
