using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Trunkline.Core.Protocol;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>The router's end for receipts, on a real Kestrel.</summary>
internal sealed class FakeRouter : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ResourceMessage> _receipts = Channel.CreateUnbounded<ResourceMessage>();

    private FakeRouter(WebApplication app) => _app = app;

    /// <summary>The answer to a receipt; by default the acknowledgement that the protocol asks for.</summary>
    public Func<ResourceMessage, (int Code, byte[] Body)> Answer { get; set; } = Acknowledge;

    public Uri Address => new(_app.Urls.First() + "/router");

    public static async Task<FakeRouter> StartAsync(System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var router = new FakeRouter(app);
        app.MapPost("/router/exchange", router.ReceiveAsync);
        await app.StartAsync();
        return router;
    }

    public async Task<ResourceMessage> NextReceiptAsync() =>
        await _receipts.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Limit);

    public bool HasMoreReceipts => _receipts.Reader.TryPeek(out _);

    public static (int Code, byte[] Body) Acknowledge(ResourceMessage receipt) =>
        (200, ResourceMessageFormat.Write(receipt with { IsAttached = false, Password = "router-password" }));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (!ResourceMessageFormat.TryRead(body.ToArray(), out var receipt, out var error))
            throw new InvalidDataException(error);
        var (code, bytes) = Answer(receipt);
        context.Response.StatusCode = code;
        await context.Response.Body.WriteAsync(bytes);
        await context.Response.CompleteAsync();
        _receipts.Writer.TryWrite(receipt);
    }
}
