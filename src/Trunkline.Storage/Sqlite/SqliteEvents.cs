namespace Trunkline.Storage.Sqlite;

/// <summary>The append-only record of what happened.</summary>
internal static class SqliteEvents
{
    public static void Append(SqliteConnectionSession s, long at, long submission, long? message, string code, string detail) => s.Execute(
        "INSERT INTO event (at, submission_id, message_id, code, detail) VALUES (?1, ?2, ?3, ?4, ?5)", at, submission, message, code, detail);
}
