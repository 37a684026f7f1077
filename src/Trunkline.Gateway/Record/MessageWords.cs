using Trunkline.Core;

namespace Trunkline.Gateway.Record;

/// <summary>How types, statuses and recipients are written for programs: in the HTTP interface and in what webhooks are told.</summary>
public static class MessageWords
{
    /// <summary><c>fax</c>, <c>voice</c>, <c>page</c>, <c>video</c>.</summary>
    public static string Of(MessageType type) => type switch
    {
        MessageType.Fax => "fax",
        MessageType.Voice => "voice",
        MessageType.Notification => "page",
        MessageType.Video => "video",
    };

    /// <summary>The name of the status in <c>camelCase</c>.</summary>
    public static string Of(MessageStatus status) => status switch
    {
        MessageStatus.Pending => "pending",
        MessageStatus.OnHold => "onHold",
        MessageStatus.Deferred => "deferred",
        MessageStatus.Ready => "ready",
        MessageStatus.Exchanged => "exchanged",
        MessageStatus.Acknowledged => "acknowledged",
        MessageStatus.Sent => "sent",
        MessageStatus.Failed => "failed",
        MessageStatus.Expired => "expired",
        MessageStatus.Cancelled => "cancelled",
        MessageStatus.Uncertain => "uncertain",
    };

    /// <summary><c>fax:+12025550100</c>.</summary>
    public static string Of(MessageType type, string destination) => $"{Of(type)}:{destination}";
}
