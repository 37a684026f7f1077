using System.Globalization;
using Trunkline.Core;
using Trunkline.Core.Protocol;

namespace Trunkline.Resource.Spool;

/// <summary>The directory that a message is in.</summary>
internal enum SpoolPlace
{
    /// <summary>Accepted, waiting for a channel.</summary>
    Inbox,

    /// <summary>Has a channel.</summary>
    Process,

    /// <summary>Ended; the receipt is not acknowledged yet.</summary>
    Outbox,
}

/// <summary>One message in the spool: what the resource keeps of it in memory, a few hundred bytes.</summary>
internal sealed class SpooledMessage
{
    private const char Separator = '_';

    /// <summary>When it arrived, in milliseconds since 1970, made unique by counting on; orders the Inbox and is part of the file name.</summary>
    public required long Arrival { get; init; }

    /// <summary>A valid MessageID.</summary>
    public required string Id { get; init; }

    /// <summary>The number to call.</summary>
    public required string Destination { get; init; }

    /// <summary>When it is too late to begin a call.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Where it is; changed by the spool only.</summary>
    public required SpoolPlace Place { get; set; }

    /// <summary>A until it has ended, then the receipt's; changed by the spool only.</summary>
    public MessageStatus Status { get; set; } = MessageStatus.Acknowledged;

    /// <summary>Not to be called, or settled, before this, after a fault of the machine.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>
    /// What this run knows of its call once that is over, until the receipt is written: all that the journal says, and also the lines that the disk
    /// did not take. Null when no call of this run has ended.
    /// </summary>
    public JournalRecord? Call { get; set; }

    /// <summary>The name of its files without their ending. Sorts by arrival.</summary>
    public string Name => field ??= string.Create(CultureInfo.InvariantCulture, $"{Arrival:D13}{Separator}{Id}");

    /// <summary>Reads what <see cref="Name"/> writes.</summary>
    public static bool TryReadName(ReadOnlySpan<char> name, out long arrival, out string id)
    {
        id = "";
        var separator = name.IndexOf(Separator);
        if (!long.TryParse(name[..Math.Max(separator, 0)], NumberStyles.None, CultureInfo.InvariantCulture, out arrival))
            return false;
        var rest = name[(separator + 1)..];
        if (!MessageIds.IsValid(rest))
            return false;
        id = rest.ToString();
        return true;
    }
}
