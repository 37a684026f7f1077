namespace Trunkline.Rendering.Sandbox;

/// <summary>What one converter process may use.</summary>
/// <param name="AddressSpaceBytes">RLIMIT_AS, or null where a program reserves far more than it uses.</param>
/// <param name="DataBytes">RLIMIT_DATA: memory that it can write to; null for no such limit.</param>
/// <param name="CpuTime">Processor time of each process; whole seconds, at least one.</param>
/// <param name="WallTime">Time until it is killed, whatever it does.</param>
/// <param name="FileBytes">The largest file that it may write.</param>
internal sealed record ConverterLimits(long? AddressSpaceBytes, long? DataBytes, TimeSpan CpuTime, TimeSpan WallTime, long FileBytes);

/// <summary>One run of a converter.</summary>
/// <param name="Program">What to run.</param>
/// <param name="Arguments">Its arguments, given where the document and the output folder are as the process sees them.</param>
/// <param name="Limits">What it may use.</param>
internal sealed record ConverterCommand(ConverterProgram Program, Func<ConverterPaths, IEnumerable<string>> Arguments, ConverterLimits Limits);

/// <summary>Where a converter finds its files.</summary>
internal sealed record ConverterPaths(string Document, string OutputFolder, string ScratchFolder);

/// <summary>How a converter came to its end.</summary>
internal enum ConverterEnding
{
    /// <summary>By itself, with an exit code.</summary>
    Exited,

    /// <summary>It had used up its processor or wall time.</summary>
    TimeUsedUp,

    /// <summary>By a signal that was not about time.</summary>
    Killed,

    /// <summary>We had read enough of its output, or could not make sense of it, and closed the pipe.</summary>
    OutputRefused,
}

/// <summary>What came of a run. The error text is bounded and for the log only: it is a stranger's file talking.</summary>
internal sealed record ConverterOutcome(ConverterEnding Ending, int ExitCode, string ErrorText)
{
    public bool Succeeded => Ending == ConverterEnding.Exited && ExitCode == 0;
}
