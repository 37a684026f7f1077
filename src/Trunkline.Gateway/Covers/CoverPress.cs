using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Covers;

/// <summary>
/// Makes the covers of messages, one page each. A browser takes a second to start, so that with one message's cover those of the messages that
/// follow it in its submission are made in the same run. What was made is kept under the hash of the page, like any document.
/// </summary>
public sealed partial class CoverPress(
    ICoverStore store, ISheetRenderer renderer, DocumentPress press, CustomerDirectory customers, IOptions<GatewayOptions> options, ILogger<CoverPress> logger)
    : IDisposable
{
    // Compiled templates, each some ten milliseconds of work and as many kilobytes.
    private const int MaxTemplates = 200;

    private readonly ConcurrentDictionary<string, CoverTemplate> _templates = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _lookingAhead = new(1);

    private sealed record Sheet(string Key, string Html);

    /// <summary>What all covers of one run share.</summary>
    private sealed record Design(CoverTemplate Template, CoverLogo? Logo, CoverSender Sender, TimeZoneInfo Zone);

    /// <summary>Makes the cover of a pending message whose documents have so many pages.</summary>
    public async Task<PressResult> MakeAsync(QueuedMessage message, int documentPages, CancellationToken cancellationToken)
    {
        if (await store.OrdersAsync(message.Id, 1, cancellationToken) is not [var order])
            throw new InvalidOperationException($"Message {message.Id} wants a cover, and is not pending.");
        var format = new FaxPageFormat(order.Resolution, options.Value.Paper);
        var design = await DesignAsync(order, cancellationToken);
        if (design is null)
            return new PressResult.Refused("The cover page that it was to have is not here any more.", IsOfContent: false);
        var own = Compose(order, design, documentPages, format);
        if (!press.IsAtWork(own.Key) && await press.FindAsync(own.Key) is { } known)
            return known;
        Task<PressResult> made;
        // One at a time looks ahead and lays its hand on what it will make: two would make the same.
        await _lookingAhead.WaitAsync(cancellationToken);
        try
        {
            if (press.IsAtWork(own.Key))
                made = press.MakeOnceAsync(own.Key, async () => (await renderer.RenderSheetsAsync([SheetOf(own)], format, cancellationToken))[0]);
            // It may have been made while this one waited for its turn.
            else if (await press.FindAsync(own.Key) is { } since)
                return since;
            else
                made = await BeginAsync(message, own, design, documentPages, format, cancellationToken);
        }
        finally
        {
            _lookingAhead.Release();
        }
        return await made;
    }

    /// <inheritdoc />
    public void Dispose() => _lookingAhead.Dispose();

    /// <summary>Begins a run for one message and those that follow it; the result is the first's.</summary>
    private async Task<Task<PressResult>> BeginAsync(
        QueuedMessage message, Sheet own, Design design, int documentPages, FaxPageFormat format, CancellationToken cancellationToken)
    {
        var missing = new Dictionary<string, Sheet>(StringComparer.Ordinal) { [own.Key] = own };
        foreach (var follower in await store.OrdersAsync(message.Id, options.Value.CoversAtOnce, cancellationToken))
        {
            var sheet = Compose(follower, design, documentPages, format);
            if (!missing.ContainsKey(sheet.Key) && !press.IsAtWork(sheet.Key) && await press.FindAsync(sheet.Key) is null)
                missing.Add(sheet.Key, sheet);
        }
        var sheets = missing.Values.ToList();
        // Begun by the first of them that turns out not to be there.
        var run = new Lazy<Task<IReadOnlyList<RenderResult>>>(() => renderer.RenderSheetsAsync([.. sheets.Select(SheetOf)], format, cancellationToken));
        var made = sheets.Select((s, i) => press.MakeOnceAsync(s.Key, async () => (await run.Value)[i])).ToList();
        LogBegun(sheets.Count, message.SubmissionId);
        return FirstAsync(made);
    }

    /// <summary>All of them are waited for, so that the fault of none is lost.</summary>
    private static async Task<PressResult> FirstAsync(List<Task<PressResult>> made) => (await Task.WhenAll(made))[0];

    private FaxSheet SheetOf(Sheet sheet) => new(sheet.Html, press.PathToMake(sheet.Key));

    /// <summary>Makes one cover for nobody, to be looked at: a PNG, or why there is none.</summary>
    /// <param name="cover">As it would be stored.</param>
    public async Task<(byte[]? Png, string Error)> PreviewAsync(
        StoredCover cover, CoverOrder order, int documentPages, IFaxRenderer pages, CancellationToken cancellationToken)
    {
        if (!TryTemplate(cover, out var template, out var error))
            return (null, error);
        var format = new FaxPageFormat(order.Resolution, options.Value.Paper);
        var sheet = Compose(order, await DesignAsync(cover, template, order.CustomerKey, cancellationToken), documentPages, format);
        Directory.CreateDirectory(options.Value.RenderedDirectory);
        var path = Path.Combine(options.Value.RenderedDirectory, $"{Guid.NewGuid():N}.preview");
        try
        {
            var result = (await renderer.RenderSheetsAsync([new FaxSheet(sheet.Html, path)], format, cancellationToken))[0];
            return result is RenderResult.Failed { Cause: var cause } ? (null, cause) : (await pages.PreviewAsync(path, 1, PreviewWidth, cancellationToken), "");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Dots across: all that the page has.</summary>
    public const int PreviewWidth = 1728;

    private async Task<Design?> DesignAsync(CoverOrder order, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(order.CoverId, cancellationToken) is not { } cover)
            return null;
        return TryTemplate(cover, out var template, out var error)
            ? await DesignAsync(cover, template, order.CustomerKey, cancellationToken)
            : throw new InvalidDataException($"Cover page {cover.Name}, which was accepted once, cannot be read: {error}");
    }

    private async Task<Design> DesignAsync(StoredCover cover, CoverTemplate template, long customerKey, CancellationToken cancellationToken) => new(
        template,
        cover.Logo ?? await store.FindLogoAsync(customerKey, cancellationToken),
        await store.FindSenderAsync(customerKey, cancellationToken),
        ZoneOf(customers.Find(customerKey)?.TimeZone ?? "UTC"));

    private Sheet Compose(CoverOrder order, Design design, int documentPages, FaxPageFormat format)
    {
        var html = design.Template.Fill(CoverModel.Of(order, design.Sender, design.Logo, design.Zone, documentPages + 1));
        return new Sheet(press.SheetKey(html, format), html);
    }

    private bool TryTemplate(StoredCover cover, out CoverTemplate template, out string error)
    {
        var text = cover.Template ?? Shipped(cover.Name);
        error = "";
        if (_templates.TryGetValue(text, out template!))
            return true;
        if (!CoverTemplate.TryRead(text, out template, out error))
            return false;
        if (_templates.Count >= MaxTemplates)
            _templates.Clear();
        _templates[text] = template;
        return true;
    }

    /// <summary>The template of a cover page that comes with the program.</summary>
    internal static string Shipped(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("cover." + name)
            ?? throw new InvalidDataException($"No cover page \"{name}\" comes with this program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static TimeZoneInfo ZoneOf(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    [LoggerMessage(6210, LogLevel.Information, "Making {Covers} covers of {Submission} in one run")]
    private partial void LogBegun(int covers, MessageId submission);
}
