using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Preparing;

namespace Trunkline.Gateway.Retention;

/// <summary>
/// Deletes what has been kept long enough, in small steps, so that mail that comes meanwhile waits for a few milliseconds at most. Whatever
/// happens in the middle, a row goes before the file it names: a crash leaves files that nobody names, and those are swept.
/// </summary>
public sealed partial class RetentionKeeper(
    IRetentionStore store, DocumentPress press, TimeProvider time, IOptions<GatewayOptions> options, ILogger<RetentionKeeper> logger) : BackgroundService
{
    private const int BodiesAStep = 200;
    private const int RenderingsAStep = 1000;
    private const int RowsAStep = 1000;

    // A start has enough to do with what waited.
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(1);

    // Older than any work that could still be at it.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromDays(1);

    private DateTimeOffset _sweptAt = DateTimeOffset.MinValue;
    private byte[]? _bodyCursor;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(AfterStart, time, stoppingToken);
        while (true)
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
#pragma warning disable CA1031 // Nothing depends on what is deleted today; the next round tries again.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFault(fault);
            }
            await Task.Delay(options.Value.Retention.Interval, time, stoppingToken);
        }
    }

    /// <summary>One round.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _sweptAt >= SweepInterval)
        {
            await SweepAsync(now - LeftoverAge, cancellationToken);
            _sweptAt = now;
        }
        var bodies = await DeleteBodiesAsync(now - options.Value.Retention.Documents, cancellationToken);
        var renderings = await DiscardRenderingsAsync(now - options.Value.Retention.Documents, cancellationToken);
        var rows = await DeleteRecordsAsync(now - options.Value.Retention.Records, cancellationToken);
        if (bodies + renderings + rows > 0)
            LogDeleted(bodies, renderings, rows);
    }

    /// <summary>The walk goes on from round to round: a store of millions is gone through in days, not looked at from its beginning each hour.</summary>
    private async Task<int> DeleteBodiesAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var deleted = 0;
        for (var i = 0; i < options.Value.Retention.MaxBatches; i++)
        {
            var step = await store.DeleteBodiesAsync(_bodyCursor, BodiesAStep, endedBefore, cancellationToken);
            deleted += step.Deleted;
            _bodyCursor = step.Next;
            if (step.Next is null)
                break;
        }
        return deleted;
    }

    private async Task<int> DiscardRenderingsAsync(DateTimeOffset usedBefore, CancellationToken cancellationToken)
    {
        var discarded = 0;
        for (var i = 0; i < options.Value.Retention.MaxBatches; i++)
        {
            var unused = await store.UnusedRenderingsAsync(usedBefore, RenderingsAStep, cancellationToken);
            var went = 0;
            foreach (var rendering in unused)
            {
                if (await press.DiscardAsync(rendering.DocumentKey, () => store.ForgetRenderingAsync(rendering, cancellationToken)))
                    went++;
            }
            discarded += went;
            // None went: all of them are being taken up again at this very moment.
            if (unused.Count < RenderingsAStep || went == 0)
                break;
        }
        return discarded;
    }

    private async Task<int> DeleteRecordsAsync(DateTimeOffset endedBefore, CancellationToken cancellationToken)
    {
        var rows = 0;
        MessageId? cursor = null;
        for (var i = 0; i < options.Value.Retention.MaxBatches; i++)
        {
            var step = await store.DeleteRecordsAsync(cursor, RowsAStep, endedBefore, cancellationToken);
            rows += step.Rows;
            cursor = step.Next;
            if (cursor is null)
                break;
        }
        return rows;
    }

    /// <summary>What a crash has left.</summary>
    private async Task SweepAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        var bodies = await store.DeleteOrphanedBodiesAsync(writtenBefore, cancellationToken);
        var files = 0;
        foreach (var path in RenderedLeftovers.Find(options.Value.RenderedDirectory, writtenBefore))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (RenderedLeftovers.KeyOf(path) is not { } key)
            {
                File.Delete(path);
                files++;
            }
            else if (!await store.KnowsRenderingAsync(key, cancellationToken)
                && await press.DiscardAsync(key, async () => !await store.KnowsRenderingAsync(key, cancellationToken)))
                files++;
        }
        if (bodies + files > 0)
            LogSwept(bodies, files);
    }

    [LoggerMessage(6700, LogLevel.Information, "Deleted what was kept long enough: {Bodies} contents, {Renderings} rendered documents, {Rows} rows of records")]
    private partial void LogDeleted(int bodies, int renderings, int rows);

    [LoggerMessage(6701, LogLevel.Information, "Swept what was left half done: {Bodies} contents, {Files} rendered or passing files")]
    private partial void LogSwept(int bodies, int files);

    [LoggerMessage(6702, LogLevel.Error, "A fault ended this round of deleting; the next one goes on")]
    private partial void LogFault(Exception fault);
}
