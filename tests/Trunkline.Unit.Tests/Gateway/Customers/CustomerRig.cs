using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core.Mail;
using Trunkline.Gateway;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Storage;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>Intake with its customers on a store of its own.</summary>
internal sealed class CustomerRig : IAsyncDisposable
{
    public const string Domain = "gateway.example";
    public static readonly IPAddress Inside = IPAddress.Parse("192.0.2.7");
    public static readonly IPAddress Outside = IPAddress.Parse("198.51.100.7");

    private readonly string _directory = TestFolder.Create("trunkline-customers-");
    private readonly ServiceProvider _services;

    public CustomerRig(Action<GatewayOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock).AddLogging(l => l.AddProvider(Log)).AddOptions<GatewayOptions>().Configure(o =>
        {
            o.Domain = Domain;
            o.MinFreeBytes = 0;
            o.RenderedDirectory = Path.Combine(_directory, "rendered");
            configure?.Invoke(o);
        });
        StoreTemplate.PutInto(_directory);
        services.AddSqliteStorage(_directory);
        services.AddSingleton(s => new FileTypeTable(s.GetRequiredService<IFileTypeStore>().FileTypesAsync(CancellationToken.None).GetAwaiter().GetResult()));
        services.AddGateway();
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    public RecordedLog Log { get; } = new();
    public SqliteDatabase Database => Get<SqliteDatabase>();
    public ICustomerStore Store => Get<ICustomerStore>();
    public CustomerDirectory Customers => Get<CustomerDirectory>();
    public IntakeDesk Desk => Get<IntakeDesk>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public static Customer Customer(long key, string address, TrustFrom trust = TrustFrom.None, CustomerLimits? limits = null) => new()
    {
        Key = key,
        EmailAddress = address,
        Status = CustomerStatus.Active,
        Country = "US",
        Language = "en",
        TrustedNetworks = [IPNetwork.Parse("192.0.2.0/24")],
        TrustFrom = trust,
        Limits = limits ?? new CustomerLimits(),
    };

    public async Task AddAsync(Customer customer, string? key = null)
    {
        await Store.AddAsync(customer, key is null ? null : CustomerKeyHash.Of(customer.EmailAddress, key), CancellationToken.None);
        await Customers.ReloadAsync(CancellationToken.None);
    }

    /// <summary>Runs a statement in the store, as another process would, and reads what has changed.</summary>
    public async Task SqlAsync(string sql, params object?[] parameters)
    {
        await Database.WriteAsync(s => s.Execute(sql, parameters), CancellationToken.None);
        await Customers.ReloadAsync(CancellationToken.None);
    }

    public Task AddUserAsync(long key, long customer, string address, string columns = "", string values = "") => SqlAsync(
        $"INSERT INTO customer_user (user_key, customer_key, emailaddress, created_at{columns}) VALUES (?1, ?2, ?3, 0{values})", key, customer, address);

    public Task AddAddressAsync(long customer, string address) => SqlAsync(
        "INSERT INTO customer_address (address, customer_key, kind, created_at) VALUES (?1, ?2, ?3, 0)", address, customer, address[0] == '@' ? "domain" : "sender");

    /// <summary>Sends a mail to these numbers (or whole addresses); the first refusal is the answer.</summary>
    public async Task<IntakeVerdict> SendAsync(string sender, IPAddress remote, string[] recipients, string? from = null, Sender? login = null,
        ISenderEvidence? evidence = null, IReadOnlyList<string>? fromAddresses = null)
    {
        var envelope = new IntakeEnvelope { RemoteAddress = remote, Sender = sender, Authenticated = login, Evidence = evidence };
        Last = envelope;
        var verdict = Desk.VerifySender(envelope);
        foreach (var recipient in recipients)
        {
            if (verdict.IsAccepted)
                verdict = Desk.VerifyRecipient(envelope, recipient.Contains('@', StringComparison.Ordinal) ? recipient : $"{recipient}@fax.{Domain}");
        }
        return verdict.IsAccepted
            ? await Desk.AcceptAsync(envelope, Mail(fromAddresses ?? [from ?? sender]), 100, () => GatewayRig.Content("the whole mail"), CancellationToken.None)
            : verdict;
    }

    /// <summary>The envelope of the last mail.</summary>
    public IntakeEnvelope? Last { get; private set; }

    private static ParsedMail Mail(IReadOnlyList<string> from) => new()
    {
        From = from.Count > 0 ? from[0] : null,
        FromAddresses = from,
        Subject = "Hello",
        MessageId = "<1@example.org>",
        References = [],
        IsAutomatic = false,
        OptionHeaders = new Dictionary<string, string>(),
        RawHeaders = "Subject: Hello\r\n"u8.ToArray(),
        Hops = 1,
        Parts = [new MailPart { IsBody = true, ContentType = "text/plain", Charset = "utf-8", Content = GatewayRig.Content("Hello") }],
    };

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        System.IO.Directory.Delete(_directory, recursive: true);
    }
}
