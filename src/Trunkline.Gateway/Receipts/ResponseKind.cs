using Trunkline.Core;

namespace Trunkline.Gateway.Receipts;

/// <summary>What a receipt says as a whole.</summary>
public enum ResponseKind
{
    /// <summary>Every message of the submission was sent.</summary>
    Sent,

    /// <summary>None was.</summary>
    NotSent,

    /// <summary>Some were.</summary>
    Partly,

    /// <summary>It is not known of any.</summary>
    Perhaps,

    /// <summary>A broadcast has ended.</summary>
    BroadcastSent,

    /// <summary>A broadcast was cancelled.</summary>
    BroadcastCancelled,

    /// <summary>A broadcast could not begin.</summary>
    BroadcastFailed,
}

/// <summary>How the kinds are written in tables and addresses.</summary>
public static class ResponseKinds
{
    /// <summary>All of them, for people.</summary>
    public static string All { get; } = string.Join(", ", Enum.GetValues<ResponseKind>().Select(Code));

    public static string Code(this ResponseKind kind) => kind switch
    {
        ResponseKind.Sent => "sent",
        ResponseKind.NotSent => "not-sent",
        ResponseKind.Partly => "partly",
        ResponseKind.Perhaps => "perhaps",
        ResponseKind.BroadcastSent => "broadcast-sent",
        ResponseKind.BroadcastCancelled => "broadcast-cancelled",
        ResponseKind.BroadcastFailed => "broadcast-failed",
    };

    /// <summary>Reads what <see cref="Code"/> writes.</summary>
    public static bool TryParse(string? code, out ResponseKind kind)
    {
        foreach (var candidate in Enum.GetValues<ResponseKind>())
        {
            kind = candidate;
            if (candidate.Code() == code)
                return true;
        }
        kind = default;
        return false;
    }

    /// <summary>The kind of a submission that has ended.</summary>
    public static ResponseKind Of(IReadOnlyList<EndedMessage> messages)
    {
        var sent = messages.Count(m => m.Status == MessageStatus.Sent);
        var uncertain = messages.Count(m => m.Status == MessageStatus.Uncertain);
        return (sent, uncertain) switch
        {
            _ when sent == messages.Count => ResponseKind.Sent,
            (0, 0) => ResponseKind.NotSent,
            (0, _) when uncertain == messages.Count => ResponseKind.Perhaps,
            _ => ResponseKind.Partly,
        };
    }
}
