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
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<ResourceProbe> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<long, bool> _answered = [];

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A resource that is starting with us answers within a moment; nobody should wait a whole interval for it.
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var resource in resources.All.ToList())
                await ProbeAsync(resource, stoppingToken);
            if (_answered.ContainsValue(true) || pause > options.Value.ResourceProbe)
                pause = options.Value.ResourceProbe;
            await Task.Delay(pause, time, stoppingToken);
            pause *= 2;
        }
    }

    private async Task ProbeAsync(ResourceState resource, CancellationToken cancellationToken)
    {
        var before = resource.WhyUnavailable(time.GetUtcNow(), options.Value.ResourceSilence);
        var answer = await client.ExchangeAsync(resource.Model, composer.Probe(resource), cancellationToken);
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
