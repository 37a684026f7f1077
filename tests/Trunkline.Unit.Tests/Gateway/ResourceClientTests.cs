using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Dispatch;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>What is certain not to have been sent, what may have been taken, and what was answered: the client tells them apart.</summary>
public class ResourceClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ResourceClient _client = new();
    private ScriptedResource _resource = null!;

    public async ValueTask InitializeAsync() => _resource = await ScriptedResource.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _resource.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_in_the_protocol_is_answered()
    {
        var answer = Assert.IsType<ResourceAnswer.Answered>(await AskAsync());
        Assert.Equal((MessageStatus.Acknowledged, 4), (answer.Message.MessageStatus, answer.Message.ResourceChannelMax));
        Assert.Equal("fax1", Assert.Single(_resource.Deliveries).ResourceId);
    }

    [Theory]
    [InlineData(401, true)]
    [InlineData(400, true)]
    [InlineData(404, true)]
    [InlineData(413, true)]
    [InlineData(503, false)]
    [InlineData(429, false)]
    public async Task A_refusal_is_certain_and_lasts_when_somebody_must_mend_something(int status, bool isLasting)
    {
        _resource.OnDelivery = ScriptedResource.Refuse(status);
        Assert.Equal(isLasting, Assert.IsType<ResourceAnswer.Refused>(await AskAsync()).IsLasting);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(302)]
    public async Task A_fault_or_a_detour_leaves_it_in_doubt(int status)
    {
        _resource.OnDelivery = ScriptedResource.Refuse(status);
        Assert.IsType<ResourceAnswer.InDoubt>(await AskAsync());
    }

    [Fact]
    public async Task An_answer_for_another_message_leaves_it_in_doubt()
    {
        _resource.OnDelivery = (message, context) => _resource.AnswerAsync(context, message with { MessageId = "another-1" }, MessageStatus.Acknowledged);
        Assert.IsType<ResourceAnswer.InDoubt>(await AskAsync());
    }

    [Theory]
    [InlineData("<html>Welcome to the hotel's network</html>")]
    [InlineData("")]
    public async Task What_is_no_answer_in_the_protocol_leaves_it_in_doubt(string body)
    {
        _resource.OnDelivery = (_, context) => context.Response.WriteAsync(body);
        Assert.IsType<ResourceAnswer.InDoubt>(await AskAsync());
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        _resource.OnDelivery = async (_, context) =>
        {
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };
        Assert.IsType<ResourceAnswer.InDoubt>(await AskAsync());
    }

    [Fact]
    public async Task A_connection_that_is_closed_without_an_answer_leaves_it_in_doubt()
    {
        _resource.OnDelivery = ScriptedResource.HangUpAsync;
        Assert.IsType<ResourceAnswer.InDoubt>(await AskAsync());
        // Never by itself: the second one would be a second call.
        Assert.Single(_resource.Deliveries);
    }

    [Fact]
    public async Task No_answer_in_time_leaves_it_in_doubt()
    {
        _resource.OnDelivery = (_, context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        Assert.IsType<ResourceAnswer.InDoubt>(await AskAsync(TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public async Task A_refused_connection_is_unreachable()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.IsType<ResourceAnswer.Unreachable>(await AskAsync(Patience, AddressOf(closed)));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_unreachable() =>
        Assert.IsType<ResourceAnswer.Unreachable>(await AskAsync(Patience, new Uri("http://resource.invalid/resource")));

    [Fact]
    public async Task A_connection_that_does_not_come_about_is_unreachable_and_not_in_doubt()
    {
        // A queue of connections that nobody takes: once it is full, the kernel answers no more of them.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false }).ToList();
        foreach (var socket in waiting)
            _ = socket.ConnectAsync(listener.LocalEndPoint!).ContinueWith(t => t.Exception, TaskScheduler.Default);
        try
        {
            Assert.IsType<ResourceAnswer.Unreachable>(await AskAsync(Patience, AddressOf(listener)));
        }
        finally
        {
            waiting.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task The_certificate_that_was_registered_is_trusted_and_no_other()
    {
        using var certificate = Certificate();
        await using var secure = await ScriptedResource.StartAsync(certificate);
        var fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);

        Assert.IsType<ResourceAnswer.Answered>(await AskAsync(Patience, secure.Address, fingerprint));
        Assert.IsType<ResourceAnswer.Answered>(await AskAsync(Patience, secure.Address, string.Join(':', fingerprint.Chunk(2).Select(p => new string(p)))));
        Assert.IsType<ResourceAnswer.Unreachable>(await AskAsync(Patience, secure.Address, new string('0', 64)));
        Assert.IsType<ResourceAnswer.Unreachable>(await AskAsync(Patience, secure.Address));
        Assert.Equal(2, secure.Deliveries.Count);
    }

    [Fact]
    public async Task Being_told_to_stop_is_no_answer()
    {
        using var stopping = new CancellationTokenSource();
        _resource.OnDelivery = async (_, context) =>
        {
            await stopping.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.ExchangeAsync(GatewayRig.Model(_resource.Address), Message, Patience, stopping.Token));
    }

    private static ResourceMessage Message { get; } = new()
    {
        Password = GatewayRig.RouterPassword,
        MessageId = "0000000000001-1",
        MessageStatus = MessageStatus.Exchanged,
        ResourceId = "fax1",
    };

    private Task<ResourceAnswer> AskAsync(TimeSpan? timeout = null, Uri? address = null, string? fingerprint = null) => _client.ExchangeAsync(
        GatewayRig.Model(address ?? _resource.Address) with { CertificateSha256 = fingerprint }, Message, timeout ?? Patience, CancellationToken.None);

    private static Uri AddressOf(Socket socket) => new($"http://{socket.LocalEndPoint}/resource");

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
