using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>Who is told when, of commits whose sync takes as long as the test wants.</summary>
public sealed class JournalSyncTests : IAsyncDisposable
{
    private readonly SemaphoreSlim _syncing = new(0);
    private readonly SemaphoreSlim _mayEnd = new(0);
    private readonly JournalSync _sync;

    public JournalSyncTests() => _sync = new JournalSync(Sync, null, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        _mayEnd.Release(100);
        await _sync.DisposeAsync();
        _syncing.Dispose();
        _mayEnd.Dispose();
    }

    [Fact]
    public async Task Nobody_waits_when_nothing_is_on_its_way()
    {
        Assert.True(_sync.WhenDurableAsync().IsCompleted);
        var first = Commit();
        await EndSync();
        await first;
        await _sync.WhenDurableAsync();
        Assert.True(_sync.WhenDurableAsync().IsCompleted);
    }

    [Fact]
    public async Task A_writer_and_a_reader_are_told_after_the_sync()
    {
        var written = Commit();
        await Begun();
        var read = _sync.WhenDurableAsync();
        Assert.False(written.IsCompleted);
        Assert.False(read.IsCompleted);
        _mayEnd.Release();
        await written;
        await read;
    }

    [Fact]
    public async Task A_reader_that_may_have_seen_a_commit_that_is_just_being_made_waits_for_it()
    {
        _sync.Begin();
        var read = _sync.WhenDurableAsync();
        Assert.False(read.IsCompleted);
        _sync.End(() => { });
        await EndSync();
        await read;
    }

    [Fact]
    public async Task What_is_committed_during_a_sync_is_told_after_the_next_and_in_its_order()
    {
        var order = new List<int>();
        var first = Commit(() => order.Add(1));
        await Begun();
        var second = Commit(() => order.Add(2));
        var third = Commit(() => order.Add(3));
        _mayEnd.Release();
        await first;
        await Begun();
        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted);
        // One sync for both.
        _mayEnd.Release();
        await third;
        Assert.Equal([1, 2, 3], order);
        Assert.Equal(0, _syncing.CurrentCount);
    }

    private Task Commit(Action? then = null)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sync.Begin();
        _sync.End(() =>
        {
            then?.Invoke();
            done.SetResult();
        });
        return done.Task;
    }

    private Task Begun() => _syncing.WaitAsync();

    private async Task EndSync()
    {
        await Begun();
        _mayEnd.Release();
    }

    private void Sync()
    {
        _syncing.Release();
        _mayEnd.Wait();
    }
}
