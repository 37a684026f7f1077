using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Trunkline.Storage.Sqlite;

/// <summary>
/// The one writer. SQLite takes one at a time; what waits shares a commit, and commits share a sync (<see cref="JournalSync"/>), so that many callers
/// pay for one. Each piece of work stands or falls by itself, and returns only when it is on the disk.
/// </summary>
internal sealed partial class SqliteWriter : IAsyncDisposable
{
    // Bounds what waits in memory.
    private const int MaxQueued = 8192;

    // A commit costs as much as a few pieces of work. A group that is much larger is no cheaper, and all its callers would wait for its last, and then
    // all go on at once while the writer has nothing to do.
    private const int MaxGroup = 96;

    private static readonly KeyValuePair<string, object?> Made = new("result", "made");
    private static readonly KeyValuePair<string, object?> Failed = new("result", "failed");
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);
    private readonly ManualResetEventSlim _pause = new();
    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly SqliteConnectionSession _session;
    private readonly JournalSync _sync;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts; both the session and the sync are its own from now on.</summary>
    public SqliteWriter(SqliteConnectionSession session, JournalSync sync, ILogger logger)
    {
        _session = session;
        _sync = sync;
        _logger = logger;
        new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();
    }

    /// <summary>
    /// Runs the work in a transaction; completes when it is durable. Work once queued is done, whoever has stopped waiting for it. It may be run
    /// twice, the first time undone: it changes nothing but the store.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<SqliteConnectionSession, T> work, CancellationToken cancellationToken)
    {
        var item = new Work<T>(work);
        await _queue.Writer.WriteAsync(item, cancellationToken);
        return await item.Done;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _pause.Set();
        await _ended.Task;
        await _sync.DisposeAsync();
        _session.Dispose();
        _pause.Dispose();
    }

    private void Run()
    {
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var group = new List<Work>(MaxGroup);
            var begun = Stopwatch.GetTimestamp();
            try
            {
                _session.Execute("BEGIN IMMEDIATE");
                if (!RunAll(group))
                    RunEach(group);
                Commit();
                _sync.End(() => Durable(group, begun));
            }
#pragma warning disable CA1031 // Whatever stops a commit, a full disk before all, is told to everyone whose work was in it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Abandon();
                // Also what waits: without a transaction nobody's work can be done now, and everybody must hear of it.
                while (_queue.Reader.TryRead(out var waiting))
                    group.Add(waiting);
                StorageMeter.Commits.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, Failed);
                LogCommitFailed(fault, group.Count);
                foreach (var work in group)
                    work.Fail(fault);
                // A disk that fails at once must not be asked in a tight loop.
                _pause.Wait(PauseAfterFault);
            }
        }
        _ended.SetResult();
    }

    private void Commit()
    {
        _sync.Begin();
        try
        {
            _session.Execute("COMMIT");
        }
        catch
        {
            // Begun and not made: nothing of it is waited for.
            _sync.End(() => { });
            throw;
        }
    }

    private static void Durable(List<Work> group, long begun)
    {
        StorageMeter.Commits.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, Made);
        StorageMeter.Changes.Add(group.Count);
        foreach (var work in group)
            work.Complete();
    }

    /// <summary>Runs what waits, up to a group. False when a piece of work has failed, with the changes of all of them still open.</summary>
    private bool RunAll(List<Work> group)
    {
        while (group.Count < MaxGroup && _queue.Reader.TryRead(out var work))
        {
            group.Add(work);
            if (!work.TryRun(_session))
                return false;
        }
        return true;
    }

    /// <summary>
    /// Undoes a group in which one has failed, and runs it anew with a savepoint for each. A savepoint copies every page that is changed after it,
    /// half of the writer's time when each piece of work has its own, and hardly any work fails.
    /// </summary>
    private void RunEach(List<Work> group)
    {
        Abandon();
        _session.Execute("BEGIN IMMEDIATE");
        foreach (var work in group)
        {
            _session.Execute("SAVEPOINT work");
            if (!work.TryRun(_session))
                _session.Execute("ROLLBACK TO work");
            _session.Execute("RELEASE work");
        }
    }

    private void Abandon()
    {
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException fault)
        {
            // After some errors SQLite has rolled back by itself, and says so here.
            LogRollback(fault);
        }
    }

    [LoggerMessage(7000, LogLevel.Critical, "A commit of {Count} changes failed; none of them was made")]
    private partial void LogCommitFailed(Exception fault, int count);

    [LoggerMessage(7001, LogLevel.Debug, "Nothing was left to roll back")]
    private partial void LogRollback(Exception fault);

    private abstract class Work
    {
        public abstract bool TryRun(SqliteConnectionSession session);

        public abstract void Complete();

        public abstract void Fail(Exception fault);
    }

    private sealed class Work<T>(Func<SqliteConnectionSession, T> run) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _fault;

        public Task<T> Done => _done.Task;

        public override bool TryRun(SqliteConnectionSession session)
        {
            try
            {
                _fault = null;
                _result = run(session);
                return true;
            }
#pragma warning disable CA1031 // The fault is the caller's to see, not the writer's to die of.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _fault = fault;
                return false;
            }
        }

        public override void Complete()
        {
            if (_fault is null)
                _done.SetResult(_result!);
            else
                _done.SetException(_fault);
        }

        public override void Fail(Exception fault) => _done.SetException(_fault ?? new IOException("The change could not be made durable.", fault));
    }
}
