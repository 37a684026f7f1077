using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Serving;

/// <summary>
/// The carriers and our media, as the operator configures them: one carrier under <c>Trunk</c>; or several under <c>Trunks:0</c>, <c>Trunks:1</c> and so on,
/// in the order in which to use them, each with what <c>Trunk</c> says where it says nothing itself.
/// </summary>
public sealed class TelephoneOptions
{
    /// <summary>More carriers than any resource has.</summary>
    private const int MaxTrunks = 50;

    private IReadOnlyList<TrunkSettings> _trunks = [];

    /// <summary>The carriers, at least one.</summary>
    public IReadOnlyList<TrunkSettings> Trunks => _trunks;

    /// <summary>Our address as the carrier sees it, when it is not the one that we bind: behind a one-to-one NAT, or bound to all addresses. Empty otherwise.</summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>The first media port.</summary>
    public int FirstMediaPort { get; set; } = 4000;

    /// <summary>The last media port.</summary>
    public int LastMediaPort { get; set; } = 4999;

    /// <summary>A PEM file of the authorities that a carrier's certificate may come from; empty for those of the machine.</summary>
    public string TlsAuthorities { get; set; } = "";

    /// <summary>Where TLS listens, so that the far end may connect to us in a call; empty for the port after that of SIP, where a trunk uses TLS.</summary>
    public string TlsListen { get; set; } = "";

    /// <summary>Calls at once over all carriers.</summary>
    public int Channels => Trunks.Sum(t => t.Channels);

    /// <summary>Reads the sections.</summary>
    public static TelephoneOptions Read(IConfiguration configuration)
    {
        var options = new TelephoneOptions();
        var common = configuration.GetSection("Trunk");
        try
        {
            common.Bind(options);
        }
        catch (InvalidOperationException fault)
        {
            throw new OptionsException("Trunk: " + (fault.InnerException ?? fault).Message);
        }
        var several = configuration.GetSection("Trunks").GetChildren().ToArray();
        if (several.Length > MaxTrunks)
            throw new OptionsException(string.Create(CultureInfo.InvariantCulture, $"Trunks: at most {MaxTrunks}."));
        options._trunks = several.Length == 0
            ? [TrunkSettings.Read("Trunk", common)]
            // In the order of their numbers: as text, 10 would come before 2.
            : [.. several.OrderBy(s => int.TryParse(s.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : int.MaxValue)
                .Select(s => TrunkSettings.Read(s.Path, common, s))];
        if (options.FirstMediaPort is < 1024 or > 65534 || options.LastMediaPort <= options.FirstMediaPort || options.LastMediaPort > 65535)
            throw new OptionsException("Trunk:FirstMediaPort and Trunk:LastMediaPort are a range between 1024 and 65535.");
        if (options.PublicAddress.Length > 0 && !IPAddress.TryParse(options.PublicAddress, out _))
            throw new OptionsException($"Trunk:PublicAddress {options.PublicAddress} is no IP address.");
        return options;
    }

    /// <summary>What others are told, or null for the bound address.</summary>
    public IPAddress? Advertised => PublicAddress.Length > 0 ? IPAddress.Parse(PublicAddress) : null;

    /// <summary>The trunks: the configured carriers, or the test line when none is.</summary>
    public IReadOnlyList<SipTrunkOptions> Carriers(IPEndPoint testLine) => [.. Trunks.Select(t => t.ToOptions(testLine, Advertised))];

    /// <summary>Our media, on the address of the SIP socket.</summary>
    public MediaEngineOptions Media(IPAddress address) => new() { Address = address, FirstPort = FirstMediaPort, LastPort = LastMediaPort };

    /// <summary>TCP and TLS beside the SIP socket. Throws <see cref="OptionsException"/> when the authorities cannot be read.</summary>
    public SipStreamOptions Streams(IPEndPoint sip, SslStreamCertificateContext certificate, PacketCapture? capture = null)
    {
        var listens = TlsListen.Length > 0 || Trunks.Any(t => t.Transport == SipTransport.Tls);
        return new SipStreamOptions
        {
            TlsLocal = !listens ? null
                : TlsListen.Length > 0 ? ServerOptions.EndPoint("Trunk:TlsListen", TlsListen)
                : new IPEndPoint(sip.Address, sip.Port == 0 ? 0 : sip.Port + 1),
            Certificate = certificate,
            Authorities = Authorities(),
            Capture = capture,
        };
    }

    private X509Certificate2Collection Authorities()
    {
        var authorities = new X509Certificate2Collection();
        if (TlsAuthorities.Length == 0)
            return authorities;
        try
        {
            authorities.ImportFromPemFile(TlsAuthorities);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsException($"Trunk:TlsAuthorities {TlsAuthorities} cannot be read: {e.Message}");
        }
        if (authorities.Count == 0)
            throw new OptionsException($"Trunk:TlsAuthorities {TlsAuthorities} has no certificate.");
        return authorities;
    }
}
