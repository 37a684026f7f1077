namespace Trunkline.Mail.Smtp;

/// <summary>What came instead of, or as, a command line.</summary>
internal enum LineStatus
{
    Line,
    TooLong,
    BareLineEnding,
    Closed,
    TimedOut,
    Stopping,
}
