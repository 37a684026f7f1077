using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Trunkline.Storage.Sqlite;

/// <summary>
/// A connection with its prepared statements. Parameters are numbered: <c>?1</c>, <c>?2</c>. Used by one thread at a time. The statements are
/// SQLite's own: those of the ADO.NET provider look up each parameter by its name, and a message passes through about a hundred statements.
/// </summary>
internal sealed class SqliteConnectionSession : IDisposable
{
    private const int BusyTimeoutMilliseconds = 30_000;
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    static SqliteConnectionSession()
    {
        Batteries_V2.Init();
        // Each connection has one user at a time, so that SQLite needs no lock around every call. Refused when somebody in this process has used
        // SQLite before, which is slower and not wrong.
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
    }

    public SqliteConnectionSession(string path, bool readOnly)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            ForeignKeys = !readOnly,
            DefaultTimeout = 30,
        }.ConnectionString);
        _connection.Open();
        raw.sqlite3_busy_timeout(_connection.Handle!, BusyTimeoutMilliseconds);
    }

    /// <summary>The last turn that the queue gave out; 0 until it has asked the tables. Used by the writer only.</summary>
    public long LastTurn { get; set; }

    /// <summary>Runs a statement; returns the rows that it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> parameters)
    {
        var statement = Bind(sql, parameters);
        try
        {
            while (statement.Step())
            {
            }
            return raw.sqlite3_changes(_connection.Handle!);
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Runs a query and reads each row.</summary>
    public List<T> Query<T>(string sql, Func<SqliteStatement, T> read, params ReadOnlySpan<object?> parameters)
    {
        var rows = new List<T>();
        var statement = Bind(sql, parameters);
        try
        {
            while (statement.Step())
                rows.Add(read(statement));
        }
        finally
        {
            statement.Reset();
        }
        return rows;
    }

    /// <summary>The first row, or the default when there is none.</summary>
    public T? First<T>(string sql, Func<SqliteStatement, T> read, params ReadOnlySpan<object?> parameters)
    {
        var statement = Bind(sql, parameters);
        try
        {
            return statement.Step() ? read(statement) : default;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The first column of the first row as a number; 0 when there is none or it is null.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> parameters)
    {
        var statement = Bind(sql, parameters);
        try
        {
            return statement.Step() && !statement.IsDBNull(0) ? statement.GetInt64(0) : 0;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Runs statements that are not kept: migrations and settings.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }

    private SqliteStatement Bind(string sql, ReadOnlySpan<object?> parameters)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = new SqliteStatement(_connection.Handle!, sql);
            _statements.Add(sql, statement);
        }
        statement.Bind(parameters);
        return statement;
    }
}
