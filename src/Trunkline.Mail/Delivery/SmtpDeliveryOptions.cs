using System.Net;

namespace Trunkline.Mail.Delivery;

/// <summary>How mail leaves by SMTP.</summary>
public sealed record SmtpDeliveryOptions
{
    /// <summary>Our name in EHLO.</summary>
    public required string HostName { get; init; }

    /// <summary>Null: each domain's own servers are looked up (MX).</summary>
    public Smarthost? Smarthost { get; init; }

    /// <summary>Domains that end here: mail to them is never sent out, where it would come back.</summary>
    public IReadOnlyList<string> LocalDomains { get; init; } = [];

    /// <summary>Where we listen ourselves: a domain whose server that is would loop. An address of 0.0.0.0 or :: stands for this machine's loopback.</summary>
    public IReadOnlyList<IPEndPoint> OwnEndPoints { get; init; } = [];

    /// <summary>The port of the servers that MX names.</summary>
    public int MxPort { get; init; } = 25;

    /// <summary>5 addresses a delivery: more servers than that are not down at once, and each may take its whole time.</summary>
    public int MaxAddresses { get; init; } = 5;

    /// <summary>30 seconds to connect and greet.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Ten minutes for one delivery to one server: RFC 5321, 4.5.3.2.6 gives the server as long after the data.</summary>
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
