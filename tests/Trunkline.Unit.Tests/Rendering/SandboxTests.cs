using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Rendering;
using Trunkline.Rendering.Sandbox;

namespace Trunkline.Unit.Tests.Rendering;

public sealed class SandboxTests : IDisposable
{
    private static readonly ConverterProgram Shell = new("/usr/bin/sh", "dash");
    private readonly DirectoryInfo _folder = PassableFolder.Create();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("cat /etc/shadow")]
    [InlineData("cat /etc/passwd")]
    [InlineData("ls /root")]
    [InlineData("ls /home")]
    [InlineData("echo x > /usr/x")]
    [InlineData("echo x > /in/x")]
    [InlineData("echo x > /in/document")]
    [InlineData("echo x > /proc/sys/kernel/core_pattern")]
    [InlineData("grep -v lo: /proc/net/dev | grep :")]
    [InlineData("test $(id -u) = 0")]
    [InlineData("ls -d /proc/[0-9]* | wc -l | grep -v '^[1-9]$'")]
    public async Task A_converter_reaches_nothing_but_its_document_and_its_folder(string attempt)
    {
        var (outcome, _) = await RunAsync(attempt);
        Assert.NotEqual(0, outcome.ExitCode);
    }

    [Fact]
    public async Task A_converter_reads_its_document_and_writes_to_its_folder()
    {
        var (outcome, output) = await RunAsync("cat /in/document && echo done > /out/result && cat /out/result");
        Assert.True(outcome.Succeeded, outcome.ErrorText);
        Assert.Equal("content of the documentdone\n", output);
    }

    [Fact]
    public async Task Processor_time_used_up_is_told_from_other_ends()
    {
        var (outcome, _) = await RunAsync("while :; do :; done", cpuSeconds: 1);
        Assert.Equal(ConverterEnding.TimeUsedUp, outcome.Ending);
        (outcome, _) = await RunAsync("sleep 600", wall: TimeSpan.FromMilliseconds(300));
        Assert.Equal(ConverterEnding.TimeUsedUp, outcome.Ending);
        (outcome, _) = await RunAsync("kill -9 $$");
        Assert.Equal(ConverterEnding.Killed, outcome.Ending);
        (outcome, _) = await RunAsync("exit 3");
        Assert.Equal((ConverterEnding.Exited, 3), (outcome.Ending, outcome.ExitCode));
    }

    [Fact]
    public async Task Files_are_limited_and_complaints_are_bounded()
    {
        var (outcome, _) = await RunAsync("head -c 3000000 /dev/zero > /out/big");
        Assert.NotEqual(0, outcome.ExitCode);
        (outcome, _) = await RunAsync("yes complaint | head -c 1000000 >&2; exit 1");
        Assert.Equal(1, outcome.ExitCode);
        Assert.InRange(outcome.ErrorText.Length, 100, 2_000);
    }

    [Fact]
    public async Task A_sandbox_that_cannot_be_built_is_a_fault_and_no_answer_of_the_converter()
    {
        var fault = await Assert.ThrowsAsync<SandboxNotBuiltException>(() => RunAsync("echo 'bwrap: Creating new namespace failed' >&2; exit 1"));
        Assert.Contains("Creating new namespace failed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_converter_names_its_debian_package()
    {
        using var sandbox = new ConverterSandbox(await FindAsync(), TimeProvider.System, NullLogger.Instance);
        using var job = JobFolder.Create(_folder.FullName, sandbox.FilesBelongToNobody);
        var command = new ConverterCommand(new ConverterProgram("/usr/bin/no-such-converter", "converter-tools"), _ => [], Limits(1, TimeSpan.FromSeconds(2)));
        var fault = await Assert.ThrowsAsync<ConverterMissingException>(() => sandbox.RunAsync(command, job, _ => { }, TestContext.Current.CancellationToken));
        Assert.Contains("converter-tools", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_converter()
    {
        using var stop = new CancellationTokenSource();
        using var sandbox = new ConverterSandbox(await FindAsync(), TimeProvider.System, NullLogger.Instance);
        using var job = JobFolder.Create(_folder.FullName, sandbox.FilesBelongToNobody);
        var command = new ConverterCommand(Shell, _ => ["-c", "echo started; sleep 600"], Limits(5, TimeSpan.FromMinutes(5)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sandbox.RunAsync(
            command,
            job,
            output =>
            {
                output.ReadByte();
                stop.Cancel();
            },
            stop.Token));
    }

    private Task<Confinement> FindAsync() => SandboxProbe.FindAsync(
        new RenderingOptions { WorkDirectory = _folder.FullName }, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);

    private static ConverterLimits Limits(int cpuSeconds, TimeSpan wall) => new(300_000_000, DataBytes: null, TimeSpan.FromSeconds(cpuSeconds), wall, FileBytes: 1_000_000);

    private async Task<(ConverterOutcome Outcome, string Output)> RunAsync(string script, int cpuSeconds = 5, TimeSpan? wall = null)
    {
        using var sandbox = new ConverterSandbox(await FindAsync(), TimeProvider.System, NullLogger.Instance);
        using var job = JobFolder.Create(_folder.FullName, sandbox.FilesBelongToNobody);
        await job.TakeInAsync("content of the document"u8.ToArray(), sandbox.FilesBelongToNobody, TestContext.Current.CancellationToken);
        var output = "";
        var command = new ConverterCommand(Shell, _ => ["-c", script], Limits(cpuSeconds, wall ?? TimeSpan.FromSeconds(20)));
        var outcome = await sandbox.RunAsync(command, job, stream => output = new StreamReader(stream).ReadToEnd(), TestContext.Current.CancellationToken);
        return (outcome, output);
    }
}
