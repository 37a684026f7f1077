using Trunkline.Core;

namespace Trunkline.Gateway.Filter;

/// <summary>A text of a stored mail.</summary>
public sealed record StoredText(string ContentType, string? Charset, byte[] Content);

/// <summary>A mail as the store still has it, to try rules against: its headers and its texts, without attachments.</summary>
/// <param name="CustomerKey">Whose submission it was; 0 for a stranger's.</param>
public sealed record StoredMail(
    byte[] Headers, string EnvelopeFrom, string Subject, long Size, DateTimeOffset ReceivedAt, long CustomerKey, IReadOnlyList<StoredText> Texts);

/// <summary>Rules and pagers in the store.</summary>
public interface IFilterStore
{
    /// <summary>All pagers of all customers.</summary>
    Task<IReadOnlyList<Pager>> PagersAsync(CancellationToken cancellationToken);

    /// <summary>All rules of all customers, in their order, as JSON.</summary>
    Task<IReadOnlyList<(long CustomerKey, string Json)>> RulesAsync(CancellationToken cancellationToken);

    /// <summary>The customer's rules are these and no others, from now on.</summary>
    Task ReplaceRulesAsync(long customerKey, IReadOnlyList<FilterRule> rules, CancellationToken cancellationToken);

    /// <summary>Adds a pager, or changes the customer's pager of this name.</summary>
    Task SavePagerAsync(Pager pager, CancellationToken cancellationToken);

    /// <summary>False when the customer has no such pager.</summary>
    Task<bool> RemovePagerAsync(long customerKey, string name, CancellationToken cancellationToken);

    /// <summary>When pages were accepted for each customer since a moment.</summary>
    Task<IReadOnlyList<(long CustomerKey, DateTimeOffset At)>> NotificationsSinceAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>A mail by the id of its submission or of one of its messages; null when there is none.</summary>
    Task<StoredMail?> StoredMailAsync(MessageId id, CancellationToken cancellationToken);
}
