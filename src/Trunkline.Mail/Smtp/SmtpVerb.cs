namespace Trunkline.Mail.Smtp;

/// <summary>The commands that the server knows.</summary>
internal enum SmtpVerb
{
    Unknown,
    Ehlo,
    Helo,
    Mail,
    Rcpt,
    Data,
    Rset,
    Noop,
    Vrfy,
    Help,
    Quit,
    StartTls,
    Auth,

    /// <summary>The first word of an HTTP request: a browser was tricked into talking to us.</summary>
    Http,
}
