using Trunkline.Core;

namespace Trunkline.Gateway.Retention;

/// <summary>Part of a walk through the contents.</summary>
/// <param name="Deleted">How many went.</param>
/// <param name="Next">Where the walk goes on, or null at its end.</param>
public sealed record BodyStep(int Deleted, byte[]? Next);

/// <summary>Part of a walk through the records.</summary>
/// <param name="Rows">How many went, of all tables.</param>
/// <param name="Next">Where the walk goes on, or null at its end.</param>
public sealed record RecordStep(int Rows, MessageId? Next);

/// <summary>A rendered document that no message has used for a time.</summary>
/// <param name="DocumentKey">Its key.</param>
/// <param name="UsedAt">When it was used last: what it must still say when it is forgotten.</param>
public sealed record UnusedRendering(string DocumentKey, DateTimeOffset UsedAt);

/// <summary>The store as retention sees it. Each step is one bounded transaction; nothing goes that an open message, a due receipt or a waiting mail needs.</summary>
public interface IRetentionStore
{
    /// <summary>
    /// Looks at the next <paramref name="max"/> contents and deletes those that no mail waits to carry and that only submissions use that ended
    /// before <paramref name="endedBefore"/>.
    /// </summary>
    /// <param name="after">Null to begin.</param>
    Task<BodyStep> DeleteBodiesAsync(byte[]? after, int max, DateTimeOffset endedBefore, CancellationToken cancellationToken);

    /// <summary>Deletes files of contents that no row names: what a crash left between the file and the commit. Returns how many.</summary>
    Task<int> DeleteOrphanedBodiesAsync(DateTimeOffset writtenBefore, CancellationToken cancellationToken);

    /// <summary>Documents last used before the time given, and by no message that is open or waits for its receipt; longest unused first.</summary>
    Task<IReadOnlyList<UnusedRendering>> UnusedRenderingsAsync(DateTimeOffset usedBefore, int max, CancellationToken cancellationToken);

    /// <summary>Forgets a rendered document. False when it was used since.</summary>
    Task<bool> ForgetRenderingAsync(UnusedRendering rendering, CancellationToken cancellationToken);

    /// <summary>True when the store knows what came of a document.</summary>
    Task<bool> KnowsRenderingAsync(string documentKey, CancellationToken cancellationToken);

    /// <summary>Deletes submissions that ended before the time given, oldest first, with all that hangs on them.</summary>
    /// <param name="after">Null to begin.</param>
    /// <param name="maxRows">A large submission goes in parts.</param>
    Task<RecordStep> DeleteRecordsAsync(MessageId? after, int maxRows, DateTimeOffset endedBefore, CancellationToken cancellationToken);
}
