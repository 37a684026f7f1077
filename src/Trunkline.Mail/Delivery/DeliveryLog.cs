using Microsoft.Extensions.Logging;

namespace Trunkline.Mail.Delivery;

internal static partial class DeliveryLog
{
    [LoggerMessage(2100, LogLevel.Information, "Mail {Delivery} to {Domain}: {Result}")]
    public static partial void Sent(ILogger logger, string delivery, string domain, MailDeliveryResult result);
}
