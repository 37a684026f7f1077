using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Protocol;
using Trunkline.Resource;
using Trunkline.Resource.Exchange;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>A whole resource on a real Kestrel, with a trunk and a router of the test's own.</summary>
internal sealed class ResourceRig : IAsyncDisposable
{
    public const string RouterPassword = "router-password";
    public const string OwnPassword = "resource-password";
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    private ResourceRig(WebApplication app, string directory)
    {
        _app = app;
        Directory = directory;
    }

    public string Directory { get; }

    public ResourceServer Server => _app.Services.GetRequiredService<ResourceServer>();

    public Uri Address => new(_app.Urls.First() + "/resource/exchange");

    public static string NewDirectory() => TestFolder.CreateForProcess("trunkline-resource-");

    public static async Task<ResourceRig> StartAsync(
        FakeTrunk trunk, FakeRouter router, string? directory = null, Func<ResourceOptions, ResourceOptions>? change = null, TimeProvider? time = null,
        Action<ResourceServer>? before = null, System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null)
    {
        directory ??= NewDirectory();
        System.IO.Directory.CreateDirectory(Path.Combine(directory, "jfaxom"));
        await File.WriteAllTextAsync(Path.Combine(directory, "jfaxom", "password"), $"# routers\nmain {RouterPassword}\n");
        var options = new ResourceOptions
        {
            ResourceId = "R1",
            Password = OwnPassword,
            RouterAddress = router.Address,
            DataDirectory = directory,
            Channels = 4,
            ReceiptBackoffMin = TimeSpan.FromMilliseconds(20),
            StopTimeout = TimeSpan.FromSeconds(10),
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<ITrunk>(trunk);
        builder.Services.AddSingleton<IFaxRenderer, FakeRenderer>();
        builder.Services.AddFaxResource(change is null ? options : change(options));
        var app = builder.Build();
        app.MapResourceExchange("/resource");
        before?.Invoke(app.Services.GetRequiredService<ResourceServer>());
        await app.StartAsync();
        return new ResourceRig(app, directory);
    }

    public static ResourceMessage Delivery(string id, string to = "+12025550100", int pages = 3, int firstPage = 1, TimeSpan? expiry = null, byte[]? tiff = null) => new()
    {
        Password = RouterPassword,
        MessageId = id,
        MessageStatus = MessageStatus.Exchanged,
        MessageSourceCsid = "+1 202 555 0190",
        IsAttached = true,
        MessageDestination = to,
        ResourceId = "R1",
        ResourceExpiryDuration = expiry,
        MessageBoundary = "b",
        Message = Encoding.ASCII.GetBytes(
            $"MIME-Version: 1.0\r\n{MessageHeaders.Type}: fax\r\n{MessageHeaders.Pages}: {pages}\r\n{MessageHeaders.FirstPage}: {firstPage}\r\n" +
            $"{MessageHeaders.HeaderLine}: From Trunkline\r\n{MessageHeaders.CallerId}: +12025550190\r\n" +
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/tiff\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
            $"{Convert.ToBase64String(tiff ?? [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0], Base64FormattingOptions.InsertLineBreaks)}\r\n--b--\r\n"),
    };

    public static ResourceMessage Enquiry(string? id) => new() { Password = RouterPassword, MessageId = id, ResourceId = "R1" };

    /// <summary>Sends the head of a delivery and leaves its end out; returns once the resource has begun to take it in.</summary>
    public async Task<System.Net.Sockets.TcpClient> BeginDeliveryAsync(string id)
    {
        var bytes = ResourceMessageFormat.Write(Delivery(id));
        var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(Address.Host, Address.Port);
        var head = $"POST {Address.AbsolutePath} HTTP/1.1\r\nHost: x\r\nContent-Length: {bytes.Length}\r\n\r\n";
        await socket.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. bytes.AsSpan(0, bytes.Length - 10)]);
        await Patience.UntilAsync(() => System.IO.Directory.GetFiles(Path.Combine(Directory, "tmp")).Length > 0);
        return socket;
    }

    public async Task<(int Code, string Text, ResourceMessage? Message)> ExchangeAsync(ResourceMessage message) =>
        await ExchangeAsync(ResourceMessageFormat.Write(message));

    public async Task<(int Code, string Text, ResourceMessage? Message)> ExchangeAsync(byte[] bytes, HttpClient? client = null)
    {
        using var content = new ByteArrayContent(bytes);
        using var response = await (client ?? _client).PostAsync(Address, content);
        var body = await response.Content.ReadAsByteArrayAsync();
        var isRead = ResourceMessageFormat.TryRead(body, out var answer, out _);
        return ((int)response.StatusCode, Encoding.UTF8.GetString(body), isRead ? answer : null);
    }

    /// <summary>Waits until nothing of the message is left but its tombstone.</summary>
    public async Task UntilForgottenAsync()
    {
        await Patience.UntilAsync(() => Server.Snapshot() is { Inbox: 0, Process: 0, Outbox: 0 });
    }

    /// <summary>Waits until every channel was given back, which is just after the receipt was written.</summary>
    public async Task UntilIdleAsync()
    {
        await Patience.UntilAsync(() => !Server.Snapshot().Channels.Contains('1', StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
