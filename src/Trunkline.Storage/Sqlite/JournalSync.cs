using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Trunkline.Core.Files;

namespace Trunkline.Storage.Sqlite;

/// <summary>
/// Makes commits durable on a thread of its own, so that the next group is written while the one before is on its way to the disk. SQLite in WAL mode
/// with <c>synchronous=NORMAL</c> appends to its journal at a commit, and syncs it itself only before a checkpoint; who waits for a commit here is told
/// when the journal was synced after it. What a commit has made can be read a moment before: see <see cref="WhenDurableAsync"/>.
/// </summary>
internal sealed partial class JournalSync : IAsyncDisposable
{
    // So many groups may wait for a slow disk before the writer waits for it too.
    private const int MaxWaiting = 16;

    private readonly Lock _lock = new();
    private readonly BlockingCollection<Action> _made = new(MaxWaiting);
    private readonly Queue<(long Commit, TaskCompletionSource Done)> _readers = new();
    private readonly Action _sync;
    private readonly IDisposable? _journal;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _begun;
    private long _durable;

    /// <param name="sync">Makes durable what was written until then; throws when it cannot.</param>
    /// <param name="journal">Disposed with this.</param>
    public JournalSync(Action sync, IDisposable? journal, ILogger logger)
    {
        _sync = sync;
        _journal = journal;
        _logger = logger;
        new Thread(Run) { IsBackground = true, Name = "store sync" }.Start();
    }

    /// <summary>Opens the journal of a database that is open, and makes its name durable. Throws <see cref="IOException"/>.</summary>
    /// <param name="path">Of the database.</param>
    public static JournalSync Open(string path, ILogger logger)
    {
        // SQLite locks the database and the index of its journal, never the journal itself: closing this handle takes no lock away.
        var journal = File.OpenHandle(path + "-wal", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        DurableFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new JournalSync(() => RandomAccess.FlushToDisk(journal), journal, logger);
    }

    /// <summary>A commit is about to be made: what is read from now on may be of it.</summary>
    public void Begin()
    {
        lock (_lock)
            _begun++;
    }

    /// <summary>
    /// The commit that was begun was made, or was not; <paramref name="done"/> runs when all up to it is durable. Blocks while too many are not.
    /// </summary>
    public void End(Action done) => _made.Add(done);

    /// <summary>Completes when everything that could be read until now is on the disk: at once when nothing is on its way there.</summary>
    public Task WhenDurableAsync()
    {
        lock (_lock)
        {
            if (_durable == _begun)
                return Task.CompletedTask;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _readers.Enqueue((_begun, done));
            return done.Task;
        }
    }

    /// <summary>Completes when all that was made is durable. Nothing is begun any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _made.CompleteAdding();
        await _ended.Task;
        _journal?.Dispose();
        _made.Dispose();
    }

    private void Run()
    {
        var made = new List<Action>(MaxWaiting);
        while (_made.TryTake(out var first, Timeout.Infinite))
        {
            made.Clear();
            made.Add(first);
            while (_made.TryTake(out var next))
                made.Add(next);
            Sync();
            foreach (var done in made)
                done();
            TellReaders(made.Count);
        }
        _ended.SetResult();
    }

    private void TellReaders(int commits)
    {
        lock (_lock)
        {
            _durable += commits;
            while (_readers.TryPeek(out var reader) && reader.Commit <= _durable)
                _readers.Dequeue().Done.SetResult();
        }
    }

    private void Sync()
    {
        try
        {
            _sync();
        }
#pragma warning disable CA1031 // Whatever it is: after it, nobody knows what is on the disk.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            // The commits can be read and may be gone after a power failure. Nobody may be told that they were made, or that they were not; a second
            // sync that succeeds proves nothing. What is known is read from the disk at the next start, as after any other end.
            LogSyncFailed(fault);
            Environment.FailFast("The journal of the store could not be synced.", fault);
        }
    }

    [LoggerMessage(7002, LogLevel.Critical, "The journal of the store could not be synced; the program ends, so that nobody is told what may not be so")]
    private partial void LogSyncFailed(Exception fault);
}
