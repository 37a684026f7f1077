using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using Trunkline.Rendering;
using Trunkline.Rendering.Sandbox;
using Trunkline.Serving;

namespace Trunkline.Commands;

/// <summary>Says what this machine has and lacks, and what to do about it. Exits 0 when nothing that is needed is missing.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private const long LowSpaceBytes = 2L * 1024 * 1024 * 1024;
    private sealed record Finding(string What, bool IsWell, string Detail);

    public static Command Build(CommandFrame frame)
    {
        var command = new Command("doctor", "Say what this machine has and lacks");
        command.SetAction((parsed, cancellationToken) => RunAsync(frame.Configuration(parsed), frame.IsJson(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IConfiguration configuration, bool asJson, CancellationToken cancellationToken)
    {
        var options = ServerOptions.Read(configuration);
        var findings = new List<Finding>
        {
            new("runtime", true, RuntimeInformation.FrameworkDescription),
            Library("fax modem", "libspandsp.so.2", "libspandsp2"),
            Program("sandbox", "bwrap", "bubblewrap"),
            Program("limits", "prlimit", "util-linux"),
            Fonts(),
        };
        findings.AddRange(ConverterCensus.Take().Select(c =>
            new Finding(c.Kinds, c.IsThere, c.IsThere ? c.Program : $"{Path.GetFileName(c.Program)} is missing: apt-get install {c.DebianPackages}")));
        findings.AddRange(
        [
            await SandboxAsync(options, cancellationToken),
            Space(options),
        ]);
        if (asJson)
            Console.WriteLine(JsonSerializer.Serialize(findings, Json));
        else
            Show(findings);
        return findings.All(f => f.IsWell) ? 0 : 1;
    }

    private static void Show(List<Finding> findings)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("").AddColumn("").AddColumn("");
        foreach (var finding in findings)
            table.AddRow(finding.IsWell ? "[green]✓[/]" : "[red]✗[/]", finding.What, Markup.Escape(finding.Detail));
        AnsiConsole.Write(table);
    }

    private static Finding Library(string what, string name, string package)
    {
        if (!NativeLibrary.TryLoad(name, out var handle))
            return new Finding(what, false, $"{name} is missing: apt-get install {package}");
        NativeLibrary.Free(handle);
        return new Finding(what, true, name);
    }

    private static Finding Program(string what, string name, string package)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin").Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
        return path is null ? new Finding(what, false, $"{name} is missing: apt-get install {package}") : new Finding(what, true, path);
    }

    private static Finding Fonts()
    {
        const string noto = "/usr/share/fonts/truetype/noto";
        const string cjk = "/usr/share/fonts/opentype/noto";
        const string symbols = "/usr/share/fonts/truetype/ancient-scripts";
        return Directory.Exists(noto) && Directory.Exists(cjk) && Directory.Exists(symbols)
            ? new Finding("fonts", true, "Latin, Greek, Cyrillic, Arabic, Hebrew, Indic, Thai, Chinese, Japanese, Korean, emoji")
            : new Finding("fonts", false, "Texts in some scripts would be boxes: apt-get install fonts-noto-core fonts-noto-cjk fonts-symbola");
    }

    private static async Task<Finding> SandboxAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        var work = Path.GetFullPath(Path.Combine(options.Data, "work"));
        try
        {
            var confinement = await SandboxProbe.FindAsync(
                new RenderingOptions { WorkDirectory = work, AllowUnconfinedConverters = options.AllowUnconfinedConverters },
                TimeProvider.System, NullLogger.Instance, cancellationToken);
            return new Finding("confinement", true, confinement.ToString());
        }
        catch (InvalidOperationException fault)
        {
            return new Finding("confinement", false, fault.Message);
        }
    }

    private static Finding Space(ServerOptions options)
    {
        Directory.CreateDirectory(options.Data);
        var free = new DriveInfo(Path.GetFullPath(options.Data)).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / 1e9:0.0} GB free in {Path.GetFullPath(options.Data)}");
        return new Finding("space", free > LowSpaceBytes, free > LowSpaceBytes ? text : text + ": less than 2 GB");
    }
}
