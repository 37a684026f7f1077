using System.Net;

namespace Trunkline.Mail.Spf;

/// <summary>The mechanisms of RFC 7208, 5.</summary>
internal enum SpfMechanism
{
    All,
    Include,
    A,
    Mx,
    Ptr,
    Ip4,
    Ip6,
    Exists,
}

/// <summary>One directive of a record: a result for the clients that its mechanism matches.</summary>
/// <param name="Domain">With its macros; null for the domain that is asked about.</param>
/// <param name="Network">Of ip4 and ip6.</param>
/// <param name="Prefix4">Bits that count of an IPv4 address.</param>
/// <param name="Prefix6">Bits that count of an IPv6 address.</param>
internal sealed record SpfTerm(SpfResult Result, SpfMechanism Mechanism, string? Domain, IPNetwork? Network = null, int Prefix4 = 32, int Prefix6 = 128)
{
    /// <summary>True when it costs one of the ten questions.</summary>
    public bool AsksDns => Mechanism switch
    {
        SpfMechanism.All or SpfMechanism.Ip4 or SpfMechanism.Ip6 => false,
        SpfMechanism.Include or SpfMechanism.A or SpfMechanism.Mx or SpfMechanism.Ptr or SpfMechanism.Exists => true,
    };
}
