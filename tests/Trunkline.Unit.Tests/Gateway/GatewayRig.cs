using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Mail;
using Trunkline.Core.Protocol;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;
using Trunkline.Storage.Bodies;
using Trunkline.Storage.Sqlite;
using Trunkline.Unit.Tests.Gateway.Customers;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>The gateway's dispatch and settling on a store of its own, with a clock that goes only when the test waits for something.</summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    public const string RouterPassword = "to-it";
    public const string ResourcePassword = "to-us";
    private const string DocumentKey = "0123456789abcdef";

    private static readonly TimeSpan SmallStep = TimeSpan.FromMilliseconds(100);

    private readonly LoggerFactory _logs = new();
    private readonly string _directory = TestFolder.Create("trunkline-gateway-");
    private readonly MessageIdSource _ids;
    private readonly List<BackgroundService> _services = [];
    private readonly ResourceClient _client = new();
    private readonly CustomerDirectory _customers;
    private readonly Preparer _preparer;

    public GatewayRig(Action<GatewayOptions>? configure = null, Func<IDispatchStore, IDispatchStore>? wrap = null)
    {
        Options = new GatewayOptions
        {
            Node = "test",
            RenderedDirectory = Path.Combine(_directory, "rendered"),
            ResourceSilence = TimeSpan.FromDays(365),
            ExchangeTimeout = TimeSpan.FromMinutes(1),
            Retry = new RetryOptions { Jitter = 0 },
        };
        configure?.Invoke(Options);
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        _ids = new MessageIdSource(Clock);
        StoreTemplate.PutInto(_directory);
        Database = new SqliteDatabase(Path.Combine(_directory, "trunkline.db"), NullLogger<SqliteDatabase>.Instance);
        var bodies = Bodies = new SqliteBodies(Database, new BodyFiles(Path.Combine(_directory, "bodies"), maxInline: 1024));
        var intake = new SqliteIntakeStore(Database, bodies);
        Intake = intake;
        Broadcasts = new SqliteBroadcastStore(Database, intake, options);
        Queue = new SqliteQueueStore(Database, options);
        Preparing = new SqlitePreparingStore(Database, bodies, Clock, options);
        Dispatch = new SqliteDispatchStore(Database, options);
        Dispatch = wrap?.Invoke(Dispatch) ?? Dispatch;
        Settling = new SqliteSettlingStore(Database);
        Receipts = new SqliteReceiptStore(Database, bodies, options);
        ResourceRows = new SqliteResourceStore(Database);
        CustomerRows = new SqliteCustomerStore(Database, Clock);
        _customers = new CustomerDirectory(CustomerRows);
        Resources = new ResourceRegistry(ResourceRows);
        Signals = new QueueSignals(Clock);
        Loops = new WorkLoops(Clock, NullLogger<WorkLoops>.Instance);
        RateRows = new SqliteRateStore(Database);
        RouteRows = new SqliteRouteStore(Database);
        Rules = new RouteRules(RouteRows);
        Success = new RouteSuccess(RouteRows, options);
        Rates.Use(RateBook.Empty);
        Router = new ResourceRouter(Resources, _customers, Rates, new RatePriceList(Rates, Exchange), Rules, Success, Exchange, Clock, options);
        RateKeeper = new RateKeeper(RateRows, Rates, Rules, Success, Signals, Loops, Clock, options, NullLogger<RateKeeper>.Instance);
        Desk = new SettlingDesk(Settling, Resources, Router, Success, Signals, Clock, options, NullLogger<SettlingDesk>.Instance);

        Prices = new RatePriceList(Rates, Exchange);
        _logs.AddProvider(Alarms);
        Gate = new CustomerGate(new HourCounts(Clock), new LimitAlarm(CustomerRows, _customers, Loops, Clock, options, _logs.CreateLogger<LimitAlarm>()));
        Billing = new BillingDesk(_customers, Prices, new BalanceBoard(), new MoneyFormat(new CurrencyTable()), Clock, options);
        Press = new DocumentPress(Pages, Preparing, Clock, options);
        CoverRows = new SqliteCoverStore(Database);
        Covers = new CoverPress(CoverRows, Pages, Press, _customers, options, NullLogger<CoverPress>.Instance);
        Directory.CreateDirectory(Path.GetDirectoryName(Press.PathOf(DocumentKey))!);
        File.WriteAllText(Press.PathOf(DocumentKey), "II*\0");
        // What the press does not take for pages goes back to be prepared, and here nobody prepares: every test would wait in vain.
        Assert.True(Press.HasPages(DocumentKey), "The rig's pages are none to the press.");
        var composer = new DeliveryComposer(Press, Preparing, _customers, Clock, options);
        _preparer = new Preparer(Queue, Preparing, Press, Covers, Billing, _customers, Gate, new UnpagedPress(Preparing, options), Signals, Loops, Clock, options, NullLogger<Preparer>.Instance);
        _services.Add(_preparer);
        _services.Add(new QueueKeeper(Queue, Signals, Loops, Clock, NullLogger<QueueKeeper>.Instance));
        _services.Add(new ResourceProbe(Resources, _client, composer, Signals, Loops, Clock, options, NullLogger<ResourceProbe>.Instance));
        _services.Add(new Dispatcher(Queue, Dispatch, Router, new QuietHoursRule(_customers, options), Resources, _client, composer, new CallPermission(_customers), Signals, Loops, Clock, options, NullLogger<Dispatcher>.Instance));
    }

    /// <summary>Prepares what is pending, besides.</summary>
    public Task StartPreparingAsync() => _preparer.StartAsync(CancellationToken.None);

    public GatewayOptions Options { get; }
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    public SqliteDatabase Database { get; }
    public SqliteBodies Bodies { get; }
    public IIntakeStore Intake { get; }
    public IQueueStore Queue { get; }
    public IPreparingStore Preparing { get; }
    public IDispatchStore Dispatch { get; }
    public ISettlingStore Settling { get; }
    public IReceiptStore Receipts { get; }
    public IResourceStore ResourceRows { get; }
    public SqliteCustomerStore CustomerRows { get; }
    public ResourceRegistry Resources { get; }
    public QueueSignals Signals { get; }
    public WorkLoops Loops { get; }
    public SettlingDesk Desk { get; }
    public ExchangeRateBoard Exchange { get; } = new();
    public RateShelf Rates { get; } = new();
    public IRateStore RateRows { get; }
    public IRouteStore RouteRows { get; }
    public RouteRules Rules { get; }
    public RouteSuccess Success { get; }
    public RateKeeper RateKeeper { get; }
    public ResourceRouter Router { get; }
    public DocumentPress Press { get; }
    public BillingDesk Billing { get; }
    public CustomerGate Gate { get; }
    public RecordedLog Alarms { get; } = new();
    public IPriceList Prices { get; }
    public FakePages Pages { get; } = new();
    public ICoverStore CoverRows { get; }
    public IBroadcastStore Broadcasts { get; }
    public CustomerDirectory Customers => _customers;
    public MessageIdSource Ids => _ids;
    public CoverPress Covers { get; }

    /// <summary>Registers a resource that is reached at this address.</summary>
    public async Task<ResourceModel> AddResourceAsync(Uri address, string name = "fax1", long id = 1, MessageType type = MessageType.Fax)
    {
        var model = Model(address, name, id, type);
        await ResourceRows.SaveAsync(model, CancellationToken.None);
        await Resources.ReloadAsync(CancellationToken.None);
        return model;
    }

    public static ResourceModel Model(Uri address, string name = "fax1", long id = 1, MessageType type = MessageType.Fax) => new()
    {
        Id = id,
        Name = name,
        Type = type,
        Address = address,
        CommunicationType = CommunicationType.Http,
        IsActive = true,
        RouterPassword = RouterPassword,
        ResourcePasswordHash = ResourceRegistry.HashOf(ResourcePassword),
    };

    /// <summary>The customer whose messages <see cref="Submission"/> makes.</summary>
    public static Customer Alice { get; } = new()
    {
        Key = 1,
        EmailAddress = "alice@example.org",
        Status = CustomerStatus.Active,
        Country = "US",
        Language = "en",
        TrustedNetworks = [],
        Limits = new CustomerLimits { Countries = ["*"] },
    };

    /// <summary>Starts the keeper of the schedule, the probe and the dispatcher.</summary>
    public async Task StartAsync()
    {
        await CustomerRows.AddAsync(Alice, null, CancellationToken.None);
        await _customers.ReloadAsync(CancellationToken.None);
        foreach (var service in _services.Where(s => s != _preparer))
            await WithinAsync(service.StartAsync(CancellationToken.None), $"the start of {service.GetType().Name}");
    }

    /// <summary>Accepts a mail to these numbers and has its pages ready.</summary>
    public async Task<IReadOnlyList<MessageId>> SubmitAsync(int pages, params string[] numbers)
    {
        var submission = Submission(numbers);
        await Intake.AcceptAsync(submission, CancellationToken.None);
        await PrepareAllAsync(pages);
        return [.. submission.Messages.Select(m => m.Id)];
    }

    /// <summary>Has the pages of all that waits for them.</summary>
    public async Task PrepareAllAsync(int pages = 1)
    {
        foreach (var message in await Queue.ClaimAsync(Lane.Prepare, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 100, CancellationToken.None))
            Assert.Equal(PrepareResult.Prepared, (await Preparing.PreparedAsync(message, DocumentKey, pages, Estimate.Free, CancellationToken.None)).Result);
        Signals.Wake(Lane.Fax);
    }

    /// <summary>A message at a resource that has acknowledged it, without any service running.</summary>
    public async Task<QueuedMessage> AtResourceAsync(ResourceModel resource, int pages = 1)
    {
        var id = (await SubmitAsync(pages, "+12025550101"))[0];
        var claimed = await Queue.ClaimAsync(Lane.Fax, Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 1, CancellationToken.None);
        Resources.Find(resource.Id)!.Opened();
        var (start, begun) = await Dispatch.BeginAttemptAsync(claimed.Single(m => m.Id == id), resource, AttemptRates.None, Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal(AttemptStart.Begun, start);
        Assert.Equal(1, await Dispatch.AcknowledgedAsync([new Acknowledgement(begun.Attempt, Clock.GetUtcNow(), Clock.GetUtcNow() + Options.AskInterval)], CancellationToken.None));
        return begun;
    }

    public NewSubmission Submission(params string[] numbers) => new()
    {
        Id = _ids.Next(),
        CustomerKey = 1,
        ReceivedAt = Clock.GetUtcNow(),
        Source = "smtp",
        RemoteAddress = "127.0.0.1",
        EnvelopeFrom = "alice@example.org",
        Subject = "Hello",
        MailMessageId = "<1@example.org>",
        References = [],
        IsAutomatic = false,
        Size = 100,
        Headers = "Subject: Hello\r\n"u8.ToArray(),
        Fragments = [new NewFragment("the text of the mail", "text/plain", "utf-8", true, Content("Hello"))],
        Messages = [.. numbers.Select(n => new NewMessage
        {
            Id = _ids.Next(),
            Type = MessageType.Fax,
            ToAddress = n + "@fax.localhost",
            Destination = PhoneNumber.TryParse(n, "US", out var number) ? number : throw new ArgumentException(n),
            Priority = Priority.Medium,
            Resolution = FaxResolution.Fine,
            ExpiryDuration = Options.Expiry,
            Language = "en",
        })],
    };

    public static MailContent Content(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new MailContent(bytes.Length, SHA256.HashData(bytes), bytes, null);
    }

    /// <summary>A receipt as the resource brings it, its report attached when there is one.</summary>
    public static byte[] Receipt(string? attempt, MessageStatus? status, int? pages = null, string? report = null, string name = "fax1",
        string password = ResourcePassword) => ResourceMessageFormat.Write(new ResourceMessage
        {
            Password = password,
            MessageId = attempt,
            MessageStatus = status,
            MessageLength = pages,
            MessageDuration = TimeSpan.FromSeconds(42),
            MessageRemoteCsid = "+1 202 555 0101",
            ResourceId = name,
            IsAttached = report is not null,
            Message = Encoding.UTF8.GetBytes(report ?? ""),
        });

    public async Task<(MessageStatus Status, string? Outcome, string Cause)> StateAsync(MessageId id) => await Database.ReadAsync(s => s.First(
        "SELECT message_status, outcome, cause FROM message WHERE message_id = ?1",
        r => (MessageStatuses.TryParse(r.GetString(0), out var status) ? status : throw new InvalidDataException(), r.IsDBNull(1) ? null : r.GetString(1),
            r.IsDBNull(2) ? "" : r.GetString(2)), id.Value), CancellationToken.None);

    /// <summary>
    /// Lets the gateway's clock go, a step each few milliseconds, until something has happened. Fails after two minutes of real time and says what did not
    /// happen and how everything stood.
    /// </summary>
    public async Task UntilAsync(Func<Task<bool>> happened, TimeSpan? step = null, [CallerArgumentExpression(nameof(happened))] string what = "")
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        try
        {
            // A store, a callback of the clock or a condition that hangs must not hang the run.
            while (!await happened().WaitAsync(patience.Token))
            {
                // While a message is in somebody's hands the time that goes by is this machine's: the claim must not run out because it is slow.
                var isHeld = await HeldAsync().WaitAsync(patience.Token) > 0;
                var next = isHeld || step is null ? SmallStep : step.Value;
                await Task.Run(() => Clock.Advance(next), patience.Token).WaitAsync(patience.Token);
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, patience.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Assert.Fail($"Waited {Patience.Limit.TotalSeconds} s in vain for: {what}\n{await StandAsync()}");
        }
    }

    public Task UntilAsync(Func<bool> happened, TimeSpan? step = null, [CallerArgumentExpression(nameof(happened))] string what = "") =>
        UntilAsync(() => Task.FromResult(happened()), step, what);

    public Task UntilStatusAsync(MessageId id, MessageStatus status, TimeSpan? step = null) =>
        UntilAsync(async () => (await StateAsync(id)).Status == status, step, $"message {id} in status {status}");

    /// <summary>Stops the services, the last that was started first.</summary>
    public async Task StopAsync()
    {
        foreach (var service in Enumerable.Reverse(_services))
            await WithinAsync(service.StopAsync(CancellationToken.None), $"the end of {service.GetType().Name}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var service in _services)
            service.Dispose();
        _client.Dispose();
        Covers.Dispose();
        _customers.Dispose();
        await WithinAsync(Database.DisposeAsync().AsTask(), "the end of the store");
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task WithinAsync(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Patience.Limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited {Patience.Limit.TotalSeconds} s in vain for: {what}");
        }
    }

    private Task<long> HeldAsync() => Database.ReadAsync(s => s.Number("SELECT count(*) FROM inflight"), CancellationToken.None);

    private async Task<string> StandAsync()
    {
        var lines = new List<string> { $"clock {Clock.GetUtcNow():O}" };
        lines.AddRange(Resources.All.Select(r =>
            $"resource {r.Model.Name}: {r.Open} open of {r.Channels}, {r.WhyUnavailable(Clock.GetUtcNow(), Options.ResourceSilence) ?? "available"}"));
        lines.AddRange(Loops.Failing.Select(l => $"failing: {l}"));
        try
        {
            lines.AddRange(await Database.ReadAsync(s => s.Query("SELECT message_id, message_status, attempt_count, cause FROM message",
                r => $"message {new MessageId(r.GetInt64(0))}: {r.GetString(1)}, attempts {r.GetInt32(2)}, {(r.IsDBNull(3) ? "no cause" : r.GetString(3))}"),
                CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System));
        }
        catch (TimeoutException)
        {
            lines.Add("the store does not answer");
        }
        return string.Join('\n', lines);
    }
}
