using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>What the newest schema refuses, and how a store of the one before comes to it.</summary>
public sealed class SchemaTests : IDisposable
{
    private const string Submission = """
        INSERT INTO submission (submission_id, customer_key, received_at, source, remote_address, envelope_from, subject, is_automatic, size, headers,
            message_count, open_count) VALUES (1, 1, 1, 'smtp', '127.0.0.1', 'a@b', 's', 0, 1, x'00', 1, 1)
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-schema-").FullName;

    private string File => Path.Combine(_directory, "trunkline.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_store_of_the_schema_before_keeps_its_rows_and_has_the_newest_conditions()
    {
        var migrations = Migrations();
        Run([.. migrations[..^1], $"PRAGMA user_version={migrations.Count - 1}", Submission, Message("P"), Entry("reserve")]);
        await Open();
        Assert.Equal("P", Read("SELECT message_status FROM message"));
        Assert.Equal("reserve", Read("SELECT kind FROM ledger"));
        Assert.Equal($"{migrations.Count}", Read("PRAGMA user_version"));
        Assert.Equal("ok", Read("PRAGMA integrity_check"));
        AssertRefused("UPDATE message SET message_status = 'Z'");
    }

    [Fact]
    public async Task What_no_status_and_no_kind_is_cannot_be_written()
    {
        await Open();
        Run([Submission, Message("R")]);
        AssertRefused("UPDATE message SET message_status = 'Z'");
        AssertRefused("UPDATE message SET message_status = 'PP'");
        AssertRefused("UPDATE message SET message_status = ''");
        // One that has ended has a time of its end, and only one that has.
        AssertRefused("UPDATE message SET message_status = 'F'");
        AssertRefused("UPDATE message SET ended_at = 1");
        AssertRefused(Entry("gift"));
        Run(["UPDATE message SET message_status = 'F', ended_at = 1", Entry("cost")]);
    }

    [Fact]
    public async Task What_expires_is_found_by_its_index()
    {
        await Open();
        Assert.Contains("message_expiring", Read("""
            EXPLAIN QUERY PLAN SELECT message_id FROM message WHERE message_status GLOB '[PHDR]' AND expires_at <= 5
                AND NOT EXISTS (SELECT 1 FROM inflight WHERE id = message_id) LIMIT 9
            """, 3), StringComparison.Ordinal);
    }

    private static string Message(string status) => $"""
        INSERT INTO message (message_id, submission_id, ordinal, resource_type, message_to_email_address, message_from_email_address, message_location,
            message_size, message_priority, message_creation_date, message_expiry_duration, message_status, customer_key, message_subject, message_type,
            message_language_code, destination, expires_at, resolution)
        VALUES (1, 1, 0, 'FAX', 'a', 'b', 'c', 1, 1, 1, 60, '{status}', 1, 's', 'FAX', 'en', '+12025550100', 61000, 'fine')
        """;

    private static string Entry(string kind) => $"""
        INSERT INTO ledger (entry_id, transaction_id, line, account, amount, currency, kind, message_id, attempt, at, memo)
        SELECT coalesce(max(entry_id), 0) + 1, coalesce(max(entry_id), 0) + 1, 0, 'revenue', 5, 'USD', '{kind}', 1, 1, 1, '' FROM ledger
        """;

    private static List<string> Migrations()
    {
        var assembly = typeof(SqliteDatabase).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })];
    }

    private async Task Open() => await new SqliteDatabase(File, NullLogger<SqliteDatabase>.Instance).DisposeAsync();

    private void AssertRefused(string sql) => Assert.Equal(19, Assert.Throws<SqliteException>(() => Run([sql])).SqliteErrorCode);

    private void Run(IEnumerable<string> statements)
    {
        using var connection = Connect();
        foreach (var sql in statements)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // All of it stands in this file, or in the migrations.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }

    private string Read(string sql, int column = 0)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetString(column) : "";
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}
