using Microsoft.Extensions.Logging;

namespace Trunkline.Telephony.Sip;

internal static partial class SipLog
{
    [LoggerMessage(1000, LogLevel.Debug, "A datagram of {Length} bytes from {Source} is no SIP message: {Fault}")]
    public static partial void Discarded(this ILogger logger, int length, SipPeer source, string fault);

    [LoggerMessage(1001, LogLevel.Error, "A message from {Source} could not be worked on; the endpoint goes on")]
    public static partial void MessageFault(this ILogger logger, SipPeer source, Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "The handler of the incoming call {CallId} failed; the call was rejected or hung up")]
    public static partial void HandlerFault(this ILogger logger, string callId, Exception exception);

    [LoggerMessage(1003, LogLevel.Error, "The owner of the call {CallId} failed to decide over an offer; it was answered with 500")]
    public static partial void OfferFault(this ILogger logger, string callId, Exception exception);

    [LoggerMessage(1004, LogLevel.Warning, "The call {CallId} was refused: {Calls} calls are up already")]
    public static partial void TooManyCalls(this ILogger logger, string callId, int calls);

    [LoggerMessage(1005, LogLevel.Warning, "The answer to the call {CallId} was never acknowledged; it was hung up")]
    public static partial void NeverAcknowledged(this ILogger logger, string callId);

    [LoggerMessage(1007, LogLevel.Error, "Receiving on {Local} failed; it is tried again")]
    public static partial void ReceiveFault(this ILogger logger, System.Net.IPEndPoint local, Exception exception);

    [LoggerMessage(1008, LogLevel.Warning, "{Peer} could not be connected to: {Why}")]
    public static partial void Unreachable(this ILogger logger, SipPeer peer, string why);

    [LoggerMessage(1009, LogLevel.Debug, "The connection with {Peer} ended: {Why}")]
    public static partial void ConnectionEnded(this ILogger logger, SipPeer peer, string why);

    [LoggerMessage(1010, LogLevel.Warning, "A connection of {Peer} was closed at once: as many are open as may be")]
    public static partial void ConnectionRefused(this ILogger logger, SipPeer peer);

    [LoggerMessage(1011, LogLevel.Warning, "No connection to {Peer} was made: {Connections} are open already")]
    public static partial void TooManyConnections(this ILogger logger, SipPeer peer, int connections);

    [LoggerMessage(1012, LogLevel.Error, "A connection failed in a way that is ours; the endpoint goes on")]
    public static partial void ConnectionFault(this ILogger logger, Exception exception);

    [LoggerMessage(1013, LogLevel.Information, "{Address} is registered at {Place} for {Seconds} s")]
    public static partial void Registered(this ILogger logger, string address, SipPeer place, double seconds);

    [LoggerMessage(1014, LogLevel.Warning, "{Address} is not registered: {Status} {Reason}; it is tried again")]
    public static partial void NotRegistered(this ILogger logger, string address, int status, string reason);

    [LoggerMessage(1006, LogLevel.Warning, "The call {CallId} was answered after it was given up; it was hung up")]
    public static partial void AnsweredTooLate(this ILogger logger, string callId);
}
