using System.Collections.Concurrent;
using System.Diagnostics;

namespace Trunkline.Rendering.Sandbox;

/// <summary>
/// Starts processes from one thread that lives as long as we do. "Die with the parent" means the thread that forked, not the process: a
/// converter started from the thread pool would be killed whenever the pool lets that thread go.
/// </summary>
internal sealed class ProcessStarter : IDisposable
{
    private readonly BlockingCollection<Action> _starts = new(boundedCapacity: 256);
    private readonly Thread _thread;

    public ProcessStarter()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "converter starts" };
        _thread.Start();
    }

    public async Task<Process> StartAsync(ProcessStartInfo startInfo, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() => Start(startInfo, started), cancellationToken);
        return await started.Task;
    }

    public void Dispose()
    {
        _starts.CompleteAdding();
        _thread.Join();
        _starts.Dispose();
    }

    private void Run()
    {
        foreach (var start in _starts.GetConsumingEnumerable())
            start();
    }

    private static void Start(ProcessStartInfo startInfo, TaskCompletionSource<Process> started)
    {
        try
        {
            started.SetResult(Process.Start(startInfo) ?? throw new InvalidOperationException($"{startInfo.FileName} did not start."));
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            started.SetException(exception);
        }
    }
}
