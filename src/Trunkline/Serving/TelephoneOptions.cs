using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Serving;

/// <summary>The carrier and our media, as the operator configures them under <c>Trunk</c>.</summary>
public sealed class TelephoneOptions
{
    /// <summary>The carrier's address or name; empty for the test line.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    public int Port { get; set; } = 5060;

    /// <summary>The right part of the SIP addresses; empty for the host.</summary>
    public string Domain { get; set; } = "";

    /// <summary>For a carrier that asks for credentials; empty for none.</summary>
    public string UserName { get; set; } = "";

    /// <summary>Belongs to <see cref="UserName"/>.</summary>
    public string Password { get; set; } = "";

    /// <summary>Our number, in E.164 form; empty for none.</summary>
    public string CallerId { get; set; } = "";

    /// <summary>Calls at once: what the carrier sells.</summary>
    public int Channels { get; set; } = 4;

    /// <summary>Before the digits or the plus sign of each number.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>How numbers are dialled.</summary>
    public DialFormat Format { get; set; } = DialFormat.Plus;

    /// <summary>False keeps every call to G.711.</summary>
    public bool T38 { get; set; } = true;

    /// <summary>Our address as the carrier sees it, when it is not the one that we bind: behind a one-to-one NAT, or bound to all addresses. Empty otherwise.</summary>
    public string PublicAddress { get; set; } = "";

    /// <summary>How long a call may ring.</summary>
    public TimeSpan RingTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The first media port.</summary>
    public int FirstMediaPort { get; set; } = 4000;

    /// <summary>The last media port.</summary>
    public int LastMediaPort { get; set; } = 4999;

    /// <summary>Reads the section.</summary>
    public static TelephoneOptions Read(IConfiguration configuration)
    {
        var options = new TelephoneOptions();
        try
        {
            configuration.GetSection("Trunk").Bind(options);
        }
        catch (InvalidOperationException fault)
        {
            throw new OptionsException("Trunk: " + (fault.InnerException ?? fault).Message);
        }
        if (options.Channels is < 1 or > 1000)
            throw new OptionsException("Trunk:Channels is 1 to 1000.");
        if (options.CallerId.Length > 0 && !PhoneNumber.TryParse(options.CallerId, "US", out _))
            throw new OptionsException($"Trunk:CallerId {options.CallerId} is no telephone number.");
        if (options.Port is < 1 or > 65535)
            throw new OptionsException("Trunk:Port is 1 to 65535.");
        if (options.FirstMediaPort is < 1024 or > 65534 || options.LastMediaPort <= options.FirstMediaPort || options.LastMediaPort > 65535)
            throw new OptionsException("Trunk:FirstMediaPort and Trunk:LastMediaPort are a range between 1024 and 65535.");
        if (options.PublicAddress.Length > 0 && !IPAddress.TryParse(options.PublicAddress, out _))
            throw new OptionsException($"Trunk:PublicAddress {options.PublicAddress} is no IP address.");
        if (options.RingTimeout <= TimeSpan.Zero || options.RingTimeout > TimeSpan.FromMinutes(3))
            throw new OptionsException("Trunk:RingTimeout is at most three minutes.");
        return options;
    }

    /// <summary>What others are told, or null for the bound address.</summary>
    public IPAddress? Advertised => PublicAddress.Length > 0 ? IPAddress.Parse(PublicAddress) : null;

    /// <summary>The trunk: the configured carrier, or the test line when none is.</summary>
    public SipTrunkOptions Trunk(IPEndPoint testLine) => new()
    {
        Name = Host.Length > 0 ? Host : "test line",
        Host = Host.Length > 0 ? Host : testLine.Address.ToString(),
        Port = Host.Length > 0 ? Port : testLine.Port,
        Domain = Domain.Length > 0 ? Domain : null,
        Credentials = UserName.Length > 0 ? new SipCredentials(UserName, Password) : null,
        CallerId = PhoneNumber.TryParse(CallerId, "US", out var number) ? number : null,
        MaxChannels = Channels,
        Prefix = Prefix,
        Format = Format,
        Calls = new FaxCallOptions { RingTimeout = RingTimeout, AllowT38 = T38, AdvertisedMedia = Advertised },
    };

    /// <summary>Our media, on the address of the SIP socket.</summary>
    public MediaEngineOptions Media(IPAddress address) => new() { Address = address, FirstPort = FirstMediaPort, LastPort = LastMediaPort };
}
