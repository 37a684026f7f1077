using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Tests;

/// <summary>An empty store of the newest schema, migrated once and then copied: most tests begin with one, and thirteen migrations each are a tenth of a second.</summary>
internal static class StoreTemplate
{
    private static readonly Lazy<byte[]> Empty = new(Make);

    /// <summary>Puts it where a store opens it, unless one is there.</summary>
    public static void PutInto(string directory)
    {
        if (!File.Exists(PathIn(directory)))
            File.WriteAllBytes(PathIn(directory), Empty.Value);
    }

    private static byte[] Make()
    {
        var directory = TestFolder.Create("trunkline-template-");
        // The last that closes it writes the journal back: then the one file is all of it.
        new SqliteDatabase(PathIn(directory), NullLogger<SqliteDatabase>.Instance).DisposeAsync().AsTask().GetAwaiter().GetResult();
        var bytes = File.ReadAllBytes(PathIn(directory));
        Directory.Delete(directory, recursive: true);
        return bytes;
    }

    private static string PathIn(string directory) => Path.Combine(directory, "trunkline.db");
}
