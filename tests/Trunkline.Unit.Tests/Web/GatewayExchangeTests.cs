using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Resources;
using Trunkline.Unit.Tests.Gateway;
using Trunkline.Web;

namespace Trunkline.Unit.Tests.Web;

/// <summary>The gateway's end of the resource protocol, on a real web server.</summary>
public class GatewayExchangeTests : IAsyncLifetime
{
    private readonly GatewayRig _rig = new();
    private readonly HttpClient _http = new();
    private WebApplication _application = null!;
    private ResourceModel _resource = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        _resource = await _rig.AddResourceAsync(new Uri("http://127.0.0.1:1/resource"));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting().AddSingleton(_rig.Desk);
        _application = builder.Build();
        _application.MapGatewayExchange("/gateway");
        await _application.StartAsync();
        var server = _application.Services.GetRequiredService<IServer>();
        _address = new Uri(new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single()), "/gateway/exchange");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _application.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_receipt_is_acknowledged_in_the_protocol()
    {
        var message = await _rig.AtResourceAsync(_resource);
        using var response = await PostAsync(GatewayRig.Receipt(message.Attempt.ToString(), MessageStatus.Sent, 1));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(ResourceMessageFormat.TryRead(await response.Content.ReadAsByteArrayAsync(), out var answer, out var error), error);
        Assert.Equal((message.Attempt.ToString(), GatewayRig.RouterPassword), (answer.MessageId, answer.Password));
        Assert.Equal(MessageStatus.Sent, (await _rig.StateAsync(message.Id)).Status);
    }

    [Fact]
    public async Task Each_refusal_has_its_own_status()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(GatewayRig.Receipt("0000000000001-1", MessageStatus.Sent, password: "guessed")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(GatewayRig.Receipt("0000000000001-1", MessageStatus.Sent)));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(GatewayRig.Receipt("0000000000001-1", null)));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("hello\n"u8.ToArray()));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync([]));
    }

    [Fact]
    public async Task Who_has_not_the_password_is_refused_before_the_body_is_read()
    {
        using var client = await ConnectAsync();
        await SendAsync(client, Head(8_000_000), GatewayRig.Receipt("0000000000001-1", MessageStatus.Sent, password: "guessed"));
        Assert.StartsWith("HTTP/1.1 401", await FirstLineAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_that_do_not_end_are_refused_before_the_body_is_read()
    {
        using var client = await ConnectAsync();
        await SendAsync(client, Head(8_000_000), new byte[256 * 1024]);
        Assert.StartsWith("HTTP/1.1 400", await FirstLineAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_that_says_it_is_too_long_is_not_read()
    {
        using var client = await ConnectAsync();
        await SendAsync(client, Head(17 * 1024 * 1024));
        Assert.StartsWith("HTTP/1.1 413", await FirstLineAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_that_turns_out_too_long_is_refused()
    {
        byte[] whole = [.. GatewayRig.Receipt("0000000000001-1", MessageStatus.Sent, report: "x"), .. new byte[17 * 1024 * 1024]];
        using var content = new StreamContent(new MemoryStream(whole));
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = content, Headers = { TransferEncodingChunked = true } };
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task While_as_many_long_receipts_come_in_as_may_the_next_is_put_off_and_a_small_one_is_not()
    {
        var slow = new List<TcpClient>();
        try
        {
            for (var n = 0; n < 16; n++)
            {
                slow.Add(await ConnectAsync());
                // "100 Continue" comes when the body is first read: the slot is taken by then.
                await SendAsync(slow[n], Head(1_000_000, "Expect: 100-continue\r\n"));
                Assert.StartsWith("HTTP/1.1 100", await FirstLineAsync(slow[n]), StringComparison.Ordinal);
            }
            var receipt = GatewayRig.Receipt("0000000000001-1", MessageStatus.Sent);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync([.. receipt, .. new byte[100_000]]));
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(receipt));
        }
        finally
        {
            slow.ForEach(c => c.Dispose());
        }
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(GatewayRig.Receipt("0000000000001-1", MessageStatus.Sent)));
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        return await _http.PostAsync(_address, content);
    }

    private async Task<HttpStatusCode> StatusAsync(byte[] body)
    {
        using var response = await PostAsync(body);
        return response.StatusCode;
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _address.Port);
        return client;
    }

    private static byte[] Head(long length, string more = "") => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"POST /gateway/exchange HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{more}\r\n"));

    private static async Task SendAsync(TcpClient client, params byte[][] parts)
    {
        foreach (var part in parts)
            await client.GetStream().WriteAsync(part);
    }

    private static async Task<string> FirstLineAsync(TcpClient client)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        var buffer = new byte[4096];
        var read = await client.GetStream().ReadAsync(buffer, patience.Token);
        return Encoding.ASCII.GetString(buffer, 0, read).Split('\r', 2)[0];
    }
}
