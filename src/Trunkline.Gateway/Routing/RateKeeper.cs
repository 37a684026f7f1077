using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// Keeps the book of rates: reads it at start, before anything is accepted, and makes it anew when a deck comes, goes or takes effect. Removes what nobody
/// needs any more, and writes down what was measured of resources.
/// </summary>
public sealed partial class RateKeeper(
    IRateStore store,
    RateShelf shelf,
    RouteRules rules,
    RouteSuccess success,
    QueueSignals signals,
    WorkLoops loops,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<RateKeeper> logger) : BackgroundService
{
    // Rows read at once, and rows deleted at once: a moment of a reader's and of the writer's time.
    private const int ReadBatch = 20_000;
    private const int SweepBatch = 1000;

    // Decks read at once: half of the store's readers.
    private const int ReadAtOnce = 2;

    // How long a change of another process may go unseen.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(10);

    // A deck that was replaced still prices what was asked for a moment before.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _reloading = new(1);
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await store.RemoveUnfinishedAsync(cancellationToken) is > 0 and var left)
            LogUnfinished(left);
        await rules.ReloadAsync(cancellationToken);
        await success.LoadAsync(cancellationToken);
        // Waited for: who asks for a price before the rates are there would be told that there is none, and mail be refused for ever.
        await ReloadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await success.SaveAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _reloading.Dispose();
        base.Dispose();
    }

    /// <summary>Rows were left to be deleted.</summary>
    public void WakeSweep() => _bell.Writer.TryWrite(true);

    /// <summary>Makes the book anew from the store; decks that it has already are kept as they are.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            var needed = Needed(await store.ListAsync(cancellationToken), now - Overlap);
            var known = shelf.Book.Decks.ToDictionary(d => d.Info.Id);
            if (shelf.IsReady && needed.Count == known.Count && needed.All(d => known.ContainsKey(d.Id)))
                return;
            var begun = time.GetTimestamp();
            var decks = new RateDeck[needed.Count];
            await Parallel.ForAsync(0, decks.Length, new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce, CancellationToken = cancellationToken },
                async (i, token) => decks[i] = known.GetValueOrDefault(needed[i].Id) ?? await ReadAsync(needed[i], token));
            var book = new RateBook(decks);
            shelf.Use(book);
            LogBook(decks.Length, decks.Sum(d => (long)d.Info.RateCount), book.Size, time.GetElapsedTime(begun).TotalSeconds);
        }
        finally
        {
            _reloading.Release();
        }
        // What waited because it had no carrier may have one now.
        foreach (var type in Enum.GetValues<MessageType>())
            signals.Wake(Lanes.For(type));
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("keeping of rates", KeepAsync, stoppingToken);

    /// <summary>What is or will be in force: of each line the newest that has taken effect by then, and all after it.</summary>
    internal static List<RateDeckInfo> Needed(IReadOnlyList<RateDeckInfo> all, DateTimeOffset since) =>
        [.. all.Where(d => !all.Any(o => o.IsOfSameLine(d) && o.Effective <= since && (o.Effective, o.Id).CompareTo((d.Effective, d.Id)) > 0))];

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        var saved = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            await ReloadAsync(stoppingToken);
            await rules.ReloadAsync(stoppingToken);
            await RemoveReplacedAsync(stoppingToken);
            while (await store.SweepAsync(SweepBatch, stoppingToken) > 0)
                stoppingToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(saved) >= SaveInterval)
            {
                await success.SaveAsync(stoppingToken);
                saved = time.GetTimestamp();
            }
            await WaitAsync(stoppingToken);
        }
    }

    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(LookInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            await _bell.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            // Time to look by itself.
            return;
        }
    }

    private async Task<RateDeck> ReadAsync(RateDeckInfo info, CancellationToken cancellationToken)
    {
        var building = RateDeck.Begin(info);
        for (var first = 0; first < info.RateCount; first += ReadBatch)
        {
            foreach (var row in await store.ReadAsync(info, first, ReadBatch, cancellationToken))
                building.Add(row);
        }
        return building.Finish();
    }

    private async Task RemoveReplacedAsync(CancellationToken cancellationToken)
    {
        var all = await store.ListAsync(cancellationToken);
        var needed = Needed(all, time.GetUtcNow() - options.Value.Routing.KeepReplaced).Select(d => d.Id).ToHashSet();
        foreach (var deck in all.Where(d => !needed.Contains(d.Id)))
        {
            if (await store.RemoveAsync(deck.Id, cancellationToken))
                LogRemoved(deck.Id, deck.Source);
        }
    }

    [LoggerMessage(6822, LogLevel.Warning, "{Count} imports of rates were not finished when the process ended; what they left is removed")]
    private partial void LogUnfinished(int count);

    [LoggerMessage(6823, LogLevel.Information, "The book of rates has {Decks} decks with {Rates} rates in {Bytes} bytes, read in {Seconds} s")]
    private partial void LogBook(int decks, long rates, long bytes, double seconds);

    [LoggerMessage(6824, LogLevel.Information, "Removed deck {Deck} of {Source}, which was replaced long ago")]
    private partial void LogRemoved(long deck, string source);
}
