namespace Trunkline.Mail.Mime;

/// <summary>
/// Leaves MimeKit's reader in the middle of a mail that asks for too much. Never leaves <see cref="MailReader"/>, where it becomes a value.
/// </summary>
#pragma warning disable CA1064 // It is caught where it is thrown, a call deeper.
internal sealed class MimeLimitException(string cause) : Exception(cause);
#pragma warning restore CA1064
