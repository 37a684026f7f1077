using Microsoft.Extensions.Configuration;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Serving;

/// <summary>One carrier, as the operator configures it under <c>Trunk</c>, or under <c>Trunks:0</c> and so on.</summary>
public sealed class TrunkSettings
{
    /// <summary>What logs call it; empty for its host.</summary>
    public string Name { get; set; } = "";

    /// <summary>The carrier's addresses or names, with commas between; empty for the test line.</summary>
    public string Host { get; set; } = "";

    /// <summary>For hosts without a port of their own; 0 for that of their SRV records, or the usual one.</summary>
    public int Port { get; set; }

    /// <summary>What carries the signalling.</summary>
    public SipTransport Transport { get; set; } = SipTransport.Udp;

    /// <summary>The right part of the SIP addresses; empty for the first host.</summary>
    public string Domain { get; set; } = "";

    /// <summary>For a carrier that asks for credentials; empty for none.</summary>
    public string UserName { get; set; } = "";

    /// <summary>Belongs to <see cref="UserName"/>.</summary>
    public string Password { get; set; } = "";

    /// <summary>Registers with the carrier.</summary>
    public bool Register { get; set; }

    /// <summary>What REGISTER asks for.</summary>
    public TimeSpan RegisterExpires { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Our number, in E.164 form; empty for none.</summary>
    public string CallerId { get; set; } = "";

    /// <summary>The user part of From, where the carrier wants an account there; empty for the number.</summary>
    public string FromUser { get; set; } = "";

    /// <summary>Where else our number stands.</summary>
    public TrunkIdentity Identity { get; set; } = TrunkIdentity.None;

    /// <summary>Header fields of each INVITE, by their names.</summary>
    public Dictionary<string, string> Headers { get; set; } = [];

    /// <summary>Calls at once: what the carrier sells.</summary>
    public int Channels { get; set; } = 4;

    /// <summary>Before the digits or the plus sign of each number.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>How numbers are dialled.</summary>
    public DialFormat Format { get; set; } = DialFormat.Plus;

    /// <summary>The codecs to offer, the preferred one first: PCMU, PCMA.</summary>
    public string Codecs { get; set; } = "PCMU,PCMA";

    /// <summary>False keeps every call to G.711.</summary>
    public bool T38 { get; set; } = true;

    /// <summary>Says of our T.38 that it is Internet-aware, and goes faster where the far end is as well.</summary>
    public bool InternetAware { get; set; } = true;

    /// <summary>Bits a second, with all headers, that such a call sends at most.</summary>
    public int InternetAwareBitRate { get; set; } = FaxTerminalOptions.DefaultInternetAwareBitRate;

    /// <summary>Offers sound that is sent again (RFC 2198).</summary>
    public bool AudioRedundancy { get; set; } = true;

    /// <summary>Whether sound is enciphered.</summary>
    public SrtpUse Srtp { get; set; } = SrtpUse.Off;

    /// <summary>How long a call may ring.</summary>
    public TimeSpan RingTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two OPTIONS; zero asks nothing.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(25);

    private static readonly string[] OurHeaders =
    [
        "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Content-Type", "Content-Length", "Content-Encoding", "Allow", "Supported",
        "Require", "Route", "Record-Route", "Authorization", "Proxy-Authorization", "Session-Expires", "Min-SE", "User-Agent",
    ];

    /// <summary>Reads sections over one another, the last winning. Throws <see cref="OptionsException"/> with a sentence for what cannot work.</summary>
    internal static TrunkSettings Read(string path, params IConfigurationSection[] sections)
    {
        var settings = new TrunkSettings();
        try
        {
            foreach (var section in sections)
                section.Bind(settings);
        }
        catch (InvalidOperationException fault)
        {
            throw new OptionsException($"{path}: " + (fault.InnerException ?? fault).Message);
        }
        settings.Check(path);
        return settings;
    }

    /// <summary>What the telephony makes of it.</summary>
    /// <param name="advertised">Our address as others see it, or null.</param>
    internal SipTrunkOptions ToOptions(System.Net.IPEndPoint testLine, System.Net.IPAddress? advertised) => new()
    {
        Name = Name.Length > 0 ? Name : Host.Length > 0 ? Host : "test line",
        Host = Host.Length > 0 ? Host : testLine.Address.ToString(),
        Port = Host.Length > 0 ? Port : testLine.Port,
        Transport = Transport,
        Domain = Domain.Length > 0 ? Domain : null,
        Credentials = UserName.Length > 0 ? new SipCredentials(UserName, Password) : null,
        Register = Register,
        RegisterExpires = RegisterExpires,
        CallerId = PhoneNumber.TryParse(CallerId, "US", out var number) ? number : null,
        FromUser = FromUser.Length > 0 ? FromUser : null,
        Identity = Identity,
        Headers = [.. Headers],
        MaxChannels = Channels,
        Prefix = Prefix,
        Format = Format,
        KeepAlive = KeepAlive,
        Calls = new FaxCallOptions
        {
            RingTimeout = RingTimeout, AllowT38 = T38, AudioRedundancy = AudioRedundancy, AdvertisedMedia = advertised, Laws = Laws()!, Srtp = Srtp,
            T38 = SdpT38.Ours with { InternetAware = InternetAware ? InternetAwareness.Offered : InternetAwareness.None }, InternetAwareBitRate = InternetAwareBitRate,
        },
    };

    private void Check(string path)
    {
        if (Channels is < 1 or > 1000)
            throw new OptionsException($"{path}:Channels is 1 to 1000.");
        if (CallerId.Length > 0 && !PhoneNumber.TryParse(CallerId, "US", out _))
            throw new OptionsException($"{path}:CallerId {CallerId} is no telephone number.");
        if (Port is < 0 or > 65535)
            throw new OptionsException($"{path}:Port is 1 to 65535, or 0 to look for it.");
        if (RingTimeout <= TimeSpan.Zero || RingTimeout > TimeSpan.FromMinutes(3))
            throw new OptionsException($"{path}:RingTimeout is at most three minutes.");
        if (InternetAwareBitRate is < 256_000 or > 2_000_000)
            throw new OptionsException($"{path}:InternetAwareBitRate is 256000 to 2000000.");
        if (KeepAlive < TimeSpan.Zero || KeepAlive > TimeSpan.FromHours(1))
            throw new OptionsException($"{path}:KeepAlive is at most an hour.");
        if (RegisterExpires < TimeSpan.FromMinutes(1) || RegisterExpires > TimeSpan.FromDays(1))
            throw new OptionsException($"{path}:RegisterExpires is a minute to a day.");
        if (Register && Host.Length == 0)
            throw new OptionsException($"{path}:Register needs {path}:Host.");
        if (Laws() is null)
            throw new OptionsException($"{path}:Codecs {Codecs} is PCMU, PCMA, or both with a comma between.");
        // Who reads the signalling has the keys.
        if (Srtp != SrtpUse.Off && Transport != SipTransport.Tls)
            throw new OptionsException($"{path}:Srtp needs {path}:Transport Tls: the keys stand in the signalling.");
        foreach (var (name, value) in Headers)
        {
            if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')) || value.Any(char.IsControl) || value.Length > 500)
                throw new OptionsException($"{path}:Headers:{name} is no header field.");
            if (OurHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new OptionsException($"{path}:Headers:{name} is written by us.");
        }
    }

    private List<G711Law>? Laws()
    {
        List<G711Law> laws = [];
        foreach (var name in Codecs.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            G711Law? law = name.ToUpperInvariant() switch { "PCMU" => G711Law.MuLaw, "PCMA" => G711Law.ALaw, _ => null };
            if (law is null || laws.Contains(law.Value))
                return null;
            laws.Add(law.Value);
        }
        return laws.Count == 0 ? null : laws;
    }
}
