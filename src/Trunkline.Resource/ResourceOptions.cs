using System.Globalization;
using Trunkline.Core.Protocol;

namespace Trunkline.Resource;

/// <summary>What a resource needs to know; checked once at start, see <see cref="Check"/>.</summary>
public sealed record ResourceOptions
{
    /// <summary>The resource's id in the router's database.</summary>
    public required string ResourceId { get; init; }

    /// <summary>The resource's own password, which the router checks in answers and receipts.</summary>
    public required string Password { get; init; }

    /// <summary>Receipts go to this address with <c>/exchange</c> behind it; http or https.</summary>
    public required Uri RouterAddress { get; init; }

    /// <summary>Holds Inbox, Process, Outbox, Done and jfaxom; one running resource each.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Calls at once; never more than the trunk has channels.</summary>
    public int Channels { get; init; } = 8;

    /// <summary>Messages that may wait in Inbox; a longer queue belongs to the router, which may have another resource free.</summary>
    public int InboxLimit { get; init; } = 1000;

    /// <summary>
    /// Receipts that may wait in Outbox before no new messages are taken: a router that sends but does not take receipts must not fill the disk.
    /// </summary>
    public int OutboxLimit { get; init; } = 10_000;

    /// <summary>The longest MIME message that a delivery may carry, in bytes: about 200 dense pages.</summary>
    public long MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Exchanges served at once; bounds memory and open files.</summary>
    public int MaxExchanges { get; init; } = 64;

    /// <summary>How long a message waits here when the delivery gives no ResourceExpiryDuration.</summary>
    public TimeSpan DefaultExpiry { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a finished MessageID is remembered; longer than any router repeats a delivery.</summary>
    public TimeSpan DoneRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a stop waits for the calls on the line: longer than most faxes take. Then they are hung up and count by their journals.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest call, hung up then and settled by its journal: no fax takes longer, and a hung line would hold its channel for ever.</summary>
    public TimeSpan MaxCallDuration { get; init; } = TimeSpan.FromHours(4);

    /// <summary>After a fault of this machine before a call (a full disk), the message waits this long in Inbox.</summary>
    public TimeSpan FaultDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first pause before a receipt is sent again; it doubles from here.</summary>
    public TimeSpan ReceiptBackoffMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause before a receipt is sent again; a receipt is never given up.</summary>
    public TimeSpan ReceiptBackoffMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the router may take to answer a receipt.</summary>
    public TimeSpan ReceiptTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Receipts on their way at once.</summary>
    public int ReceiptConnections { get; init; } = 4;

    /// <summary>
    /// The SHA-256 fingerprint of the router's certificate in hexadecimal digits (colons and spaces are ignored). When given, exactly this
    /// certificate is trusted and no authority is asked; when null, the machine's authorities decide.
    /// </summary>
    public string? RouterCertificateSha256 { get; init; }

    /// <summary>The station id to give when the delivery has no MessageSourceCSID.</summary>
    public string LocalIdent { get; init; } = "";

    /// <summary>The width of the picture of the first page in a receipt, in pixels.</summary>
    public int PreviewWidth { get; init; } = 600;

    /// <summary>How long the picture of the first page may take; a receipt goes without it rather than late.</summary>
    public TimeSpan PreviewTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where the record of each call is written; null for nowhere.</summary>
    public string? CallsDirectory { get; init; }

    /// <summary>How long the record of a call is kept: as long as people ask about a fax.</summary>
    public TimeSpan CallRecordRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Records of calls kept, the newest: about 200 MB.</summary>
    public int MaxCallRecords { get; init; } = 20_000;

    /// <summary>Numbers of which it is remembered how a fax gets through; about 2 MB of memory.</summary>
    public int MaxNumbers { get; init; } = 10_000;

    /// <summary>How long it is remembered what worked for a number: machines and carriers change, and the best way is to be tried again.</summary>
    public TimeSpan NumberMemory { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Throws <see cref="ArgumentException"/> with the option's name when a value cannot work.</summary>
    public void Check()
    {
        Require(!string.IsNullOrWhiteSpace(ResourceId) && ResourceId != "NA", "ResourceId must be given.");
        Require(!string.IsNullOrWhiteSpace(Password) && Password != "NA", "Password must be given.");
        Require(RouterAddress is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "RouterAddress must be an http or https address.");
        Require(!string.IsNullOrWhiteSpace(DataDirectory), "DataDirectory must be given.");
        Require(Channels is > 0 and <= ResourceMessageFormat.MaxValueLength,
            string.Create(CultureInfo.InvariantCulture, $"Channels must be 1 to {ResourceMessageFormat.MaxValueLength}: ResourceChannelStatus has a character for each."));
        Require(InboxLimit > 0 && OutboxLimit > 0 && MaxExchanges > 0 && ReceiptConnections > 0 && PreviewWidth > 0 && MaxMessageBytes > 0,
            "InboxLimit, OutboxLimit, MaxExchanges, ReceiptConnections, PreviewWidth and MaxMessageBytes must be more than 0.");
        Require(ReceiptBackoffMin > TimeSpan.Zero && ReceiptBackoffMax >= ReceiptBackoffMin,
            "ReceiptBackoffMin must be more than 0 and ReceiptBackoffMax not less.");
        Require(DefaultExpiry > TimeSpan.Zero && DoneRetention > TimeSpan.Zero && ReceiptTimeout > TimeSpan.Zero && PreviewTimeout > TimeSpan.Zero
            && MaxCallDuration > TimeSpan.Zero, "DefaultExpiry, DoneRetention, ReceiptTimeout, PreviewTimeout and MaxCallDuration must be more than 0.");
        Require(CallRecordRetention > TimeSpan.Zero && MaxCallRecords > 0 && MaxNumbers > 0 && NumberMemory > TimeSpan.Zero,
            "CallRecordRetention, MaxCallRecords, MaxNumbers and NumberMemory must be more than 0.");
        Require(StopTimeout >= TimeSpan.Zero && FaultDelay >= TimeSpan.Zero, "StopTimeout and FaultDelay must not be negative.");
        Require(RouterCertificateSha256 is null || Convert.FromHexString(FingerprintDigits()!).Length == 32,
            "RouterCertificateSha256 must be 64 hexadecimal digits.");
    }

    /// <summary>The digits of <see cref="RouterCertificateSha256"/>, or null; digits of another kind or number read as an empty text.</summary>
    internal string? FingerprintDigits()
    {
        if (RouterCertificateSha256 is null)
            return null;
        var digits = RouterCertificateSha256.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? digits : "";
    }

    private static void Require(bool isMet, string sentence)
    {
        if (!isMet)
            throw new ArgumentException("Resource options: " + sentence);
    }
}
