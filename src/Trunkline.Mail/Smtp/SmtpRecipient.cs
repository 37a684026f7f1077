namespace Trunkline.Mail.Smtp;

/// <summary>One RCPT TO.</summary>
public sealed class SmtpRecipient
{
    internal SmtpRecipient(string address) => Address = address;

    /// <summary>When the sender wants a report.</summary>
    public SmtpNotify Notify { get; internal init; }

    /// <summary>Whom the mail was meant for before others sent it on (RFC 3461, 4.2): <c>rfc822;ann@example.org</c>, decoded; or null.</summary>
    public string? OriginalRecipient { get; internal init; }

    /// <summary>As the client wrote it, without angle brackets, source route and quoting: <c>FAX=+12025550100@gw.example</c>.</summary>
    public string Address { get; }

    /// <summary>What the backend found out about this recipient when it was checked.</summary>
    public object? State { get; set; }
}
