using Microsoft.Extensions.Logging;
using Trunkline.Resource.Fax;

namespace Trunkline.Resource;

/// <summary>Every line that a resource logs; events 4000 to 4999.</summary>
internal static partial class ResourceLog
{
    [LoggerMessage(4000, LogLevel.Information, "Resource {ResourceId} started: {Channels} channels, {Inbox} in Inbox, {Outbox} in Outbox.")]
    public static partial void Started(ILogger log, string resourceId, int channels, int inbox, int outbox);

    [LoggerMessage(4001, LogLevel.Information, "Resource {ResourceId} stopped; {Calls} calls were hung up and count by their journals.")]
    public static partial void Stopped(ILogger log, string resourceId, int calls);

    [LoggerMessage(4002, LogLevel.Information, "Message {MessageId}: by its journal it counts as {Outcome} ({Detail}).")]
    public static partial void Recovered(ILogger log, string messageId, string outcome, string detail);

    [LoggerMessage(4003, LogLevel.Information, "Message {MessageId}: by its journal no call was placed; it waits in Inbox again.")]
    public static partial void Returned(ILogger log, string messageId);

    [LoggerMessage(4004, LogLevel.Error, "The spool file {File} cannot be used and lies in Bad now: {Why}")]
    public static partial void FileSetAside(ILogger log, string file, string why);

    [LoggerMessage(4005, LogLevel.Error, "A line of a call's journal could not be written or synced; it is kept in memory and written with the next.")]
    public static partial void JournalNotSynced(ILogger log, Exception fault);

    [LoggerMessage(4006, LogLevel.Information, "The resource is {Mode} now.")]
    public static partial void ModeChanged(ILogger log, ResourceMode mode);

    [LoggerMessage(4010, LogLevel.Information, "Message {MessageId} for {Destination} accepted from router {Router}: {Bytes} bytes.")]
    public static partial void Accepted(ILogger log, string messageId, string destination, string router, long bytes);

    [LoggerMessage(4011, LogLevel.Warning, "An exchange from {Remote} was refused with {Code}: {Why}")]
    public static partial void Refused(ILogger log, string? remote, int code, string why);

    [LoggerMessage(4012, LogLevel.Warning, "The password file {Path} could be read by others; its mode was set to 0600.")]
    public static partial void PasswordFileWasOpen(ILogger log, string path);

    [LoggerMessage(4013, LogLevel.Error, "An exchange from {Remote} failed on this side.")]
    public static partial void ExchangeFailed(ILogger log, string? remote, Exception fault);

    [LoggerMessage(4015, LogLevel.Error, "Message {MessageId}: a delivery that failed may still lie in Inbox; enquiries are left in doubt until it is deleted.")]
    public static partial void NotTakenBack(ILogger log, string messageId, Exception fault);

    [LoggerMessage(4014, LogLevel.Warning, "The password file {Path} holds no password: every router is refused.")]
    public static partial void NoPassword(ILogger log, string path);

    [LoggerMessage(4020, LogLevel.Information, "Message {MessageId}: calling {Destination} on channel {Channel}, pages {FirstPage} to {Pages}.")]
    public static partial void Calling(ILogger log, string messageId, string destination, int channel, int firstPage, int pages);

    [LoggerMessage(4021, LogLevel.Information, "Message {MessageId}: {Outcome}, {PagesConfirmed} pages confirmed, {Seconds:F0} s ({Detail}); status {Status}.")]
    public static partial void Ended(ILogger log, string messageId, string outcome, int pagesConfirmed, double seconds, string detail, char status);

    [LoggerMessage(4022, LogLevel.Error, "Message {MessageId}: a fault of this machine; it is settled by its journal.")]
    public static partial void CallFault(ILogger log, string messageId, Exception fault);

    [LoggerMessage(4023, LogLevel.Error, "Message {MessageId} could not be settled; it stays in Process and is tried again in {Seconds:F1} s.")]
    public static partial void NotSettled(ILogger log, string messageId, double seconds, Exception fault);

    [LoggerMessage(4025, LogLevel.Error, "A call's task failed beyond what it could settle itself.")]
    public static partial void CallTaskFailed(ILogger log, Exception fault);

    [LoggerMessage(4024, LogLevel.Warning, "Message {MessageId}: its receipt has no picture of the first page.")]
    public static partial void NoPreview(ILogger log, string messageId, Exception fault);

    [LoggerMessage(4026, LogLevel.Warning, "Message {MessageId}: the record of its call could not be written.")]
    public static partial void NoCallRecord(ILogger log, string messageId, Exception fault);

    [LoggerMessage(4027, LogLevel.Information, "Message {MessageId}: {Destination} is tried by {Way}, after what earlier calls met.")]
    public static partial void OtherWay(ILogger log, string messageId, string destination, string way);

    [LoggerMessage(4028, LogLevel.Warning, "What is remembered of numbers could not be read or written at {Path}; faxes go without it.")]
    public static partial void NumbersNotKept(ILogger log, string path, Exception fault);

    [LoggerMessage(4030, LogLevel.Information, "Message {MessageId}: receipt {Status} acknowledged after {Attempts} attempts.")]
    public static partial void ReceiptAcknowledged(ILogger log, string messageId, char status, int attempts);

    [LoggerMessage(4031, LogLevel.Warning, "Message {MessageId}: receipt not acknowledged ({Why}); attempt {Attempts}, again in {Seconds:F1} s.")]
    public static partial void ReceiptNotAcknowledged(ILogger log, string messageId, string why, int attempts, double seconds);

    [LoggerMessage(4032, LogLevel.Error, "Message {MessageId}: its receipt could not be read or forgotten on this machine; again in {Seconds:F1} s.")]
    public static partial void ReceiptFault(ILogger log, string messageId, double seconds, Exception fault);
}
