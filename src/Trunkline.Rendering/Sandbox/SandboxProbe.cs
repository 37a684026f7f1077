using Microsoft.Extensions.Logging;

namespace Trunkline.Rendering.Sandbox;

/// <summary>Finds out, once at start, which confinement works on this machine: kernels and containers differ, and guessing would be silent.</summary>
public static class SandboxProbe
{
    private static readonly ConverterProgram Id = new("/usr/bin/id", "coreutils");

    private static readonly ConverterLimits Limits =
        new(AddressSpaceBytes: 200_000_000, DataBytes: null, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), FileBytes: 1_000_000);

    /// <summary>The strongest confinement that works here.</summary>
    /// <exception cref="InvalidOperationException">bubblewrap does not work, and the options do not allow converters without it.</exception>
    public static async Task<Confinement> FindAsync(RenderingOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.WorkDirectory);
        string cause;
        if (!File.Exists(ConverterProgram.Bubblewrap.Path))
        {
            cause = "bwrap is not installed. Install the Debian package bubblewrap.";
        }
        else
        {
            if (Environment.IsPrivilegedProcess)
            {
                var refusal = await TryAsync(Confinement.BubblewrapAsNobody, options, time, logger, cancellationToken);
                if (refusal is null)
                    return Found(Confinement.BubblewrapAsNobody, logger);
                logger.CannotBecomeNobody(refusal);
            }

            var failure = await TryAsync(Confinement.Bubblewrap, options, time, logger, cancellationToken);
            if (failure is null)
                return Found(Confinement.Bubblewrap, logger);
            cause = $"bubblewrap does not work here: {failure}";
        }

        if (!options.AllowUnconfinedConverters)
            throw new InvalidOperationException($"Documents cannot be converted safely. {cause} Converters without it must be allowed explicitly.");
        logger.Unconfined(cause);
        return Confinement.LimitsOnly;
    }

    private static Confinement Found(Confinement confinement, ILogger logger)
    {
        logger.ConfinementFound(confinement);
        return confinement;
    }

    /// <summary>Null when a process starts, is nobody and reads its document; else why not.</summary>
    private static async Task<string?> TryAsync(
        Confinement confinement, RenderingOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        using var sandbox = new ConverterSandbox(confinement, time, logger);
        using var job = JobFolder.Create(options.WorkDirectory, sandbox.FilesBelongToNobody);
        var printed = "";
        var command = new ConverterCommand(Id, _ => ["-u"], Limits);
        try
        {
            var outcome = await sandbox.RunAsync(command, job, output => printed = new StreamReader(output).ReadToEnd().Trim(), cancellationToken);
            if (!outcome.Succeeded)
                return $"exit code {outcome.ExitCode}, {outcome.ErrorText}";
        }
        catch (SandboxNotBuiltException fault)
        {
            return fault.Message;
        }
        return printed == "65534" ? null : $"the process ran as user {printed}, not as nobody";
    }
}
