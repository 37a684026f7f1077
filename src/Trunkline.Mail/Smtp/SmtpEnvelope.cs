namespace Trunkline.Mail.Smtp;

/// <summary>One mail transaction: from MAIL FROM to the reply after the data (RFC 5321, 3.3).</summary>
public sealed class SmtpEnvelope
{
    private readonly List<SmtpRecipient> _recipients = [];

    internal SmtpEnvelope(string id, SmtpConnection connection, string sender)
    {
        Id = id;
        Connection = connection;
        Sender = sender;
    }

    /// <summary>Ours, time-ordered (a UUID version 7 without dashes); it stands in the Received header.</summary>
    public string Id { get; }

    /// <summary>The client.</summary>
    public SmtpConnection Connection { get; }

    /// <summary>MAIL FROM without angle brackets; empty for the null sender.</summary>
    public string Sender { get; }

    /// <summary>The SIZE parameter in bytes (RFC 1870), or null.</summary>
    public long? DeclaredSize { get; internal init; }

    /// <summary>BODY=8BITMIME was given (RFC 6152).</summary>
    public bool Is8Bit { get; internal init; }

    /// <summary>SMTPUTF8 was given (RFC 6531): addresses and headers may be UTF-8.</summary>
    public bool IsUtf8 { get; internal init; }

    /// <summary>The sender's own name for this mail (ENVID of RFC 3461, 4.4), decoded; or null.</summary>
    public string? EnvelopeId { get; internal init; }

    /// <summary>RET=FULL: a report of failure is to hold the whole mail (RFC 3461, 4.3).</summary>
    public bool WantsWholeMail { get; internal init; }

    /// <summary>When MAIL FROM was accepted.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The accepted recipients, in their order.</summary>
    public IReadOnlyList<SmtpRecipient> Recipients => _recipients;

    /// <summary>What the backend wants to remember of this transaction.</summary>
    public object? State { get; set; }

    internal void Add(SmtpRecipient recipient) => _recipients.Add(recipient);
}
