using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Trunkline.Unit.Tests.Web;

/// <summary>A receiver of webhooks on a real web server, which answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _application;

    private Receiver(WebApplication application) => _application = application;

    public ConcurrentQueue<(string Id, string Timestamp, string Signature, byte[] Body)> Told { get; } = new();

    /// <summary>What it answers, by the number of the request from 1.</summary>
    public Func<int, Task<int>> Answer { get; set; } = _ => Task.FromResult(204);

    public Uri Address { get; private set; } = null!;

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var receiver = new Receiver(application);
        var count = 0;
        application.Run(async context =>
        {
            using var memory = new MemoryStream();
            await context.Request.Body.CopyToAsync(memory);
            var headers = context.Request.Headers;
            receiver.Told.Enqueue((headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), memory.ToArray()));
            context.Response.StatusCode = await receiver.Answer(Interlocked.Increment(ref count));
        });
        await application.StartAsync();
        receiver.Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hook");
        return receiver;
    }

    public IReadOnlyList<string> Types => [.. Told.Select(t => JsonDocument.Parse(t.Body).RootElement.GetProperty("type").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
