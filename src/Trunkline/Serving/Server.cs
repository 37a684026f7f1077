using System.Net;
using DnsClient;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serilog;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;
using Trunkline.Gateway.Record;
using Trunkline.Gateway.Resources;
using Trunkline.Mail;
using Trunkline.Mail.Delivery;
using Trunkline.Mail.Dkim;
using Trunkline.Mail.Smtp;
using Trunkline.Mail.Spf;
using Trunkline.Rendering;
using Trunkline.Rendering.Sandbox;
using Trunkline.Resource;
using Trunkline.Resource.Exchange;
using Trunkline.Storage;
using Trunkline.Storage.Sqlite;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;
using Trunkline.TestLine;
using Trunkline.Web;
using Trunkline.Web.Api;

namespace Trunkline.Serving;

/// <summary>One process with the roles it is to play, put together and started in the order in which they need one another.</summary>
public sealed class Server : IAsyncDisposable
{
    private const string GatewayPath = "/gateway";
    private const string ResourcePath = "/resource";
    private const string DemoKey = "demo-key";
    private readonly WebApplication _application;
    private readonly DataDirectory? _directory;

    private Server(WebApplication application, DataDirectory? directory, ServerOptions options)
    {
        _application = application;
        _directory = directory;
        Options = options;
    }

    /// <summary>What it was started with.</summary>
    public ServerOptions Options { get; }

    /// <summary>What it is made of.</summary>
    public IServiceProvider Services => _application.Services;

    /// <summary>Puts the process together and starts it, told of each call when there is somebody who watches. Throws <see cref="OptionsException"/> for what cannot work.</summary>
    public static async Task<Server> StartAsync(IConfiguration configuration, CallWatch? watch, CancellationToken cancellationToken)
    {
        var options = ServerOptions.Read(configuration);
        var roles = options.RoleSet;
        // The test line may share the directory with a server; it writes only below testline/.
        var directory = roles.Contains("gateway") || roles.Contains("resource") ? DataDirectory.Open(options.Data) : null;
        // The empty builder: others read settings from files of their own and watch the whole working directory for changes of them, where each
        // mail and each fax is a change.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        // One hop less between threads for each packet. Our work is still done on the pool's threads, never on the one that watches sockets.
        builder.Services.Configure<SocketTransportOptions>(o => o.UnsafePreferInlineScheduling = true);
        builder.Services.AddRouting();
        builder.Configuration.AddConfiguration(configuration);
        var log = FileLog(options);
        builder.Logging.AddSerilog(log, dispose: true);
        // Stopping waits for the calls on the line; the host must not cut it short.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMinutes(6));
        var certificate = Certificate(options);
        builder.Services.AddSingleton(certificate);
        var time = options.MediaSpeed > 1 ? new ScaledTimeProvider(options.MediaSpeed) : TimeProvider.System;
        builder.Services.AddSingleton(TimeProvider.System);
        // One clock for both ends of a call within this process: they advance in step, however fast it runs.
        builder.Services.AddSingleton(s => new MediaClock(TimeProvider.System, options.MediaSpeed, logger: s.GetRequiredService<ILogger<MediaClock>>()));
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options, certificate));

        var needsRenderer = roles.Contains("gateway") || roles.Contains("resource");
        FaxRenderer? renderer = null;
        if (needsRenderer)
        {
            using var bootLogs = LoggerFactory.Create(l => l.AddSerilog(log, dispose: false));
            renderer = await StartRendererAsync(options, configuration.GetValue("MaxPages", 200), bootLogs, cancellationToken);
            builder.Services.AddSingleton<IFaxRenderer>(renderer);
            builder.Services.AddSingleton<ISheetRenderer>(renderer);
        }
        if (roles.Contains("testline"))
            AddTestLine(builder, options, time);
        if (roles.Contains("gateway"))
            AddGateway(builder, options);
        var local = LocalResource.Open(options.Data, builder.Configuration["Resource:Id"] ?? "fax1");
        if (roles.Contains("resource"))
            AddResource(builder, options, local, time, certificate, watch);
        if (roles.Contains(InstantRole.Name))
            InstantRole.Add(builder, options.Data, new Uri(Self(options), GatewayPath));

        var application = builder.Build();
        application.MapGet("/healthz", () => Health(application.Services));
        if (roles.Contains("gateway"))
        {
            application.MapGatewayExchange(GatewayPath);
            application.MapApi();
            application.MapMetricsScraping();
            await PrepareGatewayAsync(application.Services, options, local, certificate, cancellationToken);
        }
        if (roles.Contains("resource"))
            application.MapResourceExchange(ResourcePath);
        if (roles.Contains(InstantRole.Name))
            InstantRole.Map(application);
        var server = new Server(application, directory, options);
        try
        {
            await application.StartAsync(cancellationToken);
            if (roles.Contains("gateway"))
                DoorPlate.Write(options.Data, Self(options));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when the process is told to stop.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _application.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _directory?.Dispose();
    }

    private static void Listen(KestrelServerOptions kestrel, ServerOptions options, CertificateSource certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Listen(ServerOptions.EndPoint("http", options.Http));
        if (options.Https.Length > 0)
            kestrel.Listen(ServerOptions.EndPoint("https", options.Https), l => l.UseHttps(certificate.Certificate));
        if (options.RoleSet.Contains("gateway"))
            kestrel.Listen(ServerOptions.EndPoint("smtp", options.Smtp), l => l.UseConnectionHandler<SmtpConnectionHandler>());
    }

    private static void AddGateway(WebApplicationBuilder builder, ServerOptions options)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().Bind(builder.Configuration).Configure(o =>
        {
            o.Domain = options.Domain;
            o.RenderedDirectory = Path.GetFullPath(Path.Combine(options.Data, "rendered"));
            // The demonstration is alone on its machine, and so is whoever tries a webhook with it.
            if (options.Demo && builder.Configuration["Webhooks:AllowPrivate"] is null)
                o.Webhooks.AllowPrivate = true;
        }).ValidateDataAnnotations().Validate(o => !o.Retry.Faults().Any(), "Retry: intervals are above zero, attempts and growth at least 1, jitter 0 to 0.9.")
            .Validate(o => o.Expiry > TimeSpan.Zero && o.Lease > TimeSpan.Zero && o.ResourceProbe > TimeSpan.Zero && o.AskInterval > TimeSpan.Zero && o.AskAgain > TimeSpan.Zero
                && o.MaxScheduleAhead > TimeSpan.Zero && o.MaxDuration > TimeSpan.Zero,
                "Expiry, Lease, ResourceProbe, AskInterval, AskAgain, MaxScheduleAhead and MaxDuration are above zero.")
            .Validate(o => o.Billing.Fault() is null, "Billing:BatchRecords is 1 to 100,000.")
            .Validate(o => o.Fraud is { AlarmAfter: > 0, SuspendAfter: >= 0, FreeLogins: > 0 } f && f.LoginPause > TimeSpan.Zero && f.MaxAddressPause >= f.LoginPause
                && f.MaxAccountPause >= f.LoginPause, "Fraud: counts and pauses are above zero, and no longest pause is below LoginPause.")
            .Validate(o => o.Routing.Fault() is null, "Routing: MinMarginPercent is -1000 to 100, SuccessHalfLife and NoRoutePause are above zero, other times not below.")
            .Validate(o => QuietHoursRule.IsReadable(o.QuietHours), "QuietHours reads like 21:00-08:00 sun, or is empty.")
            .ValidateOnStart();
        services.AddSqliteStorage(Path.GetFullPath(options.Data));
        services.AddSingleton(s => new FileTypeTable(s.GetRequiredService<IFileTypeStore>().FileTypesAsync(CancellationToken.None).GetAwaiter().GetResult()));
        services.AddSingleton<IRawMailReader, RawMailReader>();
        services.AddSingleton<ICallRecords>(new CallRecordDirectory(CallsDirectory(options)));
        services.AddGateway();
        services.AddMetricsScraping();
        services.AddApi(new ApiOptions { UploadDirectory = Path.GetFullPath(Path.Combine(options.Data, "incoming", "http")) });

        var incoming = Path.GetFullPath(Path.Combine(options.Data, "incoming"));
        Directory.CreateDirectory(incoming);
        services.AddSingleton(new SmtpServerOptions { HostName = options.Domain, SpillDirectory = Path.Combine(incoming, "spill") });
        services.TryAddSingleton<ILookupClient>(_ => NameServers());
        services.AddSingleton<DkimCheck>();
        services.AddSingleton<SpfCheck>();
        services.AddSingleton<ISmtpBackend>(s => new SmtpIntake(
            s.GetRequiredService<IntakeDesk>(), s.GetRequiredService<LoginDesk>(), s.GetRequiredService<DkimCheck>(), s.GetRequiredService<SpfCheck>(),
            Directory.CreateDirectory(Path.Combine(incoming, "parts")).FullName));
        services.AddSingleton<SmtpConnectionHandler>();
        services.AddSingleton(s => MailDelivery.Create(options, s));
        services.AddSingleton<IMailOut, MailWayOut>();
    }

    private static void AddResource(WebApplicationBuilder builder, ServerOptions options, LocalResource local, TimeProvider time, CertificateSource certificate,
        CallWatch? watch)
    {
        var services = builder.Services;
        var telephone = TelephoneOptions.Read(builder.Configuration);
        var sip = ServerOptions.EndPoint("sip", options.Sip);
        if (options.Pcap.Length > 0)
            services.AddSingleton(_ => OpenCapture(options));
        services.AddSingleton<IDatagramNetwork>(s => s.GetService<PacketCapture>() is { } capture ? new CapturedNetwork(new UdpNetwork(), capture) : new UdpNetwork());
        services.AddSingleton<IMediaEngine>(s => new MediaEngine(
            s.GetRequiredService<IDatagramNetwork>(), s.GetRequiredService<MediaClock>(), telephone.Media(sip.Address)));
        services.AddSingleton(s => new SipEndpoint(
            new SipEndpointOptions { Local = sip, Advertised = telephone.Advertised, Streams = telephone.Streams(sip, certificate.Context, s.GetService<PacketCapture>()) },
            s.GetRequiredService<IDatagramNetwork>(), time, s.GetRequiredService<ILogger<SipEndpoint>>()));
        services.TryAddSingleton<ILookupClient>(_ => NameServers());
        services.AddSingleton(s => new TrunkGroup([.. telephone.Carriers(ServerOptions.EndPoint("testline", options.Testline)).Select(trunk => new SipTrunk(
            trunk, s.GetRequiredService<SipEndpoint>(), s.GetRequiredService<IMediaEngine>(), time, s.GetRequiredService<ILogger<SipTrunk>>(),
            new SipHostLookup(s.GetRequiredService<ILookupClient>())))]));
        services.AddSingleton<ITrunk>(s => watch is null ? s.GetRequiredService<TrunkGroup>() : new WatchedTrunk(s.GetRequiredService<TrunkGroup>(), watch));

        var router = builder.Configuration["Resource:Router"];
        services.AddFaxResource(new ResourceOptions
        {
            ResourceId = local.Name,
            Password = local.OwnPassword,
            RouterAddress = router is null ? new Uri(Self(options), GatewayPath) : new Uri(router),
            RouterCertificateSha256 = router is null && options.ExchangeByHttps ? Fingerprint(certificate) : builder.Configuration["Resource:RouterCertificateSha256"],
            DataDirectory = local.Directory,
            CallsDirectory = CallsDirectory(options),
            Channels = telephone.Channels,
        });
    }

    private static PacketCapture OpenCapture(ServerOptions options)
    {
        try
        {
            return new PacketCapture(options.Pcap, options.PcapMegabytes * 1_000_000L, TimeProvider.System);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionsException($"--pcap {options.Pcap}: {fault.Message}");
        }
    }

    private static string CallsDirectory(ServerOptions options) => Path.GetFullPath(Path.Combine(options.Data, "calls"));

    private static LookupClient NameServers() => new(new LookupClientOptions { UseCache = true, Timeout = TimeSpan.FromSeconds(5), Retries = 2 });

    private static void AddTestLine(WebApplicationBuilder builder, ServerOptions options, TimeProvider time)
    {
        var numbers = TestNumberOptions.Read(builder.Configuration);
        builder.Services.AddSingleton(s => new TestLineServer(
            new TestLineOptions
            {
                Sip = ServerOptions.EndPoint("testline", options.Testline), DataDirectory = options.Data, Streams = new SipStreamOptions(), Numbers = numbers,
            },
            new UdpNetwork(), s.GetRequiredService<MediaClock>(), time, s.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddHostedService<TestLineRole>();
    }

    private static async Task PrepareGatewayAsync(
        IServiceProvider services, ServerOptions options, LocalResource local, CertificateSource certificate, CancellationToken cancellationToken)
    {
        if (options.RoleSet.Contains("resource"))
        {
            await services.GetRequiredService<IResourceStore>().RegisterAsync(
                local.Model(new Uri(Self(options), ResourcePath), options.ExchangeByHttps ? Fingerprint(certificate) : null),
                services.GetRequiredService<MessageIdSource>().Next().Value, cancellationToken);
        }
        var keys = services.GetRequiredService<KeyRing>();
        // A key that everybody knows must never be of use on a network: the demonstration's customer lives as long as the demonstration.
        var customers = services.GetRequiredService<ICustomerStore>();
        var address = "demo@" + options.Domain;
        var operatorKey = OperatorKey.Open(options.Data);
        if (!options.Demo)
        {
            await customers.SetStatusAsync(address, CustomerStatus.Closed, cancellationToken);
            keys.Trust(operatorKey, customerKey: null);
        }
        else
        {
            CheckDemoIsAlone(options);
            await customers.AddAsync(new Customer
            {
                Key = 1,
                EmailAddress = address,
                Status = CustomerStatus.Active,
                Country = "US",
                Language = "en",
                TrustedNetworks = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")],
                SourceCsid = "+1 202 555 0190",
            }, CustomerKeyHash.Of(address, DemoKey), cancellationToken);
            // Only what an earlier start without --demo closed; one that was suspended stays so.
            var demo = (await customers.ChangedSinceAsync(0, cancellationToken)).First(a => a.Customer.EmailAddress == address).Customer;
            if (demo.Status == CustomerStatus.Closed)
                await customers.SetStatusAsync(address, CustomerStatus.Active, cancellationToken);
            // In no store: the key ends with this process. What is sent with either is the demonstration's.
            keys.Trust(DemoKey, demo.Key);
            keys.Trust(operatorKey, demo.Key);
        }
    }

    private static void CheckDemoIsAlone(ServerOptions options)
    {
        foreach (var (name, text) in new[] { ("smtp", options.Smtp), ("http", options.Http), ("https", options.Https) })
        {
            if (text.Length > 0 && !IPAddress.IsLoopback(ServerOptions.EndPoint(name, text).Address))
                throw new OptionsException($"--demo with --{name} {text}: anybody could use the demonstration's key. Use \"serve\" without --demo, or a loopback address.");
        }
    }

    private static IResult Health(IServiceProvider services)
    {
        var failing = services.GetService<WorkLoops>()?.Failing ?? [];
        // A program that is missing concerns some documents, and is no reason to restart the rest.
        var missing = ConverterCensus.Take().Where(c => !c.IsThere).Select(c => $"missing: {c.DebianPackages} ({c.Kinds})\n");
        return failing.Count == 0
            ? Results.Text("ok\n" + string.Concat(missing))
            : Results.Text($"failing: {string.Join(", ", failing)}\n" + string.Concat(missing), statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<FaxRenderer> StartRendererAsync(ServerOptions options, int maxPages, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        try
        {
            return await FaxRenderer.StartAsync(new RenderingOptions
            {
                WorkDirectory = Path.GetFullPath(Path.Combine(options.Data, "work")),
                AllowUnconfinedConverters = options.AllowUnconfinedConverters,
                MaxPages = maxPages,
            }, TimeProvider.System, logs.CreateLogger<FaxRenderer>(), cancellationToken);
        }
        catch (InvalidOperationException fault)
        {
            throw new OptionsException(fault.Message);
        }
    }

    private static Serilog.Core.Logger FileLog(ServerOptions options) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .Enrich.With(new EventNumber())
        .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
        .MinimumLevel.Override("System.Net.Http", Serilog.Events.LogEventLevel.Warning)
        .WriteTo.File(
            Path.Combine(options.Data, "log", options.RoleSet.Contains("gateway") || options.RoleSet.Contains("resource") ? "trunkline-.log" : "testline-.log"), rollingInterval: RollingInterval.Day, retainedFileCountLimit: 30,
            fileSizeLimitBytes: 100 * 1024 * 1024, rollOnFileSizeLimit: true, buffered: true, flushToDiskInterval: TimeSpan.FromSeconds(1), formatProvider: System.Globalization.CultureInfo.InvariantCulture,
            outputTemplate: "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} {Level:u3} {SourceContext} {Event} {Message:lj}{NewLine}{Exception}")
        .CreateLogger();

    private static CertificateSource Certificate(ServerOptions options)
    {
        if (options.CertificateFile.Length == 0)
            return CertificateSource.SelfMade(Path.Combine(options.Data, "tls"), options.Domain, TimeProvider.System);
        try
        {
            return CertificateSource.FromPem(options.CertificateFile, options.CertificateKeyFile);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new OptionsException($"CertificateFile {options.CertificateFile} with CertificateKeyFile {options.CertificateKeyFile}: {fault.Message}");
        }
    }

    private static string Fingerprint(CertificateSource certificate) =>
        certificate.Certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);

    private static Uri Self(ServerOptions options)
    {
        var endPoint = ServerOptions.EndPoint("http", options.ExchangeByHttps ? options.Https : options.Http);
        if (endPoint.Address.Equals(IPAddress.Any))
            endPoint = new IPEndPoint(IPAddress.Loopback, endPoint.Port);
        else if (endPoint.Address.Equals(IPAddress.IPv6Any))
            endPoint = new IPEndPoint(IPAddress.IPv6Loopback, endPoint.Port);
        return new Uri($"{(options.ExchangeByHttps ? "https" : "http")}://{endPoint}");
    }

    private sealed class TestLineRole(TestLineServer line) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => line.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => line.StopAsync();
    }
}
