using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Trunkline.SystemTests.Running;

/// <summary>The real program, as a process of its own, and what it prints.</summary>
internal sealed partial class TrunklineProcess : IAsyncDisposable
{
    private const int TerminateSignal = 15;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TrunklineProcess(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, string workingDirectory)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "trunkline.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Note(e.Data);
        _process.ErrorDataReceived += (_, e) => Note(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Standard output and standard error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Completes with true at the line <c>ready</c>, with false when the program ends without it.</summary>
    public Task<bool> Ready => _ready.Task;

    /// <summary>Starts it, and waits for nothing.</summary>
    public static TrunklineProcess Start(TrunklineSetup setup)
    {
        Directory.CreateDirectory(setup.Data);
        return new TrunklineProcess(setup.Arguments, setup.Environment, setup.Data);
    }

    /// <summary>Runs a command to its end: its exit code and what it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string workingDirectory, params string[] arguments)
    {
        await using var process = new TrunklineProcess(arguments, [], workingDirectory);
        return (await process.ExitCodeAsync(), process.Output);
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>As an operator stops it: SIGTERM, and the exit code once it is gone.</summary>
    public Task<int> StopAsync()
    {
        if (Signal(_process.Id, TerminateSignal) != 0 && !_process.HasExited)
            throw new InvalidOperationException("The signal was not delivered.");
        return ExitCodeAsync();
    }

    /// <summary>SIGKILL: the process gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            // The end of either stream: without its ready line the program never got there.
            if (_process.HasExited)
                _ready.TrySetResult(false);
            return;
        }
        lock (_output)
            _output.AppendLine(line);
        if (line.Trim() == "ready")
            _ready.TrySetResult(true);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
