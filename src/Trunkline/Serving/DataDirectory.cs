namespace Trunkline.Serving;

/// <summary>The data directory, held by one server at a time, and rid of what a crash left half done.</summary>
internal sealed class DataDirectory : IDisposable
{
    // What lies here belongs to work that the process was at; none of it was promised to anybody.
    private static readonly string[] Passing = ["work", Path.Combine("incoming", "spill"), Path.Combine("incoming", "parts")];

    private readonly FileStream _lock;

    private DataDirectory(FileStream held) => _lock = held;

    /// <summary>Takes the directory. Throws <see cref="OptionsException"/> when another server has it.</summary>
    public static DataDirectory Open(string path)
    {
        Directory.CreateDirectory(path);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new OptionsException($"Another Trunkline works in {Path.GetFullPath(path)}. Stop it, or choose another directory with --data.");
        }
        foreach (var passing in Passing)
        {
            if (Directory.Exists(Path.Combine(path, passing)))
                Directory.Delete(Path.Combine(path, passing), recursive: true);
        }
        return new DataDirectory(held);
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();
}
