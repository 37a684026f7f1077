using System.Text;
using Microsoft.Extensions.Logging;

namespace Trunkline.Gateway.Routing;

/// <summary>What came of an import: the deck, or what is wrong with the file, and then nothing was imported.</summary>
public sealed record RateImportResult(RateDeckInfo? Deck, IReadOnlyList<RateFileFault> Faults);

/// <summary>Imports rate files. A deck comes in by small batches while everything else goes on, and is seen when it is complete.</summary>
public sealed partial class RateImporter(IRateStore store, RateKeeper keeper, TimeProvider time, ILogger<RateImporter> logger)
{
    /// <summary>Rows of one deck. A carrier's full list of the world is a few hundred thousand.</summary>
    public const int MaxRows = 1_000_000;

    /// <summary>Faults that are named before the rest of the file is not looked at any more.</summary>
    public const int MaxFaults = 20;

    // A few milliseconds of the store's writer, also on a busy machine; mail that comes in meanwhile waits no longer.
    private const int Batch = 250;

    /// <summary>Reads a file and puts it into the store. What is wrong with the file or the deck is an answer; a fault of the store is an exception, and then nothing was imported.</summary>
    /// <param name="file">UTF-8; read once, from where it stands.</param>
    /// <param name="deck">What it is to be; the id and the count are found here.</param>
    /// <param name="progress">Told the number of rows, each few thousand.</param>
    public async Task<RateImportResult> ImportAsync(Stream file, RateDeckInfo deck, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(deck.TimeZone, out var zone))
            return new RateImportResult(null, [new RateFileFault(0, "", $"\"{deck.TimeZone}\" is no time zone of this machine, such as Europe/Berlin.")]);
        using var text = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024, leaveOpen: true);
        var reader = new RateFileReader(text, deck.Currency, zone);
        if (await reader.ReadHeaderAsync(cancellationToken) is { } bad)
            return new RateImportResult(null, [bad]);

        deck = deck with { ImportedAt = time.GetUtcNow(), Id = 0 };
        deck = deck with { Id = await store.BeginAsync(deck, cancellationToken) };
        var isDone = false;
        try
        {
            var (count, faults) = await FillAsync(deck.Id, reader, progress, cancellationToken);
            if (faults.Count > 0)
                return new RateImportResult(null, faults);
            deck = deck with { RateCount = count };
            isDone = await store.PublishAsync(deck.Id, count, cancellationToken);
            if (!isDone)
                throw new IOException("The deck was removed while it was imported.");
        }
        finally
        {
            // Also when whoever asked for it has gone: nothing half imported is left.
            if (!isDone)
                await DropAsync(deck.Id);
        }
        await keeper.ReloadAsync(cancellationToken);
        LogImported(deck.Id, deck.Kind, deck.RateCount, deck.Source, deck.Effective);
        return new RateImportResult(deck, []);
    }

    private async Task<(int Count, IReadOnlyList<RateFileFault> Faults)> FillAsync(
        long deckId, RateFileReader reader, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var faults = new List<RateFileFault>();
        var seen = new RateRowSet();
        var batch = new List<RateRow>(Batch);
        int count = 0, rows = 0;
        while (faults.Count < MaxFaults)
        {
            var (row, fault) = await reader.ReadAsync(cancellationToken);
            if (row is null && fault is null)
                break;
            if (++rows > MaxRows)
            {
                faults.Add(new RateFileFault(reader.Line, "", $"A deck has at most {MaxRows} rows."));
                break;
            }
            fault ??= Twice(seen, row!, reader.Line);
            // After the first fault the rest is read only to name what else is wrong.
            if (fault is not null)
                faults.Add(fault);
            else if (faults.Count == 0)
                batch.Add(row!);
            if (batch.Count == Batch)
            {
                count = await AppendAsync(deckId, count, batch, cancellationToken);
                progress?.Report(count);
            }
        }
        if (faults.Count == 0 && batch.Count > 0)
            count = await AppendAsync(deckId, count, batch, cancellationToken);
        if (faults.Count == 0 && count == 0)
            faults.Add(new RateFileFault(0, "", "The file has no rows."));
        progress?.Report(count);
        return (count, faults);
    }

    private static RateFileFault? Twice(RateRowSet seen, RateRow row, int line) => seen.Add(row, line) is > 0 and var first
        ? new RateFileFault(line, "prefix", $"{(row.Prefix.Length == 0 ? "*" : row.Prefix)} stands in line {first} already, from the same time on and for the same hours.")
        : null;

    private async Task<int> AppendAsync(long deckId, int count, List<RateRow> batch, CancellationToken cancellationToken)
    {
        if (!await store.AppendAsync(deckId, count, batch, cancellationToken))
            throw new IOException("The deck was removed while it was imported.");
        count += batch.Count;
        batch.Clear();
        return count;
    }

    private async Task DropAsync(long deckId)
    {
        try
        {
            await store.RemoveAsync(deckId, CancellationToken.None);
            keeper.WakeSweep();
        }
#pragma warning disable CA1031 // The fault that led here is the one to be told; what is left goes with the next start.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogNotDropped(fault, deckId);
        }
    }

    [LoggerMessage(6820, LogLevel.Information, "Imported deck {Deck} ({Kind}): {Count} rates of {Source}, in force from {Effective}")]
    private partial void LogImported(long deck, RateDeckKind kind, int count, string source, DateTimeOffset effective);

    [LoggerMessage(6821, LogLevel.Error, "What was imported of deck {Deck} could not be removed; nobody sees it, and the next start removes it")]
    private partial void LogNotDropped(Exception fault, long deck);
}
