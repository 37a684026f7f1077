using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Conformance.Tests.Storage;

public sealed class SqliteWriterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-writer-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Work_can_be_read_before_the_sync_and_is_told_after_it()
    {
        var path = Path.Combine(_directory, "a.db");
        var session = new SqliteConnectionSession(path, readOnly: false);
        session.Script("PRAGMA journal_mode=WAL; CREATE TABLE t (n INTEGER)");
        using var syncing = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        await using var writer = new SqliteWriter(session, new JournalSync(() =>
        {
            syncing.Release();
            mayEnd.Wait();
        }, null, NullLogger.Instance), NullLogger.Instance);
        var first = writer.RunAsync(s => s.Execute("INSERT INTO t VALUES (1)"), CancellationToken.None);
        await syncing.WaitAsync();
        using (var reader = new SqliteConnectionSession(path, readOnly: true))
            Assert.Equal(1, reader.Number("SELECT count(*) FROM t"));
        // The writer goes on meanwhile.
        var second = writer.RunAsync(s => s.Execute("INSERT INTO t VALUES (2)"), CancellationToken.None);
        var failing = writer.RunAsync(s => s.Execute("INSERT INTO nowhere VALUES (1)"), CancellationToken.None);
        Assert.False(first.IsCompleted);
        mayEnd.Release();
        Assert.Equal(1, await first);
        Assert.False(second.IsCompleted);
        mayEnd.Release(10);
        Assert.Equal(1, await second);
        await Assert.ThrowsAnyAsync<Microsoft.Data.Sqlite.SqliteException>(() => failing);
    }

    [Fact]
    public async Task What_is_read_is_told_once_it_cannot_be_lost()
    {
        using var syncing = new SemaphoreSlim(0);
        using var mayEnd = new SemaphoreSlim(0);
        await using var database = new SqliteDatabase(Path.Combine(_directory, "b.db"), NullLogger.Instance, () => new JournalSync(() =>
        {
            syncing.Release();
            mayEnd.Wait();
        }, null, NullLogger.Instance));
        var written = database.WriteAsync(s => s.Execute("CREATE TABLE t (n INTEGER)"), CancellationToken.None);
        await syncing.WaitAsync();
        using var hasRead = new SemaphoreSlim(0);
        var read = database.ReadAsync(s =>
        {
            var count = s.Number("SELECT count(*) FROM sqlite_schema WHERE name = 't'");
            hasRead.Release();
            return count;
        }, CancellationToken.None);
        await hasRead.WaitAsync();
        // Nothing signals that it waits; told too early, it would end in this time.
        var first = await Task.WhenAny(read, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System));
        mayEnd.Release(10);
        Assert.NotSame(read, first);
        Assert.Equal(1, await read);
        await written;
    }
}
