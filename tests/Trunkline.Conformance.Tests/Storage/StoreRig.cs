using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Mail;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;
using Trunkline.Gateway.Record;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Retention;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;
using Trunkline.Storage.Bodies;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>A store in a folder of its own, and the steps that tests take with it.</summary>
public sealed class StoreRig : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    public static readonly ResourceModel Resource = new()
    {
        Id = 1,
        Name = "fax1",
        Type = MessageType.Fax,
        Address = new Uri("http://127.0.0.1:1/resource"),
        CommunicationType = CommunicationType.Http,
        IsActive = true,
        RouterPassword = "to-it",
        ResourcePasswordHash = ResourceRegistry.HashOf("to-us"),
    };

    private readonly string _directory = TestFolder.Create("trunkline-store-");
    private readonly MessageIdSource _ids = new(TimeProvider.System);
    private readonly FakeTimeProvider _clock = new(Start);
    private SqliteDatabase _database = null!;

    public StoreRig() => Open();

    public IIntakeStore Intake { get; private set; } = null!;
    public IQueueStore Queue { get; private set; } = null!;
    public IOperationsStore Operations { get; private set; } = null!;
    public IPreparingStore Preparing { get; private set; } = null!;
    public IDispatchStore Dispatch { get; private set; } = null!;
    public ISettlingStore Settling { get; private set; } = null!;
    public IReceiptStore Receipts { get; private set; } = null!;
    public IResourceStore Resources { get; private set; } = null!;
    public IRecordStore Record { get; private set; } = null!;
    public IRetentionStore Retention { get; private set; } = null!;
    public IBillingStore Books { get; private set; } = null!;
    public SqliteCustomerStore Customers { get; private set; } = null!;
    public SqliteCustomerRegister Register { get; private set; } = null!;
    public BodyFiles Files { get; private set; } = null!;
    internal SqliteBodies Bodies { get; private set; } = null!;
    public SqliteDatabase Database => _database;

    /// <summary>As after the process has ended and begun again.</summary>
    public async Task ReopenAsync()
    {
        await _database.DisposeAsync();
        Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public NewSubmission Submission(params string[] numbers) => Submission(Priority.Medium, numbers);

    public NewSubmission Submission(Priority priority, params string[] numbers) => SubmissionOf(1, priority, numbers);

    public NewSubmission SubmissionOf(long customer, Priority priority, params string[] numbers) => new()
    {
        Id = _ids.Next(),
        CustomerKey = customer,
        ReceivedAt = Start,
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
            Destination = Number(n),
            Priority = priority,
            Resolution = FaxResolution.Fine,
            ExpiryDuration = TimeSpan.FromHours(1),
            Language = "en",
        })],
    };

    public static MailContent Content(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new MailContent(bytes.Length, SHA256.HashData(bytes), bytes, null);
    }

    public static PhoneNumber Number(string text) => PhoneNumber.TryParse(text, "US", out var number) ? number : throw new ArgumentException(text);

    public Task<IReadOnlyList<QueuedMessage>> ClaimAsync(Lane lane, DateTimeOffset? now = null, int max = 100) =>
        Queue.ClaimAsync(lane, now ?? Start, TimeSpan.FromMinutes(1), max, CancellationToken.None);

    /// <summary>Accepts, prepares and claims for dispatch.</summary>
    public async Task<IReadOnlyList<QueuedMessage>> ReadyAsync(NewSubmission submission, int pages = 1)
    {
        await Intake.AcceptAsync(submission, CancellationToken.None);
        foreach (var message in await ClaimAsync(Lane.Prepare))
            await PrepareAsync(message, pages);
        return await ClaimAsync(Lane.Fax);
    }

    public async Task PrepareAsync(QueuedMessage message, int pages = 1) =>
        Assert.Equal(PrepareResult.Prepared, (await Preparing.PreparedAsync(message, "key", pages, Estimate.Free, CancellationToken.None)).Result);

    public Task<(AttemptStart Start, QueuedMessage Message)> BeginAsync(QueuedMessage message) =>
        Dispatch.BeginAttemptAsync(message, Resource, AttemptRates.None, Start, CancellationToken.None);

    /// <summary>Begins an attempt and has it acknowledged.</summary>
    public async Task<QueuedMessage> AtResourceAsync(QueuedMessage message, DateTimeOffset? now = null)
    {
        var (start, begun) = await Dispatch.BeginAttemptAsync(message, Resource, AttemptRates.None, now ?? Start, CancellationToken.None);
        Assert.Equal(AttemptStart.Begun, start);
        Assert.Equal(1, await Dispatch.AcknowledgedAsync([new Acknowledgement(begun.Attempt, now ?? Start, (now ?? Start) + TimeSpan.FromMinutes(10))], CancellationToken.None));
        return begun;
    }

    public Task<(SettleResult Result, Settlement? Settlement)> SettleAsync(AttemptId attempt, CallOutcome outcome, Settlement settlement, int pages = 0) =>
        Settling.SettleAsync(attempt, Resource.Id, Report(outcome, pages), Start, _ => settlement, CancellationToken.None);

    public static AttemptReport Report(CallOutcome outcome, int pages) => new()
    {
        Status = outcome == CallOutcome.Delivered ? MessageStatus.Sent : MessageStatus.Deferred,
        Outcome = outcome,
        Detail = "486 Busy Here",
        Transport = "",
        CallPlaced = true,
        PagesConfirmed = pages,
        Duration = TimeSpan.FromSeconds(30),
        RemoteCsid = "+1 202 555 0100",
        SentAt = Start,
        Log = "",
    };

    /// <summary>The desk that asks prices, with the customers as the store has them now.</summary>
    public BillingDesk Billing(IPriceList prices, TimeProvider time)
    {
        var customers = new CustomerDirectory(Customers);
        customers.ReloadAsync(CancellationToken.None).GetAwaiter().GetResult();
        return new BillingDesk(customers, prices, new BalanceBoard(), new MoneyFormat(new CurrencyTable()), time, Options.Create(new GatewayOptions()));
    }

    /// <summary>As if the submission of this message had many more of its kind.</summary>
    public Task AddCopiesAsync(MessageId message, IReadOnlyList<long> ids) => _database.WriteAsync(s =>
    {
        var like = QueueRows.Load(s, message.Value, 0)!;
        foreach (var id in ids)
        {
            s.Execute("""
                INSERT INTO message (message_id, submission_id, ordinal, resource_type, message_to_email_address, message_from_email_address, message_location,
                    message_size, message_priority, message_creation_date, message_expiry_duration, message_scheduled_date, message_status, customer_key,
                    message_subject, message_type, message_language_code, destination, expires_at, resolution)
                SELECT ?2, submission_id, ?2, resource_type, message_to_email_address, message_from_email_address, message_location,
                    message_size, message_priority, message_creation_date, message_expiry_duration, message_scheduled_date, message_status, customer_key,
                    message_subject, message_type, message_language_code, destination, expires_at, resolution FROM message WHERE message_id = ?1
                """, message.Value, id);
            QueueRows.MakeReady(s, QueuePlace.Of(like) with { Id = id });
        }
        s.Execute("UPDATE submission SET message_count = message_count + ?2, open_count = open_count + ?2 WHERE submission_id = ?1",
            like.SubmissionId.Value, ids.Count);
        return true;
    }, CancellationToken.None);

    public MessageId NextId() => _ids.Next();

    public async Task<MessageStatus> StatusAsync(MessageId id) => await _database.ReadAsync(
        s => s.First("SELECT message_status FROM message WHERE message_id = ?1",
            r => MessageStatuses.TryParse(r.GetString(0), out var status) ? status : throw new InvalidDataException(r.GetString(0)), id.Value), CancellationToken.None);

    /// <summary>
    /// Where each message stands; a message that has not ended must stand in exactly one place, unless it is on hold. A customer stands in a line while
    /// it has something there. A destination is engaged by a message that is at a resource, or that may go there next, and none waits for a free one.
    /// </summary>
    public async Task AssertEveryMessageHasItsPlaceAsync()
    {
        await AssertPlacesAsync();
        Assert.Empty(await _database.ReadAsync(s => s.Query("""
            SELECT lane, priority, customer_key FROM (SELECT DISTINCT lane, priority, customer_key, 1 AS n FROM ready
                UNION ALL SELECT lane, priority, customer_key, 1 FROM line) GROUP BY lane, priority, customer_key HAVING count(*) <> 2
            """, r => $"the line of {r.GetInt32(0)} {r.GetInt32(1)} does not fit for {r.GetInt64(2)}"), CancellationToken.None));
        Assert.Empty(await _database.ReadAsync(s => s.Query("""
            SELECT e.destination, m.message_status FROM engaged e JOIN message m ON m.message_id = e.id
            WHERE m.message_status NOT IN ('R', 'X', 'A') OR EXISTS (SELECT 1 FROM waiting w WHERE w.id = e.id) OR EXISTS (SELECT 1 FROM scheduled q WHERE q.id = e.id AND q.lane <> 9)
            UNION ALL SELECT destination, 'free' FROM waiting WHERE destination NOT IN (SELECT destination FROM engaged)
            UNION ALL SELECT m.destination, 'twice' FROM message m WHERE message_status IN ('X', 'A') GROUP BY m.destination HAVING count(*) > 1
            """, r => $"{r.GetString(0)} is engaged wrongly: {r.GetString(1)}"), CancellationToken.None));
    }

    private async Task AssertPlacesAsync() => Assert.Empty(await _database.ReadAsync(s => s.Query("""
        SELECT message_id, message_status, (SELECT count(*) FROM ready q WHERE q.id = message_id) + (SELECT count(*) FROM scheduled q WHERE q.id = message_id)
            + (SELECT count(*) FROM inflight q WHERE q.id = message_id) + (SELECT count(*) FROM waiting q WHERE q.id = message_id) AS places
        FROM message WHERE places <> (ended_at IS NULL AND message_status <> 'H')
        """, r => $"{new MessageId(r.GetInt64(0))} {r.GetString(1)} stands in {r.GetInt64(2)} places"), CancellationToken.None));

    private void Open()
    {
        var options = Options.Create(new GatewayOptions { Node = "test" });
        StoreTemplate.PutInto(_directory);
        _database = new SqliteDatabase(Path.Combine(_directory, "trunkline.db"), NullLogger<SqliteDatabase>.Instance);
        Files = new BodyFiles(Path.Combine(_directory, "bodies"), maxInline: 1024);
        var bodies = Bodies = new SqliteBodies(_database, Files);
        Intake = new SqliteIntakeStore(_database, bodies);
        Queue = new SqliteQueueStore(_database, options);
        Operations = new SqliteOperationsStore(_database);
        Preparing = new SqlitePreparingStore(_database, bodies, _clock, options);
        Dispatch = new SqliteDispatchStore(_database, options);
        Settling = new SqliteSettlingStore(_database);
        Receipts = new SqliteReceiptStore(_database, bodies, options);
        Resources = new SqliteResourceStore(_database);
        Record = new SqliteRecordStore(_database);
        Retention = new SqliteRetentionStore(_database, bodies, Files);
        Books = new SqliteBillingStore(_database);
        Customers = new SqliteCustomerStore(_database, TimeProvider.System);
        Register = new SqliteCustomerRegister(_database, TimeProvider.System);
    }
}
