using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Bench.Routing;

/// <summary>Imports decks into a real store, then looks up, routes, and swaps.</summary>
internal sealed class RoutingBench : IAsyncDisposable
{
    private const int Numbers = 1 << 16;
    private static readonly Usage ThreePages = new(3, TimeSpan.FromSeconds(155));
    private static readonly DateTimeOffset LongAgo = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly int _carriers;
    private readonly int _prefixes;
    private readonly int _prices;
    private readonly SqliteDatabase _database;
    private readonly RateShelf _shelf = new();
    private readonly RateKeeper _keeper;
    private readonly RateImporter _importer;
    private readonly ResourceRegistry _resources;
    private readonly ResourceRouter _router;
    private readonly SqliteResourceStore _resourceRows;
    private readonly CustomerDirectory _customers;
    private readonly string[] _numbers = new string[Numbers];

    private readonly Customer _payer = new()
    {
        Key = 1, EmailAddress = "payer@example.org", Status = CustomerStatus.Active, Country = "US", Language = "en", TrustedNetworks = [], BillType = BillType.Postpaid,
    };

    public RoutingBench(string directory, int carriers, int prefixes, int prices)
    {
        (_carriers, _prefixes, _prices) = (carriers, prefixes, prices);
        var time = TimeProvider.System;
        var options = Options.Create(new GatewayOptions { ResourceSilence = TimeSpan.FromDays(1) });
        _database = new SqliteDatabase(Path.Combine(directory, "trunkline.db"), NullLogger<SqliteDatabase>.Instance);
        var rates = new SqliteRateStore(_database);
        var routes = new SqliteRouteStore(_database);
        _resourceRows = new SqliteResourceStore(_database);
        _resources = new ResourceRegistry(_resourceRows);
        _customers = new CustomerDirectory(new SqliteCustomerStore(_database, time));
        var (rules, success, exchange) = (new RouteRules(routes), new RouteSuccess(routes, options), new ExchangeRateBoard());
        _keeper = new RateKeeper(rates, _shelf, rules, success, new QueueSignals(time), new WorkLoops(time, NullLogger<WorkLoops>.Instance), time, options, NullLogger<RateKeeper>.Instance);
        _importer = new RateImporter(rates, _keeper, time, NullLogger<RateImporter>.Instance);
        _router = new ResourceRouter(_resources, _customers, _shelf, new RatePriceList(_shelf, exchange), rules, success, exchange, time, options);
        var random = new Random(7);
        for (var i = 0; i < Numbers; i++)
        {
            _numbers[i] = random.Next(2) == 0
                ? string.Create(CultureInfo.InvariantCulture, $"+1{random.Next(200, 1000)}{random.Next(200, 1000)}{random.Next(10_000):0000}")
                : string.Create(CultureInfo.InvariantCulture, $"+{random.Next(20, 999)}{random.Next(100_000_000, 999_999_999)}");
        }
    }

    public async Task<bool> RunAsync(TimeSpan forSwap)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var bare = await LatencyAsync(Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System));
        var files = Enumerable.Range(0, _carriers + 1).Select(i => DeckFile.Make(_prefixes, i, edition: 1, _prices)).ToArray();
        for (var i = 1; i <= _carriers; i++)
            await AddResourceAsync(i);
        var begun = Stopwatch.GetTimestamp();
        var import = ImportAsync(files, 1);
        var during = await LatencyAsync(import);
        await import;
        var imported = Stopwatch.GetElapsedTime(begun);
        files = null;

        begun = Stopwatch.GetTimestamp();
        _shelf.Use(RateBook.Empty);
        await _keeper.ReloadAsync(CancellationToken.None);
        var loaded = Stopwatch.GetElapsedTime(begun);
        var arrays = _shelf.Book.Size;
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;

        Print("prices of a deck", _prices > 0 ? $"{_prices}" : "as many as it has rates");
        Print("decks, rates", $"{_shelf.Book.Decks.Count}, {_shelf.Book.Decks.Sum(d => d.Info.RateCount):N0}");
        Print("import into the store, all", $"{imported.TotalSeconds:F1} s, {_shelf.Book.Decks.Sum(d => d.Info.RateCount) / imported.TotalSeconds:N0} rates/s");
        Print("another commit meanwhile", $"median {during.Median:F1} ms, 99 % {during.Worst:F1} ms, longest {during.Longest:F1} ms (without: {bare.Median:F1}, {bare.Worst:F1}, {bare.Longest:F1})");
        Print("read from the store, all", $"{loaded.TotalSeconds:F1} s");
        Print("memory of the book", $"{arrays / 1e6:F1} MB in its arrays, {held / 1e6:F1} MB of the heap");
        LookUps();
        Routes();
        return await SwapAsync(forSwap);
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.Dispose();
        _customers.Dispose();
        await _database.DisposeAsync();
    }

    private async Task ImportAsync(byte[][] files, int edition)
    {
        for (var i = 0; i < files.Length; i++)
        {
            var deck = new RateDeckInfo
            {
                Kind = i == 0 ? RateDeckKind.Price : RateDeckKind.Cost,
                PricePlan = i == 0 ? "standard" : null,
                ResourceId = i == 0 ? null : i,
                Type = MessageType.Fax,
                Currency = "USD",
                Effective = LongAgo.AddDays(edition),
            };
            using var file = new MemoryStream(files[i]);
            var result = await Task.Run(() => _importer.ImportAsync(file, deck, null, CancellationToken.None));
            if (result.Deck is null)
                throw new InvalidOperationException(string.Join('\n', result.Faults));
        }
    }

    private async Task AddResourceAsync(int id)
    {
        await _resourceRows.SaveAsync(new ResourceModel
        {
            Id = id, Name = $"carrier{id}", Type = MessageType.Fax, Address = new Uri("http://127.0.0.1:1/"), CommunicationType = CommunicationType.Http, IsActive = true,
            RouterPassword = "-", ResourcePasswordHash = "-",
        }, CancellationToken.None);
        await _resources.ReloadAsync(CancellationToken.None);
        _resources.Find(id)!.Heard(new ResourceMessage { IsResourceActive = true, ResourceChannelMax = 1000, ResourceChannelStatus = new string('0', 1000) }, TimeProvider.System.GetUtcNow());
    }

    /// <summary>Small commits of others, as intake makes them, until something has ended: milliseconds of each.</summary>
    private async Task<(double Median, double Worst, double Longest)> LatencyAsync(Task until)
    {
        var times = new List<double>();
        while (!until.IsCompleted)
        {
            var begun = Stopwatch.GetTimestamp();
            await _database.WriteAsync(s => s.Execute("UPDATE resource SET resource_queue_in = resource_queue_in + 1 WHERE resource_id = 1"), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
        times.Sort();
        return (times[times.Count / 2], times[times.Count * 99 / 100], times[^1]);
    }

    private void LookUps()
    {
        var (at, decks) = (TimeProvider.System.GetUtcNow(), _shelf.Book.Decks.Where(d => d.Info.Kind == RateDeckKind.Cost).ToArray());
        long sum = 0;
        var (alone, _) = Measure(i =>
        {
            var digits = _numbers[i & (Numbers - 1)].AsSpan(1);
            foreach (var deck in decks)
                sum += deck.TryFind(digits, at, out var rate, out _) ? rate.PerPage : 1;
        });
        Print($"longest prefix in {decks.Length} decks, one by one", $"{alone:F0} ns (sum {sum % 1000})");
        sum = 0;
        var (together, bytes) = Measure(i =>
        {
            var search = _shelf.Book.Search(MessageType.Fax, _numbers[i & (Numbers - 1)].AsSpan(1), at);
            for (var resource = 1; resource <= _carriers; resource++)
            {
                var deck = search.Cost(resource)!;
                sum += search.Find(deck) is >= 0 and var rate ? deck.Deck.Rate(rate).PerPage : 1;
            }
        });
        Print("the same, side by side as routing does", $"{together:F0} ns, {bytes:F0} bytes allocated (sum {sum % 1000})");
    }

    private void Routes()
    {
        var found = 0;
        var (nanoseconds, bytes) = Measure(i => found += _router.Choose(Question(i)).End == RouteEnd.Found ? 1 : 0);
        Print($"whole route, price and {_carriers} carriers", $"{nanoseconds:F0} ns, {bytes:F0} bytes allocated ({found:N0} found)");
        var price = 0;
        var (priced, priceBytes) = Measure(i => price += _router.Choose(Question(i) with { Customer = null }).End == RouteEnd.Found ? 1 : 0);
        Print("the same for a customer that pays nothing", $"{priced:F0} ns, {priceBytes:F0} bytes allocated ({price:N0} found)");
    }

    /// <summary>Nanoseconds of the processor, which do not count what others do on this machine meanwhile.</summary>
    private static (double Nanoseconds, double Bytes) Measure(Action<int> one)
    {
        const int rounds = 1_000_000;
        for (var i = 0; i < 200_000; i++)
            one(i);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var begun = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < rounds; i++)
            one(i);
        return ((Environment.CpuUsage.TotalTime - begun).TotalNanoseconds / rounds, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)rounds);
    }

    private RouteQuestion Question(int i) => new(MessageType.Fax, _payer, _numbers[i & (Numbers - 1)], ThreePages, []);

    /// <summary>Swaps one deck after the other for its next edition, again and again, while messages are routed: every rate must be of one edition, whole.</summary>
    private async Task<bool> SwapAsync(TimeSpan duration)
    {
        // The second edition first: the decks in use are of the first.
        byte[][] editions = [DeckFile.Make(20_000, 99, 2, _prices), DeckFile.Make(20_000, 99, 1, _prices)];
        using var stop = new CancellationTokenSource();
        long routed = 0, mixed = 0, seen1 = 0, seen2 = 0;
        var routing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var rates = _router.Choose(Question(i)).Rates;
                routed++;
                for (var which = 0; which < 2; which++)
                {
                    if ((which == 0 ? rates.Cost : rates.Price) is not { } known)
                        continue;
                    // Each amount carries the digit of its edition; a price made of two would show.
                    var edition = DeckFile.EditionOf(known.PerPage);
                    if (edition is not (1 or 2) || DeckFile.EditionOf(known.ConnectFee) != edition || DeckFile.EditionOf(known.PerTime) != edition)
                        mixed++;
                    seen1 += edition == 1 ? 1 : 0;
                    seen2 += edition == 2 ? 1 : 0;
                }
            }
        });
        var begun = Stopwatch.GetTimestamp();
        var swaps = 0;
        for (var edition = 2; Stopwatch.GetElapsedTime(begun) < duration; edition++)
        {
            await ImportAsync([.. Enumerable.Repeat(editions[edition % 2], 2)], edition);
            swaps += 2;
        }
        await stop.CancelAsync();
        await routing;
        Print("decks swapped under load", $"{swaps}; {routed:N0} messages routed meanwhile, {seen1:N0} rates of one edition and {seen2:N0} of the other");
        Print("mispriced", $"{mixed}");
        return mixed == 0 && seen1 > 0 && seen2 > 0;
    }

    private static void Print(string what, string value) => Console.WriteLine($"{what,-45} {value}");
}
