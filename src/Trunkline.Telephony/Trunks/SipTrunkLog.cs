using Microsoft.Extensions.Logging;
using Trunkline.Core;

namespace Trunkline.Telephony.Trunks;

internal static partial class SipTrunkLog
{
    [LoggerMessage(1100, LogLevel.Warning, "The trunk {Trunk} is down: {Failures} OPTIONS in a row had no answer from {Host}:{Port}")]
    public static partial void TrunkIsDown(this ILogger logger, string trunk, int failures, string host, int port);

    [LoggerMessage(1101, LogLevel.Information, "The trunk {Trunk} is up again")]
    public static partial void TrunkIsUp(this ILogger logger, string trunk);

    [LoggerMessage(1102, LogLevel.Warning, "The host {Host} of the trunk {Trunk} could not be looked up: {Cause}")]
    public static partial void NoAddress(this ILogger logger, string trunk, string host, string cause);

    [LoggerMessage(1103, LogLevel.Information,
        "Call {CallId} to {Number} over {Trunk}: {Outcome}, {Pages} pages confirmed, {Seconds:F1} s, T.38 {T38}, {BitRate} bit/s; {Detail}")]
    public static partial void CallEnded(
        this ILogger logger, string callId, string number, string trunk, CallOutcome outcome, int pages, double seconds, bool t38, int bitRate, string detail);
}
