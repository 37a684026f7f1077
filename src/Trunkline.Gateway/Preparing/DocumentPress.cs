using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Documents;

namespace Trunkline.Gateway.Preparing;

/// <summary>
/// Makes the pages of a submission, each document once: what was made is kept under the hash of the content and the page format, so that a
/// mail to a thousand numbers, or the same form sent every day, is converted once.
/// </summary>
public sealed class DocumentPress(IFaxRenderer renderer, IPreparingStore store, TimeProvider time, IOptions<GatewayOptions> options)
{
    // Counted up when the way pages are made changes, so that old ones are not used for new messages.
    private const string Edition = "1";
    private readonly ConcurrentDictionary<string, Lazy<Task<Rendering>>> _running = new(StringComparer.Ordinal);

    /// <summary>The pages of a document that was made.</summary>
    public string PathOf(string documentKey) => Path.Combine(options.Value.RenderedDirectory, documentKey[..2], documentKey + ".tif");

    /// <summary>Makes the pages of all fragments in order. The key names the whole; <see cref="PathOf"/> finds it when there are pages.</summary>
    public async Task<(string Key, Rendering Rendering)> MakeAsync(MessageId submission, FaxResolution resolution, CancellationToken cancellationToken)
    {
        var fragments = await store.FragmentsAsync(submission, cancellationToken);
        var format = new FaxPageFormat(resolution, options.Value.Paper);
        var keys = fragments.Select(f => KeyOf(f, format)).ToList();
        var whole = keys.Count == 1 ? keys[0] : Key("join\0" + string.Join('\0', keys));
        return (whole, await OnceAsync(whole, () => keys.Count == 1
            ? RenderAsync(fragments[0], format, whole, cancellationToken)
            : JoinAsync(fragments, keys, format, whole, cancellationToken)));
    }

    private async Task<Rendering> JoinAsync(
        IReadOnlyList<StoredFragment> fragments, List<string> keys, FaxPageFormat format, string whole, CancellationToken cancellationToken)
    {
        var parts = new List<string>();
        var pages = 0;
        for (var i = 0; i < keys.Count; i++)
        {
            var (key, fragment) = (keys[i], fragments[i]);
            var made = await OnceAsync(key, () => RenderAsync(fragment, format, key, cancellationToken));
            if (made.Cause is not null)
                return made;
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
        return new Rendering(pages, null);
    }

    private async Task<Rendering> RenderAsync(StoredFragment fragment, FaxPageFormat format, string key, CancellationToken cancellationToken)
    {
        var output = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        var source = Path.Combine(options.Value.RenderedDirectory, $"{key}.{Guid.NewGuid():N}.in");
        try
        {
            await store.CopyBodyAsync(fragment.BodyHash, source, cancellationToken);
            var document = new FaxDocument(fragment.Name, fragment.ContentType, fragment.Charset, source);
            return await renderer.RenderAsync(document, format, output, cancellationToken) switch
            {
                RenderResult.Rendered { Pages: var pages } when pages > options.Value.MaxPages => TooLong(pages),
                RenderResult.Rendered { Pages: var pages } => new Rendering(pages, null),
                RenderResult.Failed { Cause: var cause } => new Rendering(0, cause),
                _ => throw new InvalidOperationException("A render result of a kind that is not known."),
            };
        }
        finally
        {
            File.Delete(source);
        }
    }

    private async Task<Rendering> OnceAsync(string key, Func<Task<Rendering>> make)
    {
        var running = _running.GetOrAdd(key, _ => new Lazy<Task<Rendering>>(async () =>
        {
            try
            {
                if (await store.FindRenderingAsync(key, CancellationToken.None) is { } known
                    && (known.Pages == 0 || File.Exists(PathOf(key))))
                    return known;
                var made = await make();
                await store.SaveRenderingAsync(key, made, time.GetUtcNow(), CancellationToken.None);
                return made;
            }
            finally
            {
                _running.TryRemove(key, out var _);
            }
        }));
        return await running.Value;
    }

    private Rendering TooLong(int pages) => new(0, $"It would be {pages} pages; at most {options.Value.MaxPages} can be sent in one fax. Split it.");

    private static string KeyOf(StoredFragment fragment, FaxPageFormat format) => Key(
        $"{Convert.ToHexStringLower(fragment.BodyHash)}\0{fragment.ContentType}\0{fragment.Charset}\0{fragment.Name}\0{format.Resolution}\0{format.Paper}");

    private static string Key(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Edition + "\0" + text)))[..40];
}
