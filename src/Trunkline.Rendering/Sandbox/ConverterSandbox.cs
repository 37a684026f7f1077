using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Trunkline.Rendering.Sandbox;

/// <summary>
/// Runs converters on documents from strangers: fresh namespaces without a network, a read-only system with neither /etc nor homes,
/// limits on memory, time and files, and death with its parent. A converter sees one document and one folder to write to.
/// </summary>
internal sealed class ConverterSandbox(Confinement confinement, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Enough to see why a converter failed, too little to fill a log.</summary>
    private const int MaxErrorCharacters = 2_000;

    private const int SignalBase = 128;
    private const int CpuTimeSignal = 24;

    /// <summary>How the complaints of the programs begin that stand between us and a converter.</summary>
    private static readonly string[] Builders = ["bwrap: ", "prlimit: ", "setpriv: "];

    private readonly ProcessStarter _starter = new();

    public bool FilesBelongToNobody => confinement == Confinement.BubblewrapAsNobody;

    /// <summary>
    /// Runs one converter to its end. <paramref name="readOutput"/> reads its standard output on its own thread; when it throws
    /// <see cref="InvalidDataException"/> the process is killed and the ending says so.
    /// </summary>
    public async Task<ConverterOutcome> RunAsync(ConverterCommand command, JobFolder job, Action<Stream> readOutput, CancellationToken cancellationToken)
    {
        command.Program.ThrowIfMissing();
        var began = time.GetTimestamp();
        using var process = await _starter.StartAsync(StartInfo(command, job), cancellationToken);
        using var wall = new CancellationTokenSource(command.Limits.WallTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wall.Token, cancellationToken);
        using var killing = either.Token.Register(() => Kill(process));

        var errors = ReadBoundedAsync(process.StandardError);
        var output = Task.Run(() => Consume(process, readOutput), CancellationToken.None);
        var outputUnderstood = await output;
        var errorText = await errors;
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfNotStarted(process.ExitCode, errorText);

        var outcome = new ConverterOutcome(Ending(process.ExitCode, wall.IsCancellationRequested, outputUnderstood), process.ExitCode, errorText);
        if (!outcome.Succeeded)
            logger.ConverterFailed(command.Program.Name, outcome.ExitCode, time.GetElapsedTime(began), outcome.Ending, outcome.ErrorText);
        return outcome;
    }

    public void Dispose() => _starter.Dispose();

    private static ConverterEnding Ending(int exitCode, bool wallTimeUsedUp, bool outputUnderstood) =>
        (exitCode - SignalBase) switch
        {
            CpuTimeSignal => ConverterEnding.TimeUsedUp,
            _ when wallTimeUsedUp => ConverterEnding.TimeUsedUp,
            _ when !outputUnderstood => ConverterEnding.OutputRefused,
            > 0 and <= 64 => ConverterEnding.Killed,
            _ => ConverterEnding.Exited,
        };

    /// <summary>A sandbox that could not be built is a fault of this machine, and must not read as a document that the converter refused.</summary>
    private static void ThrowIfNotStarted(int exitCode, string errorText)
    {
        if (exitCode != 0 && Array.Exists(Builders, b => errorText.StartsWith(b, StringComparison.Ordinal)))
            throw new SandboxNotBuiltException(errorText);
    }

    /// <summary>False when what came could not be understood; the process is dead then.</summary>
    private static bool Consume(Process process, Action<Stream> readOutput)
    {
        try
        {
            readOutput(process.StandardOutput.BaseStream);
            process.StandardOutput.BaseStream.CopyTo(Stream.Null);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            Kill(process);
            return false;
        }
        catch
        {
            Kill(process);
            throw;
        }
    }

    /// <summary>bubblewrap takes its whole process namespace with it.</summary>
    private static void Kill(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
    }

    /// <summary>Reads to the end, so that the process never waits for us, and keeps the beginning.</summary>
    private static async Task<string> ReadBoundedAsync(StreamReader reader)
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer)) > 0)
            kept.Append(buffer, 0, Math.Min(read, MaxErrorCharacters - kept.Length));
        return kept.ToString().Trim();
    }

    private ProcessStartInfo StartInfo(ConverterCommand command, JobFolder job)
    {
        var start = new ProcessStartInfo(ConverterProgram.Prlimit.Path)
        {
            RedirectStandardInput = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        ConverterProgram.Prlimit.ThrowIfMissing();
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["LANG"] = "C.UTF-8";
        Add(start, Limits(command.Limits));
        Add(start, confinement switch
        {
            Confinement.BubblewrapAsNobody => [.. BecomeNobody, .. Bubblewrap(job)],
            Confinement.Bubblewrap => Bubblewrap(job),
            Confinement.LimitsOnly => [],
        });
        var paths = confinement == Confinement.LimitsOnly
            ? new ConverterPaths(job.Document, job.OutputFolder, job.OutputFolder)
            : new ConverterPaths($"/in/{Path.GetFileName(job.Document)}", "/out", "/tmp");
        start.ArgumentList.Add(command.Program.Path);
        Add(start, command.Arguments(paths));
        return start;
    }

    private static IEnumerable<string> Limits(ConverterLimits limits)
    {
        var cpuSeconds = Math.Max(1, (long)Math.Ceiling(limits.CpuTime.TotalSeconds));
        yield return "--core=0";
        yield return "--nofile=512";

        // The soft limit sends SIGXCPU, by which we know the cause; the hard one is for a program that ignores it.
        yield return Invariant($"--cpu={cpuSeconds}:{cpuSeconds + 2}");
        yield return Invariant($"--fsize={limits.FileBytes}");
        if (limits.AddressSpaceBytes is { } addressSpace)
            yield return Invariant($"--as={addressSpace}");
        if (limits.DataBytes is { } data)
            yield return Invariant($"--data={data}");
    }

    private static readonly string[] BecomeNobody =
        ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"];

    private static string[] Bubblewrap(JobFolder job) =>
    [
        "/usr/bin/bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534",
        "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin",
        "--ro-bind-try", "/etc/fonts", "/etc/fonts", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
        "--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--ro-bind-try", "/var/cache/fontconfig", "/var/cache/fontconfig",
        "--ro-bind-try", "/etc/libreoffice", "/etc/libreoffice", "--ro-bind-try", "/var/lib/libreoffice", "/var/lib/libreoffice",
        "--proc", "/proc", "--dev", "/dev", "--size", "268435456", "--tmpfs", "/tmp",
        "--ro-bind", job.InputFolder, "/in", "--bind", job.OutputFolder, "/out",
        "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/tmp", "--setenv", "LANG", "C.UTF-8",
        "--setenv", "OMP_NUM_THREADS", "1", "--chdir", "/tmp", "--",
    ];

    private static void Add(ProcessStartInfo start, IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
