using System.Globalization;
using Trunkline.Core;

namespace Trunkline.Resource.Instant;

/// <summary>What came of a message: one line of the journal.</summary>
internal sealed record InstantRecord(string MessageId, CallOutcome Outcome, int Pages, int Seconds, DateTimeOffset At, string Destination)
{
    /// <summary>The status of its receipt.</summary>
    public MessageStatus Status => Fax.ReceiptWriter.StatusOf(Outcome);

    /// <summary>A line that <see cref="TryParse"/> reads.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"+ {MessageId} {Outcome.Code()} {Pages} {Seconds} {At.ToUnixTimeMilliseconds()} {Destination}");

    /// <summary>Reads a line; false for one that was cut off.</summary>
    public static bool TryParse(string line, out InstantRecord record)
    {
        record = null!;
        var words = line.Split(' ');
        if (words.Length != 7 || words[0] != "+" || !CallOutcomes.TryParse(words[2], out var outcome)
            || !int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var pages)
            || !int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !long.TryParse(words[5], NumberStyles.None, CultureInfo.InvariantCulture, out var at))
            return false;
        record = new InstantRecord(words[1], outcome, pages, seconds, DateTimeOffset.FromUnixTimeMilliseconds(at), words[6]);
        return true;
    }
}
