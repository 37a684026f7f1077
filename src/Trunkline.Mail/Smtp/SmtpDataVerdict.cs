namespace Trunkline.Mail.Smtp;

/// <summary>Where the reader of a message stands.</summary>
internal enum SmtpDataVerdict
{
    /// <summary>All input is taken; the message goes on.</summary>
    More,

    /// <summary>The line with the single dot came.</summary>
    Complete,

    /// <summary>A CR without LF or a LF without CR: the two ends may not agree where the message ends.</summary>
    BareLineEnding,

    /// <summary>A line is longer than the limit.</summary>
    LineTooLong,
}
