namespace Trunkline.Mail.Delivery;

/// <summary>What came of delivering one mail to one recipient.</summary>
public abstract record MailDeliveryResult
{
    private MailDeliveryResult()
    {
    }

    /// <summary>It is in the mailbox, or the next server took it over.</summary>
    public sealed record Delivered : MailDeliveryResult;

    /// <summary>Not now; trying again later may help.</summary>
    /// <param name="Reason">A sentence, with the next server's words when it said any.</param>
    /// <param name="Code">Its three-digit SMTP code, or null when there was none.</param>
    public sealed record Deferred(string Reason, int? Code = null) : MailDeliveryResult;

    /// <summary>Trying again would not help.</summary>
    /// <param name="Reason">A sentence, with the next server's words when it said any.</param>
    /// <param name="Code">Its three-digit SMTP code, or null when there was none.</param>
    public sealed record Failed(string Reason, int? Code = null) : MailDeliveryResult;
}
