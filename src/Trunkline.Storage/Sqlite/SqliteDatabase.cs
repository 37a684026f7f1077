using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Trunkline.Storage.Sqlite;

/// <summary>The database file: opened, brought to the newest schema, written by one and read by several.</summary>
public sealed partial class SqliteDatabase : IAsyncDisposable
{
    private const int MaxReaders = 4;

    // NORMAL, with a sync of our own behind each commit before anybody is told (JournalSync). The checkpoint comes after 4000 pages, so that a burst is
    // written once, not page by page.
    private const string Settings = """
        PRAGMA page_size=8192;
        PRAGMA journal_mode=WAL;
        PRAGMA synchronous=NORMAL;
        PRAGMA wal_autocheckpoint=4000;
        PRAGMA cache_size=-65536;
        PRAGMA temp_store=MEMORY;
        """;

    private readonly string _path;
    private readonly SqliteWriter _writer;
    private readonly JournalSync _sync;
    private readonly ConcurrentBag<SqliteConnectionSession> _readers = [];
    private readonly SemaphoreSlim _readerSlots = new(MaxReaders);

    /// <summary>Opens or creates the database. Throws when the file is of a newer version, or is none.</summary>
    public SqliteDatabase(string path, ILogger<SqliteDatabase> logger)
        : this(path, logger, () => JournalSync.Open(path, logger))
    {
    }

    /// <summary>The same with another way to sync the journal.</summary>
    internal SqliteDatabase(string path, ILogger logger, Func<JournalSync> openSync)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var session = new SqliteConnectionSession(path, readOnly: false);
        try
        {
            session.Script(Settings);
            Migrate(session, logger);
            _sync = openSync();
        }
        catch
        {
            session.Dispose();
            throw;
        }
        _writer = new SqliteWriter(session, _sync, logger);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        foreach (var reader in _readers)
            reader.Dispose();
        _readerSlots.Dispose();
    }

    internal Task<T> WriteAsync<T>(Func<SqliteConnectionSession, T> work, CancellationToken cancellationToken) =>
        _writer.RunAsync(work, cancellationToken);

    /// <summary>Runs a query on a reader; completes when what it saw is durable.</summary>
    internal async Task<T> ReadAsync<T>(Func<SqliteConnectionSession, T> work, CancellationToken cancellationToken)
    {
        var read = await ReadNowAsync(work, cancellationToken);
        // Whoever reads may tell others: nobody is told what a power failure could take back.
        await _sync.WhenDurableAsync();
        return read;
    }

    private async Task<T> ReadNowAsync<T>(Func<SqliteConnectionSession, T> work, CancellationToken cancellationToken)
    {
        await _readerSlots.WaitAsync(cancellationToken);
        try
        {
            if (!_readers.TryTake(out var session))
                session = new SqliteConnectionSession(_path, readOnly: true);
            try
            {
                return await Task.Run(() => work(session), cancellationToken);
            }
            finally
            {
                _readers.Add(session);
            }
        }
        finally
        {
            _readerSlots.Release();
        }
    }

    private static void Migrate(SqliteConnectionSession session, ILogger logger)
    {
        var migrations = Migrations();
        var version = session.Number("PRAGMA user_version");
        if (version > migrations.Count)
            throw new InvalidOperationException($"The database has schema {version}; this program knows {migrations.Count}. Use the newer program.");
        foreach (var (number, sql) in migrations.Where(m => m.Number > version))
        {
            session.Script($"BEGIN IMMEDIATE; {sql}\nPRAGMA user_version={number.ToString(CultureInfo.InvariantCulture)}; COMMIT;");
            LogMigrated(logger, number);
        }
    }

    private static List<(int Number, string Sql)> Migrations()
    {
        var assembly = typeof(SqliteDatabase).Assembly;
        var found = new List<(int, string)>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            found.Add((found.Count + 1, reader.ReadToEnd()));
        }
        return found;
    }

    [LoggerMessage(7010, LogLevel.Information, "The database is now at schema {Version}")]
    private static partial void LogMigrated(ILogger logger, int version);
}
