using Trunkline.Core.Mail;

namespace Trunkline.Mail.Mime;

/// <summary>What came of reading a mail.</summary>
public abstract record MailReadResult
{
    private MailReadResult()
    {
    }

    /// <summary>It was read, as well as it let itself be read. Files of its parts belong to the caller now.</summary>
    public sealed record Read(ParsedMail Mail) : MailReadResult;

    /// <summary>It asks for more than is allowed. No file is left behind.</summary>
    /// <param name="Cause">A sentence for the sender, fit for a 552 or 554 reply.</param>
    public sealed record Refused(string Cause) : MailReadResult;
}
