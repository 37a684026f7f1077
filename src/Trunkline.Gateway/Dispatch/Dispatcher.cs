using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Routing;

namespace Trunkline.Gateway.Dispatch;

/// <summary>
/// Takes as many ready messages of a type as its resources have room for, writes down that each is about to be sent, and sends it. In doubt it
/// asks the same resource again under the same id, which never places a second call; never another resource.
/// </summary>
public sealed partial class Dispatcher(
    IQueueStore queue,
    IDispatchStore store,
    ResourceRouter router,
    ResourceRegistry resources,
    ResourceClient client,
    DeliveryComposer composer,
    QueueSignals signals,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<Dispatcher> logger) : BackgroundService
{
    private const int MaxClaim = 64;
    private const int MaxAskedAtOnce = 16;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterLastingRefusal = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enum.GetValues<MessageType>().Select(type => DispatchAsync(type, stoppingToken)).Append(AskAsync(stoppingToken)));

    private async Task DispatchAsync(MessageType type, CancellationToken stoppingToken)
    {
        var lane = Lanes.For(type);
        // Not awaited one batch after the other: a resource that is slow to answer must not hold up the others. As many as there are channels.
        var running = new List<Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            running.RemoveAll(t => t.IsCompleted);
            var room = Math.Min(router.Room(type), MaxClaim);
            var claimed = room == 0 ? [] : await queue.ClaimAsync(lane, time.GetUtcNow(), options.Value.Lease, room, stoppingToken);
            if (claimed.Count == 0)
                await signals.WaitAsync(lane, LookInterval, stoppingToken);
            else
                running.AddRange(claimed.Select(m => GuardedAsync(m, BeginAsync, stoppingToken)));
        }
        await Task.WhenAll(running);
    }

    private async Task AskAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var claimed = await queue.ClaimAsync(Lane.Ask, time.GetUtcNow(), options.Value.Lease, MaxAskedAtOnce, stoppingToken);
            if (claimed.Count == 0)
                await signals.WaitAsync(Lane.Ask, LookInterval, stoppingToken);
            else
                await Task.WhenAll(claimed.Select(m => GuardedAsync(m, AskAboutAsync, stoppingToken)));
        }
    }

    private async Task GuardedAsync(QueuedMessage message, Func<QueuedMessage, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(message, cancellationToken);
        }
#pragma warning disable CA1031 // One message's fault must not stop the others; its claim runs out and it comes back by itself.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault, message.Id);
        }
    }

    private async Task BeginAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (message.ExpiresAt <= now)
        {
            if (await queue.EndAsync(message, MessageStatus.Expired, CallOutcome.Expired, "No resource had a free channel in time.", now, cancellationToken))
                signals.WakeReceipts();
            return;
        }
        if (router.Choose(message.Type) is not { } resource)
        {
            await queue.ReleaseAsync(message, message.Due, cancellationToken);
            return;
        }
        // Counted before the store is asked, so that no other message takes the same channel meanwhile.
        resource.Opened();
        var (start, begun) = await store.BeginAttemptAsync(message, resource.Model, now, cancellationToken);
        if (start != AttemptStart.Begun)
        {
            resource.Closed();
            return;
        }
        LogSending(begun.Attempt, resource.Model.Name);
        await SendAsync(begun, resource, cancellationToken);
    }

    private async Task SendAsync(QueuedMessage message, ResourceState resource, CancellationToken cancellationToken)
    {
        var answer = await client.ExchangeAsync(resource.Model, await composer.DeliveryAsync(message, resource, cancellationToken), cancellationToken);
        var now = time.GetUtcNow();
        switch (answer)
        {
            case ResourceAnswer.Answered answered:
                resource.Heard(answered.Message, now);
                // Whatever it answers, it has the message; the receipt says what came of it.
                await store.AcknowledgedAsync(message.Attempt, now, now + options.Value.AskInterval, cancellationToken);
                signals.WakeKeeper();
                break;
            case ResourceAnswer.Refused { Reason: var reason } when message.Lane == Lane.Ask:
                // This time it was not taken, which says nothing about the time before.
                await AskAgainAsync(message, resource, reason, cancellationToken);
                break;
            case ResourceAnswer.Refused refused:
                LogRefused(resource.Model.Name, message.Attempt, refused.Reason);
                resource.Closed();
                if (refused.IsLasting)
                    resource.Lost();
                await store.NotTakenAsync(message, refused.Reason, now, now + (refused.IsLasting ? AfterLastingRefusal : AfterRefusal), cancellationToken);
                signals.WakeKeeper();
                break;
            case ResourceAnswer.Unreachable unreachable when message.Lane != Lane.Ask:
                LogRefused(resource.Model.Name, message.Attempt, unreachable.Reason);
                resource.Closed();
                resource.Lost();
                await store.NotTakenAsync(message, unreachable.Reason, now, now + options.Value.AskAgain, cancellationToken);
                signals.WakeKeeper();
                break;
            case ResourceAnswer.Unreachable { Reason: var reason }:
                // An earlier sending may have been taken: only the resource itself can say.
                await AskAgainAsync(message, resource, reason, cancellationToken);
                break;
            case ResourceAnswer.InDoubt { Reason: var reason }:
                await AskAgainAsync(message, resource, reason, cancellationToken);
                break;
        }
    }

    private async Task AskAboutAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (message.ResourceId is not { } id || resources.Find(id) is not { } resource)
        {
            await GiveUpAsync(message, null, "The resource that held it was removed.", cancellationToken);
            return;
        }
        if (now > message.ExpiresAt + options.Value.AskInterval * 6)
        {
            await GiveUpAsync(message, resource, $"The resource {resource.Model.Name}, which held it, does not answer.", cancellationToken);
            return;
        }
        if (message.Status == MessageStatus.Exchanged)
        {
            await SendAsync(message, resource, cancellationToken);
            return;
        }
        switch (await client.ExchangeAsync(resource.Model, composer.Enquiry(message, resource), cancellationToken))
        {
            case ResourceAnswer.Answered { Message: var answer } when answer.MessageStatus is null:
                resource.Heard(answer, now);
                await GiveUpAsync(message, resource, $"The resource {resource.Model.Name} acknowledged it and no longer knows it.", cancellationToken);
                break;
            case ResourceAnswer.Answered { Message: var answer }:
                resource.Heard(answer, now);
                await store.AskLaterAsync(message, now + options.Value.AskInterval, cancellationToken);
                break;
            case ResourceAnswer.Refused { Reason: var reason }:
                await AskAgainAsync(message, resource, reason, cancellationToken);
                break;
            case ResourceAnswer.Unreachable { Reason: var reason }:
                await AskAgainAsync(message, resource, reason, cancellationToken);
                break;
            case ResourceAnswer.InDoubt { Reason: var reason }:
                await AskAgainAsync(message, resource, reason, cancellationToken);
                break;
        }
    }

    private async Task AskAgainAsync(QueuedMessage message, ResourceState resource, string reason, CancellationToken cancellationToken)
    {
        LogInDoubt(resource.Model.Name, message.Attempt, reason);
        resource.Lost();
        await store.AskLaterAsync(message, time.GetUtcNow() + options.Value.AskAgain, cancellationToken);
        signals.WakeKeeper();
    }

    private async Task GiveUpAsync(QueuedMessage message, ResourceState? resource, string cause, CancellationToken cancellationToken)
    {
        if (!await queue.EndAsync(message, MessageStatus.Uncertain, CallOutcome.Uncertain, cause, time.GetUtcNow(), cancellationToken))
            return;
        LogGaveUp(message.Attempt, cause);
        resource?.Closed();
        signals.WakeReceipts();
    }

    [LoggerMessage(6300, LogLevel.Information, "Sending {Attempt} to resource {Resource}")]
    private partial void LogSending(AttemptId attempt, string resource);

    [LoggerMessage(6301, LogLevel.Warning, "Resource {Resource} did not take {Attempt}: {Reason}")]
    private partial void LogRefused(string resource, AttemptId attempt, string reason);

    [LoggerMessage(6302, LogLevel.Warning, "Resource {Resource} gave no clear answer about {Attempt} and is asked again: {Reason}")]
    private partial void LogInDoubt(string resource, AttemptId attempt, string reason);

    [LoggerMessage(6303, LogLevel.Error, "It cannot be known what became of {Attempt}: {Cause}")]
    private partial void LogGaveUp(AttemptId attempt, string cause);

    [LoggerMessage(6304, LogLevel.Error, "A fault kept {Message} from being dispatched; it comes back when its claim runs out")]
    private partial void LogFault(Exception fault, MessageId message);
}
