using System.Globalization;
using MimeKit;

namespace Trunkline.SystemTests.Running;

/// <summary>What a receipt says of one message.</summary>
internal sealed record ReceiptVerdict(string Message, string To, char Status, string Outcome, string Action, string Code, int Pages, int PagesConfirmed, int Attempts);

/// <summary>A receipt as it lies in the sender's Maildir.</summary>
internal sealed record Receipt(MimeMessage Mail, string Submission, IReadOnlyList<ReceiptVerdict> Verdicts)
{
    public string Subject => Mail.Subject ?? "";

    /// <summary>All the words for people.</summary>
    public string Text => string.Concat(Mail.BodyParts.OfType<TextPart>().Where(p => p.IsPlain).Select(p => p.Text));

    /// <summary>The receipts for an address, the oldest first.</summary>
    public static IReadOnlyList<Receipt> All(string data, string address = "demo@localhost") =>
        [.. Mailbox(data, address).Where(m => m.Headers.Contains("X-Trunkline-Submission")).Select(Read)];

    /// <summary>Every mail for an address, the oldest first.</summary>
    public static IReadOnlyList<MimeMessage> Mailbox(string data, string address)
    {
        var directory = Path.Combine(data, "mail", address, "new");
        return Directory.Exists(directory)
            ? [.. new DirectoryInfo(directory).EnumerateFiles().OrderBy(f => f.LastWriteTimeUtc).Select(f => MimeMessage.Load(f.FullName))]
            : [];
    }

    private static Receipt Read(MimeMessage mail)
    {
        var status = mail.BodyParts.OfType<MessageDeliveryStatus>().Single();
        return new Receipt(mail, Field(mail.Headers, "X-Trunkline-Submission"),
            [.. status.StatusGroups.Where(g => g.Contains("Final-Recipient")).Select(g => new ReceiptVerdict(
                Field(g, "X-Trunkline-Message"), Field(g, "Final-Recipient").Split(';', 2)[1].Trim(), Field(g, "X-Trunkline-Status")[0],
                Field(g, "X-Trunkline-Outcome"), Field(g, "Action"), Field(g, "Status"), Number(g, "X-Trunkline-Pages"),
                Number(g, "X-Trunkline-Pages-Confirmed"), Number(g, "X-Trunkline-Attempts")))]);
    }

    private static string Field(HeaderList group, string name) =>
        group[name]?.Trim() ?? throw new InvalidDataException($"The receipt has no field {name}.");

    private static int Number(HeaderList group, string name) => int.Parse(Field(group, name), CultureInfo.InvariantCulture);
}
