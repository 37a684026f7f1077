using Microsoft.Extensions.Logging;

namespace Trunkline.Rendering;

internal static partial class RenderingLog
{
    [LoggerMessage(3000, LogLevel.Information, "Converters run in confinement: {Confinement}.")]
    public static partial void ConfinementFound(this ILogger logger, Sandbox.Confinement confinement);

    [LoggerMessage(3001, LogLevel.Warning, "Converters run with limits only and see the whole machine, as the options allow: {Cause}")]
    public static partial void Unconfined(this ILogger logger, string cause);

    [LoggerMessage(3002, LogLevel.Debug, "bubblewrap does not start as nobody, so it keeps our user outside: {Cause}")]
    public static partial void CannotBecomeNobody(this ILogger logger, string cause);

    [LoggerMessage(3003, LogLevel.Warning, "{Kinds} cannot be converted: the Debian package {Package} is not installed.")]
    public static partial void ConverterIsMissing(this ILogger logger, string kinds, string package);

    [LoggerMessage(3010, LogLevel.Warning, "{Program} ended with {ExitCode} after {Elapsed} ({Ending}): {ErrorText}")]
    public static partial void ConverterFailed(this ILogger logger, string program, int exitCode, TimeSpan elapsed, Sandbox.ConverterEnding ending, string errorText);

    [LoggerMessage(3020, LogLevel.Information, "Rendered {ContentType} into {Pages} pages in {Elapsed}.")]
    public static partial void Rendered(this ILogger logger, string contentType, int pages, TimeSpan elapsed);

    [LoggerMessage(3021, LogLevel.Information, "Could not render {ContentType}: {Cause} This may pass: {MayPass}")]
    public static partial void NotRendered(this ILogger logger, string contentType, string cause, bool mayPass);

    [LoggerMessage(3022, LogLevel.Information, "Page {Page} had {Bytes} bytes, above its budget, and was made coarser ({Tone}).")]
    public static partial void PageMadeCoarser(this ILogger logger, int page, int bytes, Paper.Tone tone);

    [LoggerMessage(3023, LogLevel.Information, "Rendered {Pages} of {Sheets} cover pages in {Elapsed}.")]
    public static partial void SheetsRendered(this ILogger logger, int pages, int sheets, TimeSpan elapsed);

    [LoggerMessage(3024, LogLevel.Information, "From page {Page} on a PDF is drawn by the second program, since the first ended with {ExitCode}.")]
    public static partial void DrawnBySecond(this ILogger logger, int page, int exitCode);
}
