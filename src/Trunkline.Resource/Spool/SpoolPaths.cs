using Trunkline.Core.Files;

namespace Trunkline.Resource.Spool;

/// <summary>Where the files of a resource lie under its data directory.</summary>
internal sealed class SpoolPaths(string root)
{
    /// <summary>The ending of a fielded message.</summary>
    public const string MessageEnding = ".msg";

    private const string JournalEnding = ".journal";
    private const string DocumentEnding = ".tif";

    public string Inbox { get; } = Path.Combine(root, "Inbox");

    public string Process { get; } = Path.Combine(root, "Process");

    public string Outbox { get; } = Path.Combine(root, "Outbox");

    public string Done { get; } = Path.Combine(root, "Done");

    /// <summary>Files set aside because they could not be read; for a person to look at.</summary>
    public string Bad { get; } = Path.Combine(root, "Bad");

    public string Lock { get; } = Path.Combine(root, "lock");

    /// <summary>The password file's directory has this name in the source ([0028]).</summary>
    public string Passwords { get; } = Path.Combine(root, "jfaxom", "password");

    /// <summary>How faxes got through to numbers.</summary>
    public string Numbers { get; } = Path.Combine(root, "numbers");

    private string Temporary { get; } = Path.Combine(root, "tmp");

    /// <summary>Makes the directories; what was half received before a crash is removed.</summary>
    public void Create()
    {
        foreach (var directory in new[] { Inbox, Process, Outbox, Done, Bad, Temporary, Path.GetDirectoryName(Passwords)! })
            CreatePrivate(directory);
        foreach (var path in Directory.EnumerateFiles(Temporary))
            File.Delete(path);
        DurableFile.SyncDirectory(root);
    }

    /// <summary>Makes a directory that only its owner can look into: faxes lie in it, and passwords.</summary>
    public static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string DirectoryOf(SpoolPlace place) => place switch
    {
        SpoolPlace.Inbox => Inbox,
        SpoolPlace.Process => Process,
        SpoolPlace.Outbox => Outbox,
    };

    /// <summary>The message where it is.</summary>
    public string Message(SpooledMessage message) => MessageIn(message.Place, message);

    public string MessageIn(SpoolPlace place, SpooledMessage message) => Path.Combine(DirectoryOf(place), message.Name + MessageEnding);

    public string Journal(SpooledMessage message) => Path.Combine(Process, message.Name + JournalEnding);

    /// <summary>The TIFF of a message in Process.</summary>
    public string Document(SpooledMessage message) => Path.Combine(Process, message.Name + DocumentEnding);

    /// <summary>A name for a file that is being written, on the same file system.</summary>
    public string NewTemporary() => Path.Combine(Temporary, Path.GetRandomFileName());
}
