using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core;
using Trunkline.Core.Protocol;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>A resource on a real web server that answers what the test says and writes down what it was asked.</summary>
internal sealed class ScriptedResource : IAsyncDisposable
{
    private readonly WebApplication _application;
    private volatile bool _isActive = true;

    private ScriptedResource(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            if (certificate is not null)
                l.UseHttps(certificate);
        }));
        _application = builder.Build();
        _application.Run(HandleAsync);
        OnDelivery = (message, context) => AnswerAsync(context, message, MessageStatus.Acknowledged);
        OnEnquiry = (message, context) => AnswerAsync(context, message, MessageStatus.Acknowledged);
    }

    /// <summary>The exchange is at <c>{Address}/exchange</c>.</summary>
    public Uri Address { get; private set; } = null!;

    public int Channels { get; set; } = 4;

    /// <summary>False when it says that it takes nothing.</summary>
    public bool IsActive { get => _isActive; set => _isActive = value; }

    /// <summary>What it does with a message that is to be delivered.</summary>
    public Func<ResourceMessage, HttpContext, Task> OnDelivery { get; set; }

    /// <summary>What it does when it is asked about a message.</summary>
    public Func<ResourceMessage, HttpContext, Task> OnEnquiry { get; set; }

    public ConcurrentQueue<ResourceMessage> Deliveries { get; } = new();

    public ConcurrentQueue<ResourceMessage> Enquiries { get; } = new();

    public static async Task<ScriptedResource> StartAsync(X509Certificate2? certificate = null)
    {
        var resource = new ScriptedResource(certificate);
        await resource._application.StartAsync();
        var address = resource._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        resource.Address = new Uri(new Uri(address), "/resource");
        return resource;
    }

    public async Task AnswerAsync(HttpContext context, ResourceMessage asked, MessageStatus? status)
    {
        context.Response.ContentType = ResourceMessageFormat.ContentType;
        await context.Response.Body.WriteAsync(ResourceMessageFormat.Write(new ResourceMessage
        {
            Password = GatewayRig.ResourcePassword,
            MessageId = asked.MessageId,
            MessageStatus = status,
            ResourceId = asked.ResourceId,
            IsResourceActive = IsActive,
            ResourceChannelMax = Channels,
            ResourceChannelStatus = new string('0', Channels),
        }));
    }

    /// <summary>It was heard, and nobody will know what came of it.</summary>
    public static Task HangUpAsync(ResourceMessage asked, HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public static Func<ResourceMessage, HttpContext, Task> Refuse(int status) => async (_, context) =>
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync("not now\n");
    };

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory);
        if (context.Request.Path != "/resource/exchange" || !ResourceMessageFormat.TryRead(memory.ToArray(), out var message, out _))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (message.MessageStatus == MessageStatus.Exchanged)
        {
            Deliveries.Enqueue(message);
            await OnDelivery(message, context);
        }
        else if (message.MessageId is not null)
        {
            Enquiries.Enqueue(message);
            await OnEnquiry(message, context);
        }
        else
            await AnswerAsync(context, message, null);
    }
}
