using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
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
    QuietHoursRule quietHours,
    ResourceRegistry resources,
    ResourceClient client,
    DeliveryComposer composer,
    CallPermission permission,
    QueueSignals signals,
    WorkLoops loops,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<Dispatcher> logger) : BackgroundService
{
    private const int MaxClaim = 128;
    private const int MaxAskedAtOnce = 16;
    private const int MaxAcknowledged = 256;
    private const int MinUnanswered = 10;

    // A resource that says day after day that it has a message has lost track of it.
    private static readonly TimeSpan StuckAfter = TimeSpan.FromHours(24);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterUnknownCustomer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterLastingRefusal = TimeSpan.FromMinutes(1);

    // An acknowledgement waits so long to be written down, and many are written as one; that of an attempt whose receipt has come meanwhile changes
    // nothing. One that is lost with the process is asked about.
    private static readonly TimeSpan AcknowledgementPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<AttemptId, int> _unanswered = new();

    // As many as there are channels, each for a moment.
    private readonly Channel<Acknowledgement> _acknowledged = Channel.CreateUnbounded<Acknowledgement>(new UnboundedChannelOptions { SingleReader = true });

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enum.GetValues<MessageType>()
        .Select(type => loops.RunAsync($"dispatch of {type}", token => DispatchAsync(type, token), stoppingToken))
        .Append(loops.RunAsync("asking of resources", AskAsync, stoppingToken))
        .Append(loops.RunAsync("writing of acknowledgements", AcknowledgeAsync, stoppingToken)));

    private async Task DispatchAsync(MessageType type, CancellationToken stoppingToken)
    {
        var lane = Lanes.For(type);
        // Not awaited one batch after the other: a resource that is slow to answer must not hold up the others. As many as there are channels.
        var running = new List<Task>();
        try
        {
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
        }
        finally
        {
            // The store is closed next, and what is being written must be in it. After a fault nobody waits: the loop begins anew beside them.
            // What these tasks throw is only that they were told to stop.
            if (stoppingToken.IsCancellationRequested)
                await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
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

    private async Task AcknowledgeAsync(CancellationToken stoppingToken)
    {
        var some = new List<Acknowledgement>();
        while (await _acknowledged.Reader.WaitToReadAsync(stoppingToken))
        {
            // When it is time to stop they are written at once.
            await Task.Delay(AcknowledgementPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            some.Clear();
            while (some.Count < MaxAcknowledged && _acknowledged.Reader.TryRead(out var one))
                some.Add(one);
            if (await store.AcknowledgedAsync(some, CancellationToken.None) > 0)
                signals.WakeKeeper();
        }
    }

    private async Task GuardedAsync(QueuedMessage message, Func<QueuedMessage, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(message, cancellationToken);
        }
#pragma warning disable CA1031 // One message's fault must not stop the others; its claim runs out and it comes back by itself.
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
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
        switch (permission.Of(message))
        {
            case CallPermit.Granted:
                break;
            case CallPermit.NotNow:
                await queue.ReleaseAsync(message, now + AfterUnknownCustomer, cancellationToken);
                return;
            case CallPermit.Denied { Cause: var cause }:
                LogNotAllowed(message.Id, cause);
                if (await queue.EndAsync(message, MessageStatus.Failed, CallOutcome.NotAllowed, cause, now, cancellationToken))
                    signals.WakeReceipts();
                return;
        }
        if (quietHours.Until(message, now) is { } until)
        {
            await queue.PostponeAsync(message, until, "Where the number is, it is the time of day or the day on which it is not to be called.", now, cancellationToken);
            signals.WakeKeeper();
            return;
        }
        var route = router.Choose(message);
        if (route.Resource is not { } resource)
        {
            await NotRoutedAsync(message, route.End, now, cancellationToken);
            return;
        }
        if (!composer.CanCompose(message))
        {
            LogPagesGone(message.Id);
            await store.UnprepareAsync(message, cancellationToken);
            signals.Wake(Lane.Prepare);
            return;
        }
        // Counted before the store is asked, so that no other message takes the same channel meanwhile.
        resource.Opened();
        (AttemptStart Start, QueuedMessage Message) begun = (AttemptStart.ClaimLost, message);
        try
        {
            begun = await store.BeginAttemptAsync(message, resource.Model, route.Rates, now, cancellationToken);
        }
        finally
        {
            if (begun.Start != AttemptStart.Begun)
                resource.Closed();
        }
        if (begun.Start != AttemptStart.Begun)
            return;
        LogSending(begun.Message.Attempt, resource.Model.Name);
        await SendAsync(begun.Message, resource, cancellationToken);
    }

    /// <summary>A message without a way waits: for a channel, for the end of its round, or for the operator. One that has no price has failed.</summary>
    private async Task NotRoutedAsync(QueuedMessage message, RouteEnd end, DateTimeOffset now, CancellationToken cancellationToken)
    {
        switch (end)
        {
            case RouteEnd.Found or RouteEnd.NoRoom when router.Room(message.Type) == 0:
                // Its place in the lane stays its own.
                await queue.ReleaseAsync(message, message.Due, cancellationToken);
                break;
            case RouteEnd.Found or RouteEnd.NoRoom:
                // The channels that are free are none that it may use: those behind it must not wait with it.
                await queue.ReleaseAsync(message, now + LookInterval, cancellationToken);
                break;
            case RouteEnd.NoneLeft:
                await store.NoRouteAsync(message, "Every carrier that could place the call has failed.", now + options.Value.Retry.Carrier.Interval, cancellationToken);
                break;
            case RouteEnd.Nowhere:
                LogNowhere(message.Id, options.Value.Routing.NoRoutePause.TotalSeconds);
                await store.NoRouteAsync(message, "No carrier serves this number at present.", now + options.Value.Routing.NoRoutePause, cancellationToken);
                break;
            case RouteEnd.NoPrice:
                if (await queue.EndAsync(message, MessageStatus.Failed, CallOutcome.NoPrice, CallOutcomes.Of(CallOutcome.NoPrice).Sentence, now, cancellationToken))
                    signals.WakeReceipts();
                break;
        }
        signals.WakeKeeper();
    }

    /// <summary>The first and only sending of an attempt. What is certain not to have been taken is taken back; all else is asked about.</summary>
    private async Task SendAsync(QueuedMessage message, ResourceState resource, CancellationToken cancellationToken)
    {
        ResourceAnswer answer;
        try
        {
            answer = await client.ExchangeAsync(
                resource.Model, await composer.DeliveryAsync(message, resource, cancellationToken), options.Value.ExchangeTimeout, cancellationToken);
        }
        catch (IOException fault)
        {
            // The pages could not be read: nothing was sent.
            answer = new ResourceAnswer.Refused(fault.Message, IsLasting: false);
        }
        var now = time.GetUtcNow();
        switch (answer)
        {
            case ResourceAnswer.Answered answered:
                resource.Heard(answered.Message, now);
                // Whatever it answers, it has the message; the receipt says what came of it.
                _acknowledged.Writer.TryWrite(new Acknowledgement(message.Attempt, now, now + options.Value.AskInterval));
                break;
            case ResourceAnswer.Refused refused:
                if (refused.IsLasting)
                    resource.Lost();
                await NotTakenHereAsync(message, resource, refused.Reason, refused.IsLasting ? AfterLastingRefusal : AfterRefusal, cancellationToken);
                break;
            case ResourceAnswer.Unreachable { Reason: var reason }:
                resource.Lost();
                await NotTakenHereAsync(message, resource, reason, options.Value.AskAgain, cancellationToken);
                break;
            case ResourceAnswer.InDoubt { Reason: var reason }:
                resource.Lost();
                await AskAgainAsync(message, resource.Model.Name, reason, cancellationToken);
                break;
        }
    }

    /// <summary>The resource did not take it: another is tried at once where there is one.</summary>
    private Task NotTakenHereAsync(QueuedMessage message, ResourceState resource, string reason, TimeSpan pause, CancellationToken cancellationToken) =>
        router.HasOther(message, resource.Model.Id)
            ? NotTakenAsync(message with { FailedResources = [.. message.FailedResources, resource.Model.Id] }, resource, reason, TimeSpan.Zero, cancellationToken)
            : NotTakenAsync(message with { FailedResources = [] }, resource, reason, pause, cancellationToken);

    private async Task NotTakenAsync(QueuedMessage message, ResourceState resource, string reason, TimeSpan pause, CancellationToken cancellationToken)
    {
        LogNotTaken(resource.Model.Name, message.Attempt, reason);
        var now = time.GetUtcNow();
        // Counted once it is written down: what the store did not take is asked about later, and counted then.
        if (await store.NotTakenAsync(message, reason, now, now + pause, cancellationToken))
            resource.Closed();
        signals.WakeKeeper();
    }

    /// <summary>
    /// Asks the resource what it knows of an attempt whose answer or receipt is missing. "Never seen" proves that it was not taken, and it may
    /// be sent anew; everything else leaves it where it is.
    /// </summary>
    private async Task AskAboutAsync(QueuedMessage message, CancellationToken cancellationToken)
    {
        if (message.ResourceId is not { } id || resources.Find(id) is not { } resource)
        {
            await GiveUpAsync(message, null, "The resource that held it was removed.", cancellationToken);
            return;
        }
        var answer = await client.ExchangeAsync(resource.Model, composer.Enquiry(message, resource), options.Value.ExchangeTimeout, cancellationToken);
        var now = time.GetUtcNow();
        switch (answer)
        {
            case ResourceAnswer.Answered { Message: var known }:
                _unanswered.TryRemove(message.Attempt, out _);
                resource.Heard(known, now);
                await HearAsync(message, resource, known.MessageStatus, now, cancellationToken);
                break;
            case ResourceAnswer.Refused { Reason: var reason }:
                await NoAnswerAsync(message, resource, reason, now, cancellationToken);
                break;
            case ResourceAnswer.Unreachable { Reason: var reason }:
                await NoAnswerAsync(message, resource, reason, now, cancellationToken);
                break;
            case ResourceAnswer.InDoubt { Reason: var reason }:
                await NoAnswerAsync(message, resource, reason, now, cancellationToken);
                break;
        }
    }

    private async Task HearAsync(QueuedMessage message, ResourceState resource, MessageStatus? known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isLate = now > message.ExpiresAt + StuckAfter;
        switch (known, message.Status)
        {
            case (null, MessageStatus.Exchanged):
                await NotTakenAsync(message, resource, "It never arrived there.", TimeSpan.Zero, cancellationToken);
                break;
            case (null, _):
                await GiveUpAsync(message, resource, $"The resource {resource.Model.Name} acknowledged it and no longer knows it.", cancellationToken);
                break;
            case (_, _) when isLate:
                await GiveUpAsync(message, resource, $"The resource {resource.Model.Name} has held it since long after its time ran out.", cancellationToken);
                break;
            case (_, MessageStatus.Exchanged):
                await store.AcknowledgedAsync([new Acknowledgement(message.Attempt, now, now + options.Value.AskInterval)], cancellationToken);
                break;
            default:
                await store.AskLaterAsync(message, now + options.Value.AskInterval, cancellationToken);
                break;
        }
        signals.WakeKeeper();
    }

    private async Task NoAnswerAsync(QueuedMessage message, ResourceState resource, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var unanswered = _unanswered.AddOrUpdate(message.Attempt, 1, static (_, count) => count + 1);
        // Never given up at the first try after a long night: whoever starts us may be starting the resource too.
        if (now > message.ExpiresAt + options.Value.AskFor && unanswered >= MinUnanswered)
            await GiveUpAsync(message, resource, $"The resource {resource.Model.Name}, which held it, does not answer.", cancellationToken);
        else
            await AskAgainAsync(message, resource.Model.Name, reason, cancellationToken);
    }

    private async Task AskAgainAsync(QueuedMessage message, string resource, string reason, CancellationToken cancellationToken)
    {
        LogInDoubt(resource, message.Attempt, reason);
        // Sooner at first, when it may just be starting, and then ever more seldom.
        var doublings = Math.Min(_unanswered.GetValueOrDefault(message.Attempt), 10);
        var pause = TimeSpan.FromTicks(Math.Min(options.Value.AskAgain.Ticks << doublings, options.Value.AskInterval.Ticks));
        await store.AskLaterAsync(message, time.GetUtcNow() + pause, cancellationToken);
        signals.WakeKeeper();
    }

    private async Task GiveUpAsync(QueuedMessage message, ResourceState? resource, string cause, CancellationToken cancellationToken)
    {
        if (!await queue.EndAsync(message, MessageStatus.Uncertain, CallOutcome.Uncertain, cause, time.GetUtcNow(), cancellationToken))
            return;
        _unanswered.TryRemove(message.Attempt, out _);
        LogGaveUp(message.Attempt, cause);
        resource?.Closed();
        signals.WakeReceipts();
    }

    [LoggerMessage(6300, LogLevel.Debug, "Sending {Attempt} to resource {Resource}")]
    private partial void LogSending(AttemptId attempt, string resource);

    [LoggerMessage(6301, LogLevel.Warning, "Resource {Resource} did not take {Attempt}: {Reason}")]
    private partial void LogNotTaken(string resource, AttemptId attempt, string reason);

    [LoggerMessage(6302, LogLevel.Warning, "Resource {Resource} gave no clear answer about {Attempt} and is asked again: {Reason}")]
    private partial void LogInDoubt(string resource, AttemptId attempt, string reason);

    [LoggerMessage(6306, LogLevel.Warning, "{Message} is not sent: {Cause}")]
    private partial void LogNotAllowed(MessageId message, string cause);

    [LoggerMessage(6305, LogLevel.Warning, "The pages of {Message} are gone; they are made anew")]
    private partial void LogPagesGone(MessageId message);

    [LoggerMessage(6307, LogLevel.Warning, "No resource may carry {Message} now; it is looked at again in {Seconds} s; the command rates explain says why")]
    private partial void LogNowhere(MessageId message, double seconds);

    [LoggerMessage(6303, LogLevel.Error, "It cannot be known what became of {Attempt}: {Cause}")]
    private partial void LogGaveUp(AttemptId attempt, string cause);

    [LoggerMessage(6304, LogLevel.Error, "A fault kept {Message} from being dispatched; it comes back when its claim runs out")]
    private partial void LogFault(Exception fault, MessageId message);
}
