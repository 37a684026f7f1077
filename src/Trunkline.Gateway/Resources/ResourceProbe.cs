using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Resources;

/// <summary>Asks each resource for its state, so that one that went silent gets no messages and one that is back gets some.</summary>
public sealed partial class ResourceProbe(
    ResourceRegistry resources,
    ResourceClient client,
    DeliveryComposer composer,
    QueueSignals signals,
    WorkLoops loops,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<ResourceProbe> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<long, bool> _answered = new();

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("probing of resources", ProbeAllAsync, stoppingToken);

    private async Task ProbeAllAsync(CancellationToken stoppingToken)
    {
        // A resource that is starting with us answers within a moment; nobody should wait a whole interval for it.
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            // All at once: one that does not answer must not keep the others waiting until they count as silent.
            await Task.WhenAll(resources.All.Select(r => ProbeAsync(r, stoppingToken)));
            if (_answered.Values.Contains(true) || pause > options.Value.ResourceProbe)
                pause = options.Value.ResourceProbe;
            await Task.Delay(pause, time, stoppingToken);
            pause *= 2;
        }
    }

    private async Task ProbeAsync(ResourceState resource, CancellationToken cancellationToken)
    {
        var before = resource.WhyUnavailable(time.GetUtcNow(), options.Value.ResourceSilence);
        var answer = await client.ExchangeAsync(resource.Model, composer.Probe(resource), ProbeTimeout, cancellationToken);
        if (answer is ResourceAnswer.Answered { Message: var message })
            resource.Heard(message, time.GetUtcNow());

        var answers = answer is ResourceAnswer.Answered;
        if (!_answered.TryGetValue(resource.Model.Id, out var did) || did != answers)
        {
            _answered[resource.Model.Id] = answers;
            if (answers)
                LogAnswers(resource.Model.Name, resource.Channels);
            else
                LogSilent(resource.Model.Name, answer.ToString());
        }
        if (before is not null && resource.WhyUnavailable(time.GetUtcNow(), options.Value.ResourceSilence) is null)
            signals.Wake(Lanes.For(resource.Model.Type));
    }

    [LoggerMessage(6400, LogLevel.Information, "Resource {Resource} answers; it has {Channels} channels")]
    private partial void LogAnswers(string resource, int channels);

    [LoggerMessage(6401, LogLevel.Warning, "Resource {Resource} does not answer: {Answer}")]
    private partial void LogSilent(string resource, string answer);
}
