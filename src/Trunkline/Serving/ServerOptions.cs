using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Trunkline.Serving;

/// <summary>What one process is to do. Read once at start from <c>trunkline.json</c>, <c>TRUNKLINE_*</c> variables and the command line, the last winning.</summary>
public sealed class ServerOptions
{
    /// <summary>The names of the roles that a process can play.</summary>
    public static readonly IReadOnlyList<string> KnownRoles = ["gateway", "resource", "manager", "testline", InstantRole.Name];

    /// <summary>Everything that is kept lies below.</summary>
    public string Data { get; set; } = "data";

    /// <summary>The mail domain that is ours.</summary>
    public string Domain { get; set; } = "localhost";

    /// <summary>Where mail comes in.</summary>
    public string Smtp { get; set; } = "127.0.0.1:2525";

    /// <summary>The API, the console and the resource protocol.</summary>
    public string Http { get; set; } = "127.0.0.1:8080";

    /// <summary>The same over TLS; empty for none.</summary>
    public string Https { get; set; } = "";

    /// <summary>Where customers will fetch their mail; nothing listens there yet.</summary>
    public string Pop3 { get; set; } = "127.0.0.1:2110";

    /// <summary>Our end of the SIP trunk.</summary>
    public string Sip { get; set; } = "127.0.0.1:5060";

    /// <summary>The test line.</summary>
    public string Testline { get; set; } = "127.0.0.1:5090";

    /// <summary><c>sqlite</c>, in the data directory.</summary>
    public string Store { get; set; } = "sqlite";

    /// <summary>Comma between.</summary>
    public string Roles { get; set; } = "gateway,resource,manager,testline";

    /// <summary>Creates the customer <c>demo@&lt;domain&gt;</c> with the key <c>demo-key</c>, trusted from loopback.</summary>
    public bool Demo { get; set; }

    /// <summary>PEM files of the certificate; empty for a self-made one in the data directory.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The key of <see cref="CertificateFile"/>.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary><c>host:port</c> of the server that takes all mail that is not ours; empty to deliver by MX.</summary>
    public string Smarthost { get; set; } = "";

    /// <summary>The user name at the smarthost; empty for none.</summary>
    public string SmarthostUser { get; set; } = "";

    /// <summary>Its password.</summary>
    public string SmarthostPassword { get; set; } = "";

    /// <summary>The router and the resource of this process speak HTTPS to one another (needs <see cref="Https"/>).</summary>
    public bool ExchangeByHttps { get; set; }

    /// <summary>The capture file for SIP and media over UDP, of the resource's calls; empty for none.</summary>
    public string Pcap { get; set; } = "";

    /// <summary>The capture grows no further than this.</summary>
    public int PcapMegabytes { get; set; } = 500;

    /// <summary>Run converters with limits only where bubblewrap does not work.</summary>
    public bool AllowUnconfinedConverters { get; set; }

    /// <summary>Seconds of media and signalling in a second: 1, but for tests that have no time.</summary>
    [Range(1, 200)]
    public double MediaSpeed { get; set; } = 1;

    /// <summary>The roles that this process plays.</summary>
    public IReadOnlySet<string> RoleSet => Roles.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the configuration. Throws <see cref="OptionsException"/> with a sentence for what cannot work.</summary>
    public static ServerOptions Read(IConfiguration configuration)
    {
        var options = new ServerOptions();
        try
        {
            configuration.Bind(options);
        }
        catch (InvalidOperationException fault)
        {
            throw new OptionsException((fault.InnerException ?? fault).Message);
        }
        options.Check();
        return options;
    }

    /// <summary>An address such as <c>127.0.0.1:2525</c> or <c>[::1]:2525</c>.</summary>
    public static IPEndPoint EndPoint(string name, string text) => IPEndPoint.TryParse(text, out var endPoint) && (endPoint.Port > 0 || text.EndsWith(":0", StringComparison.Ordinal))
        ? endPoint
        : throw new OptionsException(string.Create(CultureInfo.InvariantCulture, $"--{name} {text}: an address and a port were expected, such as 127.0.0.1:2525."));

    private void Check()
    {
        foreach (var (name, text) in new[] { ("smtp", Smtp), ("http", Http), ("pop3", Pop3), ("sip", Sip), ("testline", Testline) })
            EndPoint(name, text);
        if (Https.Length > 0)
            EndPoint("https", Https);
        if (RoleSet.FirstOrDefault(r => !KnownRoles.Contains(r, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new OptionsException($"--roles {unknown}: known are {string.Join(", ", KnownRoles)}.");
        if (RoleSet.Count == 0)
            throw new OptionsException("--roles names none.");
        if (!Store.Equals("sqlite", StringComparison.OrdinalIgnoreCase))
            throw new OptionsException($"--store {Store}: this version keeps its store in SQLite.");
        if (Uri.CheckHostName(Domain) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
            throw new OptionsException($"--domain {Domain}: a domain name was expected.");
        if (ExchangeByHttps && Https.Length == 0)
            throw new OptionsException("ExchangeByHttps needs --https.");
        if (PcapMegabytes is < 1 or > 100_000)
            throw new OptionsException("PcapMegabytes is 1 to 100,000.");
        if (MediaSpeed is < 1 or > 200)
            throw new OptionsException("MediaSpeed is 1 to 200.");
    }
}

/// <summary>An option that cannot work; the message is for the operator.</summary>
public sealed class OptionsException(string message) : Exception(message);
