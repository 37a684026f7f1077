namespace Trunkline.Mail.Smtp;

/// <summary>When a report is asked for (NOTIFY of RFC 3461, 4.1).</summary>
[Flags]
public enum SmtpNotify
{
    /// <summary>The parameter was not given.</summary>
    Unspecified = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
    Never = 8,
}
