using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Sdp;

/// <summary>What a description of the far end's, read against ours, agrees on (RFC 3264 section 6, T.38 Annex D).</summary>
public static class SessionPaths
{
    /// <summary>The T.38 that an answer accepted; null when it accepted none.</summary>
    public static T38Path? T38(SessionDescription answer, SdpT38 ours) =>
        answer.Media.Select(m => T38(answer, m, ours, InternetAwareness.Answered)).FirstOrDefault(p => p is not null);

    /// <summary>True when the description has a T.38 section that is not rejected.</summary>
    public static bool WantsT38(SessionDescription offer) => offer.Media.Any(m => m.IsT38 && m.Port != 0);

    /// <param name="aware">What a far end that is Internet-aware says in this place.</param>
    internal static T38Path? T38(SessionDescription description, SdpMedia media, SdpT38 ours, InternetAwareness aware)
    {
        if (!media.IsT38 || description.EndPointOf(media) is not { } remote)
            return null;
        var theirs = media.T38;
        // With localTCF each end trains against its own gateway, which over UDP is not allowed (T.38 section 8.1).
        if (!theirs.TransferredTcf)
            return null;
        return new T38Path(remote, Math.Min(theirs.Version, ours.Version), Math.Min(theirs.MaxBitRate, ours.MaxBitRate), theirs.MaxDatagram,
            theirs.ErrorCorrection, ours.InternetAware != InternetAwareness.None && theirs.InternetAware == aware);
    }
}
