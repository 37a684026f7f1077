using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Gateway;

public class WorkLoopsTests
{
    private readonly WatchedTime _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly WorkLoops _loops;

    public WorkLoopsTests() => _loops = new WorkLoops(_clock, NullLogger<WorkLoops>.Instance);

    [Fact]
    public async Task A_loop_that_fails_begins_again_and_is_listed_for_a_minute()
    {
        using var stopping = new CancellationTokenSource();
        var begun = 0;
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var loop = _loops.RunAsync("test", async token =>
        {
            if (++begun == 1)
                throw new IOException("no space left");
            running.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }, stopping.Token);

        Assert.Equal(["test"], _loops.Failing);
        await _clock.PassAsync(TimeSpan.FromSeconds(1));
        await running.Task;
        Assert.Equal(2, begun);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_loops.Failing);
        await stopping.CancelAsync();
        await loop;
    }

    [Fact]
    public async Task A_loop_that_keeps_failing_begins_ever_more_seldom()
    {
        using var stopping = new CancellationTokenSource();
        var begun = new List<DateTimeOffset>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var loop = _loops.RunAsync("test", _ =>
        {
            begun.Add(_clock.GetUtcNow());
            if (begun.Count == 8)
                enough.SetResult();
            throw new IOException("no space left");
        }, stopping.Token);
        int[] pauses = [1, 2, 4, 8, 16, 30, 30];
        foreach (var seconds in pauses)
            await _clock.PassAsync(TimeSpan.FromSeconds(seconds));
        await enough.Task;
        await stopping.CancelAsync();
        await loop;

        Assert.Equal(pauses.Select(s => TimeSpan.FromSeconds(s)), begun.Zip(begun.Skip(1), (one, next) => next - one));
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_fault_like_any_other()
    {
        using var stopping = new CancellationTokenSource();
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = 0;
        var loop = _loops.RunAsync("test", async token =>
        {
            if (++begun == 1)
                throw new OperationCanceledException();
            again.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }, stopping.Token);
        await _clock.PassAsync(TimeSpan.FromSeconds(1));
        await again.Task;
        await stopping.CancelAsync();
        await loop;
        Assert.Equal(2, begun);
    }
}
