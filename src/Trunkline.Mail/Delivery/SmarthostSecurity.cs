namespace Trunkline.Mail.Delivery;

/// <summary>How a smarthost is spoken to.</summary>
public enum SmarthostSecurity
{
    /// <summary>TLS when the smarthost offers it, without asking who it is; else in the clear.</summary>
    Opportunistic,

    /// <summary>STARTTLS with a valid certificate, or not at all (port 587).</summary>
    StartTls,

    /// <summary>TLS from the first byte, with a valid certificate (port 465).</summary>
    ImplicitTls,

    /// <summary>In the clear, for a smarthost on this machine.</summary>
    None,
}
