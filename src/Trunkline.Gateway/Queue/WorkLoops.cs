using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Trunkline.Gateway.Queue;

/// <summary>
/// Runs the loops of the background services. A fault of this machine (a full disk, a locked store) stops none of them: it is logged, and the
/// loop begins again after a pause that grows. What fails now is known to whoever asks for health.
/// </summary>
public sealed partial class WorkLoops(TimeProvider time, ILogger<WorkLoops> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // A loop that ran this long before it failed is not counted as one that keeps failing.
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _failedAt = new(StringComparer.Ordinal);

    /// <summary>The loops that failed within the last minute.</summary>
    public IReadOnlyList<string> Failing => [.. _failedAt.Where(f => time.GetUtcNow() - f.Value < Healthy).Select(f => f.Key).Order(StringComparer.Ordinal)];

    /// <summary>Runs a loop until it is told to stop.</summary>
    public async Task RunAsync(string name, Func<CancellationToken, Task> loop, CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var begun = time.GetTimestamp();
            try
            {
                await loop(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it is, the service must go on when it is over.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                if (time.GetElapsedTime(begun) > Healthy)
                    pause = FirstPause;
                _failedAt[name] = time.GetUtcNow();
                LogFailed(fault, name, pause.TotalSeconds);
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    [LoggerMessage(6110, LogLevel.Critical, "The {Loop} failed and begins again in {Seconds} s")]
    private partial void LogFailed(Exception fault, string loop, double seconds);
}
