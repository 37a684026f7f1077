using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Documents;

namespace Trunkline.Gateway.Preparing;

/// <summary>
/// Makes the pages of a submission, each document once: what was made is kept under the hash of the content and the page format, so that a
/// mail to a thousand numbers, or the same form sent every day, is converted once. Only what follows from the content is kept; what may have
/// been a bad moment of this machine is tried again.
/// </summary>
public sealed class DocumentPress(IFaxRenderer renderer, IPreparingStore store, TimeProvider time, IOptions<GatewayOptions> options) : IDisposable
{
    // Counted up when the way pages are made changes, so that old ones are not used for new messages.
    private const string Edition = "5";

    /// <summary>Of the picture of a first page.</summary>
    private const int PictureWidth = 320;

    /// <summary>The first bytes of a TIFF, in either order of bytes.</summary>
    private const int SignatureLength = 4;

    private readonly ConcurrentDictionary<string, Lazy<Task<PressResult?>>> _running = new(StringComparer.Ordinal);
    private readonly PassingFailures _failures = new(time);

    // The pages of a form that is sent all day, or of a broadcast, are read for each message.
    private readonly MemoryCache _recent = new(new MemoryCacheOptions { SizeLimit = 32 * 1024 * 1024 });
    private const int MaxRecentBytes = 4 * 1024 * 1024;

    /// <inheritdoc />
    public void Dispose() => _recent.Dispose();

    /// <summary>The pages of a document that was made.</summary>
    public string PathOf(string documentKey) => Path.Combine(options.Value.RenderedDirectory, documentKey[..2], documentKey + ".tif");

    /// <summary>
    /// True when the pages of a document are there and can be read. When they are not, a message goes back to be prepared: then
    /// <see cref="MakeAsync"/>, which asks the same, makes them anew.
    /// </summary>
    public bool HasPages(string documentKey)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(documentKey));
            Span<byte> signature = stackalloc byte[SignatureLength];
            return RandomAccess.Read(file, signature, 0) == SignatureLength
                && (signature.SequenceEqual("II*\0"u8) || signature.SequenceEqual("MM\0*"u8));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Gone, or on a disk that cannot read it: the same to whoever wants to send it.
            return false;
        }
    }

    /// <summary>Makes the pages of all fragments of its faxes in order.</summary>
    public async Task<PressResult> MakeAsync(MessageId submission, FaxResolution resolution, CancellationToken cancellationToken)
    {
        var fragments = await store.FragmentsAsync(submission, MessageType.Fax, cancellationToken);
        var format = new FaxPageFormat(resolution, options.Value.Paper);
        var keys = fragments.Select(f => KeyOf(f, format)).ToList();
        var whole = keys.Count == 1 ? keys[0] : Key("join\0" + string.Join('\0', keys));
        var made = await OnceAsync(whole, () => keys.Count == 1
            ? RenderAsync(fragments[0], format, whole, cancellationToken)
            : JoinAsync(fragments, keys, format, whole, cancellationToken));
        return made is PressResult.Made { Pages: 0 } ? new PressResult.Refused("There is nothing on any page.", IsOfContent: true) : made;
    }

    /// <summary>The key of a page that is made of this HTML.</summary>
    internal string SheetKey(string html, FaxPageFormat format) => Key($"sheet\0{html}\0{format.Resolution}\0{format.Paper}");

    /// <summary>True while somebody makes, or discards, what has this key.</summary>
    internal bool IsAtWork(string key) => _running.ContainsKey(key);

    /// <summary>What is known of a key already, or null.</summary>
    internal async Task<PressResult?> FindAsync(string key) => _failures.Find(key) ?? await KnownAsync(key);

    /// <summary>Where the pages of a document are to be written, its folder made.</summary>
    internal string PathToMake(string documentKey)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(documentKey))!);
        return PathOf(documentKey);
    }

    /// <summary>Has something made under a key, once, and remembers it. <paramref name="make"/> writes to <see cref="PathToMake"/>.</summary>
    internal Task<PressResult> MakeOnceAsync(string key, Func<Task<RenderResult>> make) => OnceAsync(key, async () => await make() switch
    {
        RenderResult.Rendered { Pages: var pages } => new PressResult.Made(key, pages),
        RenderResult.Failed { MayPass: true, Cause: var cause } => _failures.Add(key, cause),
        RenderResult.Failed { Cause: var cause } => new PressResult.Refused(cause, IsOfContent: true),
        _ => throw new InvalidOperationException("A render result of a kind that is not known."),
    });

    /// <summary>
    /// The pages of a message as one TIFF: its cover, when it has one, before its document. Joined when they are sent, and not kept: a thousand
    /// messages with a cover each share one document.
    /// </summary>
    public async Task<byte[]> ReadPagesAsync(string? coverKey, string documentKey, CancellationToken cancellationToken)
    {
        if (coverKey is null)
            return _recent.Get<byte[]>(documentKey) ?? await ReadAsync(documentKey, cancellationToken);
        var joined = Path.Combine(options.Value.RenderedDirectory, $"{Guid.NewGuid():N}.joined");
        try
        {
            await renderer.JoinAsync([PathOf(coverKey), PathOf(documentKey)], joined, cancellationToken);
            return await File.ReadAllBytesAsync(joined, cancellationToken);
        }
        finally
        {
            File.Delete(joined);
        }
    }

    /// <summary>
    /// The first page of a document as a small PNG, for people to look at. Made once and kept beside the pages: a form that is sent every day has
    /// its picture in every receipt.
    /// </summary>
    public async Task<byte[]> ReadPictureAsync(string documentKey, CancellationToken cancellationToken)
    {
        var path = PictureOf(documentKey);
        if (File.Exists(path))
            return await File.ReadAllBytesAsync(path, cancellationToken);
        var picture = await renderer.PreviewAsync(PathOf(documentKey), 1, PictureWidth, cancellationToken);
        var half = $"{path}.{Guid.NewGuid():N}";
        await File.WriteAllBytesAsync(half, picture, cancellationToken);
        File.Move(half, path, overwrite: true);
        // Discarded meanwhile: what is gone must not be seen in a picture either.
        if (!File.Exists(PathOf(documentKey)))
            File.Delete(path);
        return picture;
    }

    /// <summary>
    /// Deletes the pages of a document once <paramref name="forget"/> has made the store forget them, while nobody makes or takes them up.
    /// False, and nothing is done, when somebody is at it or <paramref name="forget"/> says no.
    /// </summary>
    internal async Task<bool> DiscardAsync(string documentKey, Func<Task<bool>> forget)
    {
        var discarded = false;
        var discarding = new Lazy<Task<PressResult?>>(async () =>
        {
            try
            {
                discarded = await forget();
                // A document that has no pages may not even have a folder.
                if (discarded && File.Exists(PathOf(documentKey)))
                {
                    File.Delete(PathOf(documentKey));
                    File.Delete(PictureOf(documentKey));
                    _recent.Remove(documentKey);
                }
                return null;
            }
            finally
            {
                _running.TryRemove(documentKey, out var _);
            }
        });
        if (!_running.TryAdd(documentKey, discarding))
            return false;
        await discarding.Value;
        return discarded;
    }

    private async Task<byte[]> ReadAsync(string documentKey, CancellationToken cancellationToken)
    {
        var pages = await File.ReadAllBytesAsync(PathOf(documentKey), cancellationToken);
        if (pages.Length <= MaxRecentBytes)
            _recent.Set(documentKey, pages, new MemoryCacheEntryOptions { Size = pages.Length, SlidingExpiration = TimeSpan.FromMinutes(5) });
        return pages;
    }

    private string PictureOf(string documentKey) => Path.ChangeExtension(PathOf(documentKey), ".png");

    private async Task<PressResult> JoinAsync(
        IReadOnlyList<StoredFragment> fragments, List<string> keys, FaxPageFormat format, string whole, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        var pages = 0;
        for (var i = 0; i < keys.Count; i++)
        {
            var (key, fragment) = (keys[i], fragments[i]);
            var part = await OnceAsync(key, () => RenderAsync(fragment, format, key, cancellationToken));
            if (part is not PressResult.Made made)
                return part;
            pages += made.Pages;
            if (pages > options.Value.MaxPages)
                return TooLong(pages);
            if (made.Pages > 0)
                parts.Add(PathOf(key));
        }
        if (parts.Count > 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(whole))!);
            pages = await renderer.JoinAsync(parts, PathOf(whole), cancellationToken);
        }
        return new PressResult.Made(whole, pages);
    }

    private async Task<PressResult> RenderAsync(StoredFragment fragment, FaxPageFormat format, string key, CancellationToken cancellationToken)
    {
        if (_failures.Find(key) is { } standing)
            return standing;
        var output = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        var source = Path.Combine(options.Value.RenderedDirectory, $"{key}.{Guid.NewGuid():N}.in");
        try
        {
            await store.CopyBodyAsync(fragment.BodyHash, source, cancellationToken);
            var document = new FaxDocument(fragment.Name, fragment.ContentType, fragment.Charset, source);
            var result = await renderer.RenderAsync(document, format, output, cancellationToken);
            if (result is RenderResult.Failed { MayPass: true, Cause: var passing })
                return _failures.Add(key, passing);
            _failures.Forget(key);
            return result switch
            {
                RenderResult.Rendered { Pages: var pages } when pages > options.Value.MaxPages => TooLong(pages),
                RenderResult.Rendered { Pages: var pages } => new PressResult.Made(key, pages),
                RenderResult.Failed { Cause: var cause } => new PressResult.Refused(cause, IsOfContent: true),
                _ => throw new InvalidOperationException("A render result of a kind that is not known."),
            };
        }
        finally
        {
            File.Delete(source);
        }
    }

    private async Task<PressResult> OnceAsync(string key, Func<Task<PressResult>> make)
    {
        while (true)
        {
            var running = _running.GetOrAdd(key, _ => new Lazy<Task<PressResult?>>(async () =>
            {
                try
                {
                    return await KnownAsync(key) ?? await MakeAndSaveAsync(key, make);
                }
                finally
                {
                    _running.TryRemove(key, out var _);
                }
            }));
            // Null: it was just being discarded, and is made anew.
            if (await running.Value is { } result)
                return result;
        }
    }

    private async Task<PressResult?> KnownAsync(string key)
    {
        if (await store.FindRenderingAsync(key, time.GetUtcNow(), CancellationToken.None) is not { } known)
            return null;
        if (known.Cause is { } cause)
            return new PressResult.Refused(cause, IsOfContent: true);
        return known.Pages == 0 || HasPages(key) ? new PressResult.Made(key, known.Pages) : null;
    }

    private async Task<PressResult> MakeAndSaveAsync(string key, Func<Task<PressResult>> make)
    {
        var made = await make();
        var rendering = made switch
        {
            PressResult.Made { Pages: var pages } => new Rendering(pages, null),
            PressResult.Refused { IsOfContent: true, Cause: var cause } => new Rendering(0, cause),
            _ => null,
        };
        if (rendering is not null)
            await store.SaveRenderingAsync(key, rendering, time.GetUtcNow(), CancellationToken.None);
        return made;
    }

    private PressResult.Refused TooLong(int pages) =>
        new($"It would be {pages} pages; at most {options.Value.MaxPages} can be sent in one fax. Split it.", IsOfContent: true);

    // The limit is in the key: what was too long under one may be short enough under another.
    private string KeyOf(StoredFragment fragment, FaxPageFormat format) => Key(
        $"{Convert.ToHexStringLower(fragment.BodyHash)}\0{fragment.ContentType}\0{fragment.Charset}\0{fragment.Name}\0{format.Resolution}\0{format.Paper}\0{options.Value.MaxPages}");

    private static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Edition + "\0" + text)))[..40];
}
