using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Trunks;

internal static partial class SipTrunkLog
{
    [LoggerMessage(1100, LogLevel.Warning, "The trunk {Trunk} is down: nothing at {Host} answers")]
    public static partial void TrunkIsDown(this ILogger logger, string trunk, string host);

    [LoggerMessage(1101, LogLevel.Information, "The trunk {Trunk} is up again")]
    public static partial void TrunkIsUp(this ILogger logger, string trunk);

    [LoggerMessage(1102, LogLevel.Warning, "The host {Host} of the trunk {Trunk} could not be looked up: {Cause}")]
    public static partial void NoAddress(this ILogger logger, string trunk, string host, string cause);

    [LoggerMessage(1104, LogLevel.Warning, "{Place} of the trunk {Trunk} is left out: {Failures} times in a row it did not answer")]
    public static partial void PlaceIsDown(this ILogger logger, string trunk, SipPeer place, int failures);

    [LoggerMessage(1105, LogLevel.Information, "{Place} of the trunk {Trunk} answers again")]
    public static partial void PlaceIsUp(this ILogger logger, string trunk, SipPeer place);

    [LoggerMessage(1106, LogLevel.Warning, "{Place} of the trunk {Trunk} takes no calls for {Seconds:F0} s: it said 503 with Retry-After")]
    public static partial void PlaceRests(this ILogger logger, string trunk, SipPeer place, double seconds);

    [LoggerMessage(1103, LogLevel.Information,
        "Call {CallId} to {Number} over {Trunk}: {Outcome}, {Pages} pages confirmed, {Seconds:F1} s, T.38 {T38}, {BitRate} bit/s; {Detail}")]
    public static partial void CallEnded(
        this ILogger logger, string callId, string number, string trunk, CallOutcome outcome, int pages, double seconds, bool t38, int bitRate, string detail);
}
