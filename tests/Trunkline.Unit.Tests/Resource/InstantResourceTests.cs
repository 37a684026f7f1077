using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Settling;
using Trunkline.Resource.Instant;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>The stand-in that answers at once, over real HTTP.</summary>
public sealed class InstantResourceTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-instant-").FullName;
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<ResourceMessage> _receipts = new();
    private WebApplication _application = null!;
    private InstantResource _resource = null!;
    private volatile bool _routerIsUp = true;
    private Uri _address = null!;

    public ValueTask InitializeAsync() => OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("+12025550100", MessageStatus.Sent, CallOutcome.Delivered, 3)]
    [InlineData("+12025550102", MessageStatus.Deferred, CallOutcome.Busy, 0)]
    [InlineData("+12025550104", MessageStatus.Deferred, CallOutcome.Congestion, 0)]
    [InlineData("+12025550107", MessageStatus.Failed, CallOutcome.CarrierRefused, 0)]
    [InlineData("+12025550108", MessageStatus.Failed, CallOutcome.NotInService, 0)]
    public async Task Delivery_is_acknowledged_and_its_receipt_comes_at_once(string number, MessageStatus status, CallOutcome outcome, int pages)
    {
        var (code, answer) = await SendAsync(Delivery("A-1", number));
        Assert.Equal((HttpStatusCode.OK, MessageStatus.Acknowledged, 1000), (code, answer.MessageStatus!.Value, answer.ResourceChannelMax!.Value));

        var receipt = await ReceiptAsync();

        Assert.Equal(("A-1", status, number, "out"), (receipt.MessageId, receipt.MessageStatus, receipt.MessageDestination, receipt.Password));
        Assert.True(AttemptReport.TryRead(receipt, out var report, out var error), error);
        Assert.Equal((outcome, pages), (report.Outcome, report.PagesConfirmed));
        Assert.Equal(pages * 30, report.Duration.TotalSeconds);
    }

    [Fact]
    public async Task Same_delivery_again_changes_nothing_and_an_enquiry_tells_how_it_ended()
    {
        await SendAsync(Delivery("A-1", "+12025550100"));
        await ReceiptAsync();

        Assert.Equal(MessageStatus.Sent, (await SendAsync(Delivery("A-1", "+12025550100"))).Answer.MessageStatus);
        Assert.Equal(MessageStatus.Sent, (await SendAsync(Enquiry("A-1"))).Answer.MessageStatus);
        Assert.Null((await SendAsync(Enquiry("A-2"))).Answer.MessageStatus);
        Assert.Empty(_receipts);
    }

    [Fact]
    public async Task Receipt_that_nobody_took_is_brought_again_after_a_restart()
    {
        _routerIsUp = false;
        await SendAsync(Delivery("A-1", "+12025550100"));
        await CloseAsync();
        _routerIsUp = true;
        await OpenAsync();

        Assert.Equal("A-1", (await ReceiptAsync()).MessageId);
        Assert.Equal(MessageStatus.Sent, (await SendAsync(Enquiry("A-1"))).Answer.MessageStatus);
    }

    [Fact]
    public async Task Wrong_password_is_refused() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Delivery("A-1", "+12025550100") with { Password = "guessed" })).Code);

    [Theory]
    [InlineData("02=busy,*=congestion", "+12025550102", CallOutcome.Busy)]
    [InlineData("02=busy,*=congestion", "+12025550100", CallOutcome.Congestion)]
    [InlineData("2=busy,02=no-answer", "+12025550102", CallOutcome.NoAnswer)]
    [InlineData("", "+12025550102", CallOutcome.Delivered)]
    public void Longest_ending_decides(string rules, string number, CallOutcome outcome)
    {
        Assert.True(InstantOutcomes.TryParse(rules, out var outcomes, out _));
        Assert.Equal(outcome, outcomes.Of(number));
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("x=busy")]
    [InlineData("02=asleep")]
    public void Rule_that_is_none_is_refused(string rules) => Assert.False(InstantOutcomes.TryParse(rules, out _, out _));

    private static ResourceMessage Enquiry(string id) => new() { Password = "in", MessageId = id, ResourceId = "instant1" };

    private static ResourceMessage Delivery(string id, string number) => Enquiry(id) with
    {
        MessageStatus = MessageStatus.Exchanged,
        MessageDestination = number,
        IsAttached = true,
        Message = Encoding.ASCII.GetBytes("From: <a@example.org>\r\nX-Trunkline-Pages: 3\r\nX-Trunkline-First-Page: 1\r\n\r\nX-Trunkline-Pages: 9\r\n"),
    };

    private async Task<(HttpStatusCode Code, ResourceMessage Answer)> SendAsync(ResourceMessage message)
    {
        using var content = new ByteArrayContent(ResourceMessageFormat.Write(message));
        using var response = await _http.PostAsync(new Uri(_address, "/instant/instant1/exchange"), content);
        return (response.StatusCode, ResourceMessageFormat.TryRead(await response.Content.ReadAsByteArrayAsync(), out var answer, out _) ? answer : new ResourceMessage());
    }

    private async Task<ResourceMessage> ReceiptAsync()
    {
        ResourceMessage? receipt = null;
        await Patience.UntilAsync(() => _receipts.TryDequeue(out receipt));
        return receipt!;
    }

    private async ValueTask OpenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, _address?.Port ?? 0));
        builder.Services.AddRouting();
        _application = builder.Build();
        _application.MapPost("/gateway/exchange", (RequestDelegate)AnswerReceiptAsync);
        InstantResource? resource = null;
        _application.MapPost("/instant/instant1/exchange", (RequestDelegate)(context => InstantEndpoint.ExchangeAsync(context, resource!)));
        await _application.StartAsync();
        _address = new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        resource = _resource = new InstantResource(
            new InstantOptions { Id = "instant1", RouterPassword = "in", Password = "out", Router = new Uri(_address, "/gateway") }, _directory, TimeProvider.System,
            NullLogger<InstantResource>.Instance);
        await _resource.StartAsync(CancellationToken.None);
    }

    private async Task AnswerReceiptAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Assert.True(ResourceMessageFormat.TryRead(body.ToArray(), out var receipt, out _));
        if (!_routerIsUp)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        _receipts.Enqueue(receipt);
        await context.Response.Body.WriteAsync(ResourceMessageFormat.Write(new ResourceMessage { MessageId = receipt.MessageId, MessageStatus = receipt.MessageStatus }));
    }

    private async Task CloseAsync()
    {
        await _resource.StopAsync(CancellationToken.None);
        _resource.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
