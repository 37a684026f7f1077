namespace Trunkline.Telephony.Sip;

/// <summary>What carries SIP messages (RFC 3261 section 18).</summary>
public enum SipTransport
{
    Udp,
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,
}
