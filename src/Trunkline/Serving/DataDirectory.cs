using System.Runtime.InteropServices;

namespace Trunkline.Serving;

/// <summary>The data directory, held by one server at a time, and rid of what a crash left half done.</summary>
internal sealed partial class DataDirectory : IDisposable
{
    // What lies here belongs to work that the process was at; none of it was promised to anybody.
    private static readonly string[] Passing = ["work", Path.Combine("incoming", "spill"), Path.Combine("incoming", "parts"), Path.Combine("incoming", "http")];

    private const uint OwnerOnly = 0x3F;
    private const UnixFileMode PassThrough = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly FileStream _lock;

    private DataDirectory(FileStream held) => _lock = held;

    /// <summary>Takes the directory. Throws <see cref="OptionsException"/> when another server has it.</summary>
    public static DataDirectory Open(string path)
    {
        // Faxes, mails and keys are nobody else's business. The directory itself may be passed through, since converters run as nobody below work/.
        _ = Umask(OwnerOnly);
        Directory.CreateDirectory(path, PassThrough);
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
        // As wide as converters need, and the umask leaves it.
        File.SetUnixFileMode(path, PassThrough);
        File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(path, "work")).FullName, PassThrough);
        return new DataDirectory(held);
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();
}
