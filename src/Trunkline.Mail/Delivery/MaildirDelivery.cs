using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Trunkline.Mail.Delivery;

/// <summary>
/// Puts mail into Maildirs, one an address: <c>ROOT/demo@localhost/{tmp,new,cur}</c>. Written and synced in tmp, then renamed into new, and the directory
/// synced: after a crash a message is there whole or not at all. The name comes from the delivery id, so a second delivery of it changes nothing, also when a
/// mail program has moved the message to cur (it appends <c>:2,S</c> and the like); once the owner has deleted it, nothing remembers it.
/// Lines end in LF, as local mail programs read them, and Return-Path stands first (RFC 5321, 4.4).
/// </summary>
/// <param name="root">Made when missing.</param>
public sealed class MaildirDelivery(string root) : IMailDelivery
{
    /// <summary>File systems take 255 bytes a name.</summary>
    private const int MaxFolderBytes = 255;

    /// <inheritdoc />
    public ValueTask<MailDeliveryResult> DeliverAsync(
        string deliveryId, string sender, string recipient, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(deliveryId);
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(recipient);
        if (FolderOf(recipient) is not { } folder)
            return new(new MailDeliveryResult.Failed($"\"{recipient}\" is not an address that can have a mailbox here."));

        var mailbox = MakeMailbox(Path.Combine(root, folder));
        var name = NameOf(deliveryId);
        if (!IsDelivered(mailbox, name))
        {
            var temporary = Path.Combine(mailbox, "tmp", Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
            WriteSynced(temporary, sender, message.Span);
            File.Move(temporary, Path.Combine(mailbox, "new", name), overwrite: true);
        }
        // Also when it was there already: the delivery before may have died between the rename and this.
        DirectorySync.Sync(Path.Combine(mailbox, "new"));
        return new(new MailDeliveryResult.Delivered());
    }

    /// <summary>The folder for an address: in lower case, and what could lead elsewhere as %XX. Null when it is no address or too long.</summary>
    internal static string? FolderOf(string address)
    {
        if (MailAddress.DomainOf(address) is null)
            return null;
        var folder = new StringBuilder(address.Length);
        foreach (var b in Encoding.UTF8.GetBytes(address.ToLowerInvariant()))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '@' or '_' or '+' or '-' or '=' || (c == '.' && folder.Length > 0))
                folder.Append(c);
            else
                folder.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return folder.Length <= MaxFolderBytes ? folder.ToString() : null;
    }

    // The id is the caller's text; its hash is a name that no text can break.
    internal static string NameOf(string deliveryId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(deliveryId)).AsSpan(0, 16)) + ".trunkline";

    private static string MakeMailbox(string mailbox)
    {
        if (Directory.Exists(Path.Combine(mailbox, "cur")))
            return mailbox;
        // "cur" comes last: where it is, the others are.
        foreach (var folder in (string[])["tmp", "new", "cur"])
            Directory.CreateDirectory(Path.Combine(mailbox, folder));
        DirectorySync.Sync(mailbox);
        DirectorySync.Sync(Path.GetDirectoryName(mailbox)!);
        return mailbox;
    }

    private static bool IsDelivered(string mailbox, string name) =>
        File.Exists(Path.Combine(mailbox, "new", name)) || Directory.EnumerateFiles(Path.Combine(mailbox, "cur"), name + "*").Any();

    private static void WriteSynced(string path, string sender, ReadOnlySpan<byte> message)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 32 * 1024);
        file.Write(Encoding.UTF8.GetBytes($"Return-Path: <{OneLine(sender)}>\n"));
        while (message.IndexOf("\r\n"u8) is var end and >= 0)
        {
            file.Write(message[..end]);
            file.WriteByte((byte)'\n');
            message = message[(end + 2)..];
        }
        file.Write(message);
        file.Flush(flushToDisk: true);
    }

    private static string OneLine(string address) => string.Concat(address.Where(c => !char.IsControl(c)));
}
