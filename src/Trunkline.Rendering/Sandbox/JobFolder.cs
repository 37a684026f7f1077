using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Trunkline.Rendering.Sandbox;

/// <summary>The files of one conversion: the document, read-only, and a folder for what a converter writes. Gone when disposed.</summary>
internal sealed partial class JobFolder : IDisposable
{
    internal const int NobodyId = 65534;

    private readonly string _path;
    private readonly string _documentName;

    private JobFolder(string path, string documentName) => (_path, _documentName) = (path, documentName);

    public string InputFolder => Path.Combine(_path, "in");

    public string OutputFolder => Path.Combine(_path, "out");

    /// <summary>A copy of the document under a name of ours: its own may say anything, and its folder may be closed to the converter.</summary>
    public string Document => Path.Combine(InputFolder, _documentName);

    /// <param name="workDirectory">The folder of all conversions.</param>
    /// <param name="ownedByNobody">Give the files to nobody, so that a converter run by it can read and write them.</param>
    /// <param name="documentName">For converters that go by the ending of a name.</param>
    public static JobFolder Create(string workDirectory, bool ownedByNobody, string documentName = "document")
    {
        var job = new JobFolder(Path.Combine(workDirectory, $"job-{Guid.NewGuid():N}"), documentName);
        var passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        CreateFolder(job._path, passable);
        foreach (var folder in new[] { job.InputFolder, job.OutputFolder })
        {
            CreateFolder(folder, ours);
            if (ownedByNobody)
                GiveToNobody(folder);
        }

        return job;
    }

    public void TakeIn(string sourcePath, bool ownedByNobody)
    {
        File.Copy(sourcePath, Document);
        Seal(ownedByNobody);
    }

    public async Task TakeInAsync(ReadOnlyMemory<byte> content, bool ownedByNobody, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(Document, content, cancellationToken);
        Seal(ownedByNobody);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);

    private static void CreateFolder(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The sandbox is Linux's.");
        Directory.CreateDirectory(path, mode);
        // Again, since the process's umask has taken away what is not for its owner.
        File.SetUnixFileMode(path, mode);
    }

    private void Seal(bool ownedByNobody)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The sandbox is Linux's.");
        File.SetUnixFileMode(Document, UnixFileMode.UserRead);
        if (ownedByNobody)
            GiveToNobody(Document);
    }

    private static void GiveToNobody(string path)
    {
        if (ChangeOwner(path, NobodyId, NobodyId) != 0)
            throw new IOException($"Could not give {path} to nobody.", new Win32Exception(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
