using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Preparing;

/// <summary>A stored fragment.</summary>
public sealed record StoredFragment(string Name, string ContentType, string? Charset, byte[] BodyHash, long Size);

/// <summary>What came of a document: pages, or why there are none.</summary>
public sealed record Rendering(int Pages, string? Cause);

/// <summary>What became of a message that is ready to be sent.</summary>
public enum PrepareResult
{
    /// <summary>It stands in the lane of its type, and its price is held.</summary>
    Prepared,

    /// <summary>Another worker has it.</summary>
    ClaimLost,

    /// <summary>Its customer cannot spend what it costs: it has failed.</summary>
    NoCredit,
}

/// <summary>The store as the preparer sees it.</summary>
public interface IPreparingStore
{
    /// <summary>The fragments of a submission that belong to its messages of a type, in their order.</summary>
    Task<IReadOnlyList<StoredFragment>> FragmentsAsync(MessageId submission, MessageType type, CancellationToken cancellationToken);

    /// <summary>A whole body; throws when it is not in the store.</summary>
    Task<byte[]> ReadBodyAsync(byte[] hash, CancellationToken cancellationToken);

    /// <summary>What a notification is to show, once that is known, and its pager.</summary>
    Task<StoredPage> PageAsync(MessageId message, CancellationToken cancellationToken);

    /// <summary>Writes a body to a file.</summary>
    Task CopyBodyAsync(byte[] hash, string path, CancellationToken cancellationToken);

    /// <summary>What came of a document earlier, or null. That it is used is noted, to the day: what is in use is not discarded.</summary>
    Task<Rendering?> FindRenderingAsync(string documentKey, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Remembers what came of a document.</summary>
    Task SaveRenderingAsync(string documentKey, Rendering rendering, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// P → R, and into the lane of its type, with the cover that <paramref name="message"/> names, its price held; or P → F when its customer cannot spend it, with the reason. In one transaction: no
    /// two messages are given the same money.
    /// </summary>
    /// <param name="pages">With the cover.</param>
    Task<(PrepareResult Result, MoneyRefusal? Refusal)> PreparedAsync(
        QueuedMessage message, string documentKey, int pages, Estimate estimate, CancellationToken cancellationToken);

    /// <summary>As the other, for a message that has no pages.</summary>
    Task<(PrepareResult Result, MoneyRefusal? Refusal)> PreparedUnpagedAsync(
        QueuedMessage message, TimeSpan duration, string? pageText, Estimate estimate, CancellationToken cancellationToken);
}
