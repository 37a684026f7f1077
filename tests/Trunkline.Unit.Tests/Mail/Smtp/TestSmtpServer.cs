using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Mail;
using Trunkline.Mail.Smtp;

namespace Trunkline.Unit.Tests.Mail.Smtp;

/// <summary>The real server on a free port of loopback.</summary>
internal sealed class TestSmtpServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SmtpConnectionHandler _handler;

    private TestSmtpServer(WebApplication app, SmtpConnectionHandler handler, RecordingBackend backend, string directory)
    {
        _app = app;
        _handler = handler;
        Backend = backend;
        Directory = directory;
        Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    public RecordingBackend Backend { get; }
    public string Directory { get; }
    public string SpillDirectory => Path.Combine(Directory, "spill");
    public int Port { get; }

    public static async Task<TestSmtpServer> StartAsync(
        Func<SmtpServerOptions, SmtpServerOptions>? configure = null, TimeProvider? time = null, bool tls = true, bool pretendRemote = false)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("trunkline-smtp-").FullName;
        var options = new SmtpServerOptions
        {
            HostName = "gw.example",
            SpillDirectory = Path.Combine(directory, "spill"),
            FailedLoginDelay = TimeSpan.Zero,
        };
        var backend = new RecordingBackend();
        var certificate = tls ? CertificateSource.SelfMade(Path.Combine(directory, "tls"), "gw.example", TimeProvider.System) : null;
        var handler = new SmtpConnectionHandler(
            backend, configure?.Invoke(options) ?? options, certificate, time ?? TimeProvider.System, NullLogger<SmtpConnectionHandler>.Instance);

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton(handler);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            // A client from elsewhere, as far as the server can see.
            if (pretendRemote)
                listen.Use(next => connection =>
                {
                    connection.RemoteEndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 4711);
                    return next(connection);
                });
            listen.UseConnectionHandler<SmtpConnectionHandler>();
        }));
        var app = builder.Build();
        await app.StartAsync();
        return new TestSmtpServer(app, handler, backend, directory);
    }

    public async Task<SmtpTestClient> ConnectAsync() => await SmtpTestClient.ConnectAsync(Port);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _handler.Dispose();
        await _app.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
