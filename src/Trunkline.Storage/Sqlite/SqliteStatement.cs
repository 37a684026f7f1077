using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Trunkline.Storage.Sqlite;

/// <summary>A prepared statement, and while it is stepped through, the row at which it stands. Throws <see cref="SqliteException"/> for what SQLite refuses.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int MaxOnStack = 512;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;
    private readonly int _parameters;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle, out var rest));
        if (!string.IsNullOrWhiteSpace(rest))
            throw new ArgumentException("One statement at a time: what follows the first would never run.", nameof(sql));
        _parameters = raw.sqlite3_bind_parameter_count(_handle);
    }

    /// <summary>Sets the parameters: the first is <c>?1</c>. Those that the statement does not use may be given all the same.</summary>
    public void Bind(ReadOnlySpan<object?> parameters)
    {
        if (parameters.Length < _parameters)
            throw new ArgumentException($"The statement wants {_parameters} parameters; {parameters.Length} were given.", nameof(parameters));
        for (var i = 1; i <= _parameters; i++)
        {
            Check(parameters[i - 1] switch
            {
                null or DBNull => raw.sqlite3_bind_null(_handle, i),
                long number => raw.sqlite3_bind_int64(_handle, i, number),
                int number => raw.sqlite3_bind_int64(_handle, i, number),
                bool flag => raw.sqlite3_bind_int64(_handle, i, flag ? 1 : 0),
                double number => raw.sqlite3_bind_double(_handle, i, number),
                string text => BindText(i, text),
                // A pointer to nothing would be NULL.
                byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_handle, i, 0),
                byte[] bytes => raw.sqlite3_bind_blob(_handle, i, bytes),
                var other => throw new ArgumentException($"A parameter of type {other.GetType()} has no place in a column.", nameof(parameters)),
            });
        }
    }

    /// <summary>Goes on to the next row. False when there is none.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_handle);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
            return result == raw.SQLITE_ROW;
        Check(result);
        return false;
    }

    /// <summary>Ends a run, so that the statement can be bound anew. One that changes and returns rows has made all its changes with its first row.</summary>
    // The result is that of the last step, which was seen.
    public void Reset() => raw.sqlite3_reset(_handle);

    /// <summary>How many columns a row has.</summary>
    public int Columns => raw.sqlite3_column_count(_handle);

    /// <summary>A number as a long, text as a string, or null.</summary>
    public object? GetValue(int column) => raw.sqlite3_column_type(_handle, column) switch
    {
        raw.SQLITE_NULL => null,
        raw.SQLITE_INTEGER => GetInt64(column),
        raw.SQLITE_TEXT => GetString(column),
        var other => throw new InvalidOperationException($"Column {column} has values of SQLite's type {other}, which are read in another way."),
    };

    public bool IsDBNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long GetInt64(int column)
    {
        NotNull(column);
        return raw.sqlite3_column_int64(_handle, column);
    }

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public bool GetBoolean(int column) => GetInt64(column) != 0;

    public string GetString(int column)
    {
        NotNull(column);
        return raw.sqlite3_column_text(_handle, column).utf8_to_string();
    }

    public byte[] GetBytes(int column)
    {
        NotNull(column);
        return raw.sqlite3_column_blob(_handle, column).ToArray();
    }

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();

    private int BindText(int index, string text)
    {
        // The same here: text of no bytes at no address would be NULL.
        if (text.Length == 0)
            return raw.sqlite3_bind_text(_handle, index, text);
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most <= MaxOnStack)
        {
            Span<byte> near = stackalloc byte[MaxOnStack];
            return raw.sqlite3_bind_text(_handle, index, near[..Encoding.UTF8.GetBytes(text, near)]);
        }
        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return raw.sqlite3_bind_text(_handle, index, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void NotNull(int column)
    {
        if (IsDBNull(column))
            throw new InvalidOperationException($"Column {column} ({raw.sqlite3_column_name(_handle, column).utf8_to_string()}) is NULL.");
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }
}
