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
}

/// <summary>How the kinds are written in tables and addresses.</summary>
public static class ResponseKinds
{
    public static string Code(this ResponseKind kind) => kind switch
    {
        ResponseKind.Sent => "sent",
        ResponseKind.NotSent => "not-sent",
        ResponseKind.Partly => "partly",
        ResponseKind.Perhaps => "perhaps",
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
