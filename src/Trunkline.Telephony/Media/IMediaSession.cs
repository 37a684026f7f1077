using System.Net;
using Trunkline.Telephony.Hearing;

namespace Trunkline.Telephony.Media;

/// <summary>The companding of G.711; the value is the RTP payload type.</summary>
public enum G711Law
{
    /// <summary>PCMU, payload type 0.</summary>
    MuLaw = 0,

    /// <summary>PCMA, payload type 8.</summary>
    ALaw = 8,
}

/// <summary>How UDPTL repairs losses (a=T38FaxUdpEC).</summary>
public enum UdptlErrorCorrection
{
    None,
    Redundancy,
    Fec,
}

/// <summary>Where audio goes and how it is coded, as agreed by SDP.</summary>
/// <param name="Remote">As the SDP says; the source of what arrives wins over it (symmetric RTP).</param>
/// <param name="Srtp">The keys of both directions; null for plain RTP.</param>
/// <param name="Redundancy">How sound is sent again; null when it is not.</param>
public sealed record AudioPath(IPEndPoint Remote, G711Law Law, SrtpKeys? Srtp = null, AudioRedundancy? Redundancy = null);

/// <summary>Sound that is sent again in later packets (RFC 2198), by agreement.</summary>
/// <param name="PayloadType">Of the packets that carry it, both ways.</param>
/// <param name="Begins">
/// True for the end that answered: the far end offered it, and means it. The end that offered begins once it has heard some, since not every answer that
/// repeats our list of payload types has read it.
/// </param>
public sealed record AudioRedundancy(byte PayloadType, bool Begins);

/// <summary>Where T.38 goes and what both ends can do, as agreed by SDP.</summary>
/// <param name="Version">The lower T38FaxVersion of the two.</param>
/// <param name="MaxDatagram">Bytes that the far end takes (a=T38FaxMaxDatagram).</param>
/// <param name="InternetAware">Both ends said that they are Internet-aware fax devices.</param>
public sealed record T38Path(
    IPEndPoint Remote, int Version, int MaxBitRate, int MaxDatagram, UdptlErrorCorrection ErrorCorrection, bool InternetAware = false);

/// <summary>One fax terminal, calling or answering, in one call.</summary>
public sealed record FaxTerminalOptions
{
    /// <summary>True for the end that placed the call.</summary>
    public required bool IsCaller { get; init; }

    /// <summary>TSI or CSID: at most 20 characters.</summary>
    public required string LocalIdent { get; init; }

    /// <summary>The text at the head of each page sent; empty for none.</summary>
    public string HeaderLine { get; init; } = "";

    /// <summary>The TIFF to send, or null.</summary>
    public string? SendTiff { get; init; }

    /// <summary>The first page to send, from 1.</summary>
    public int FirstPage { get; init; } = 1;

    /// <summary>Where to write what arrives, or null.</summary>
    public string? ReceiveTiff { get; init; }

    /// <summary>Error correction (T.30 Annex A).</summary>
    public bool Ecm { get; init; } = true;

    /// <summary>The highest rate to agree on: 14400 (V.17), 9600 (V.29) or 4800 (V.27ter).</summary>
    public int MaxBitRate { get; init; } = 14400;

    /// <summary>Bits a second, with all headers, that it sends at most to a far end that is Internet-aware as well.</summary>
    public int InternetAwareBitRate { get; init; } = DefaultInternetAwareBitRate;

    /// <summary>More than twice that of a call by G.711 with redundancy; a dense page of 40 KB takes three seconds.</summary>
    public const int DefaultInternetAwareBitRate = 512_000;

    /// <summary>Hang up while this page (from 1) is being received: a fault for tests. 0 for never.</summary>
    public int DropAtPage { get; init; }

    /// <summary>Training checks that are taken for failed, whatever came: a fault for tests. Only for an end that is called.</summary>
    public int RefuseTrainings { get; init; }
}

/// <summary>What the terminal says of the transfer once T.30 is over.</summary>
/// <param name="IsComplete">T.30 ended well: every page was confirmed.</param>
/// <param name="Code">The completion code of the T.30 engine; 0 is well.</param>
/// <param name="Text">Its words.</param>
/// <param name="Pages">Pages confirmed in this call (sent) or written (received).</param>
/// <param name="HeardFax">True when the far end gave any T.30 signal.</param>
/// <param name="PageBegun">True when the image of any page was begun.</param>
/// <param name="PageSent">
/// True when the page begun last had been sent to its end, and only its confirmation had not come; false when it was cut within the image; null when
/// the terminal cannot tell, which is then treated as true.
/// </param>
public sealed record FaxReport(
    bool IsComplete, int Code, string Text, int Pages, string RemoteIdent, int BitRate, bool Ecm, string Compression, bool HeardFax, bool PageBegun,
    bool? PageSent = null)
{
    /// <summary>How the packets of the far end came.</summary>
    public MediaCounts Media { get; init; } = new();

    /// <summary>True when both ends were Internet-aware, and did not keep to the time of modems.</summary>
    public bool InternetAware { get; init; }

    /// <summary>What else was on the line while no fax machine was heard: a tone of the network, a person, an answering machine.</summary>
    public LineSound Heard { get; init; }
}

/// <summary>How the packets of the far end came, and what it took to make pages of them. Of the mode that the call ended in.</summary>
/// <param name="Received">RTP packets, or UDPTL datagrams.</param>
/// <param name="Lost">Packets of 20 ms of sound that did not come in time, or T.38 packets lost for good.</param>
/// <param name="Repaired">Packets that were lost, and that redundancy or FEC brought back in time.</param>
/// <param name="EcmRetries">Parts of pages that error correction sent anew.</param>
public sealed record MediaCounts(long Received = 0, long Lost = 0, long Repaired = 0, int EcmRetries = 0);

/// <summary>Told by the terminal, on the media thread: return at once, allocate little, never call back into the session.</summary>
public interface IFaxTerminalEvents
{
    /// <summary>The ends agreed on a rate; image data follows. Called again after each retraining.</summary>
    void TransferBegins(string remoteIdent, int bitRate, bool ecm);

    /// <summary>A page was confirmed (sent) or is whole (received); counted in this call from 1.</summary>
    void PageDone(int page);

    /// <summary>Something that is no fax was heard, before the answer or after it: each sound once before, and once after.</summary>
    void LineHeard(LineSound sound) => Trace("line", $"{sound.Words()} heard");

    /// <summary>A line for the call's record.</summary>
    void Trace(string layer, string text);
}

/// <summary>
/// The media of one call: a port, RTP or UDPTL on it, and the terminal behind it. Driven by the <see cref="MediaClock"/>. Every method may be
/// called from any thread; the work is done on the media thread at the next tick.
/// </summary>
public interface IMediaSession : IDisposable
{
    /// <summary>The port that the SDP names; the same for RTP and UDPTL.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Begins audio, or goes back to it, or follows the far end to another address.</summary>
    void UseAudio(AudioPath path);

    /// <summary>Leaves audio for T.38; the terminal begins anew in the new mode. RTP that still arrives is dropped.</summary>
    void UseT38(T38Path path);

    /// <summary>The terminal stays silent until this: called once what must be durable at answer is durable.</summary>
    void Start();

    /// <summary>The far end hung up: T.30 is ended in good order and <see cref="Completion"/> follows.</summary>
    void FarEndHungUp();

    /// <summary>Completes when T.30 is over; never faults.</summary>
    Task<FaxReport> Completion { get; }
}

/// <summary>Makes media sessions on one address, from one range of ports.</summary>
public interface IMediaEngine
{
    /// <summary>Opens a fax session. Throws <see cref="InvalidOperationException"/> when no port of the range is free.</summary>
    IMediaSession OpenFax(FaxTerminalOptions options, IFaxTerminalEvents events);
}
