using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Covers;

/// <summary>A cover page in a list.</summary>
/// <param name="Id">COVERPAGE_ID.</param>
/// <param name="CustomerKey">Null: everybody may use it.</param>
/// <param name="IsShipped">It comes with the program and cannot be removed.</param>
public sealed record CoverName(long Id, long? CustomerKey, string Name, bool IsShipped, bool HasLogo, DateTimeOffset CreatedAt);

/// <summary>A cover page as it was stored.</summary>
/// <param name="Template">Null: it is shipped with the program under its name.</param>
/// <param name="Logo">Its own; null for the customer's.</param>
public sealed record StoredCover(long Id, long? CustomerKey, string Name, string? Template, CoverLogo? Logo);

/// <summary>Who sends, as the customer's record says (Table 3); empty where it says nothing.</summary>
public sealed record CoverSender(string Name, string Company, string Number, string Fax, string Email)
{
    /// <summary>Nothing is known.</summary>
    public static CoverSender Unknown { get; } = new("", "", "", "", "");
}

/// <summary>A message that wants a cover page.</summary>
/// <param name="From">The envelope sender.</param>
/// <param name="Due">When it was to be sent: the date on the cover.</param>
/// <param name="Fields">What its sender gave for it.</param>
public sealed record CoverOrder(MessageId Message, MessageId Submission, long CoverId, long CustomerKey, string Destination, string Language, string Subject,
    string From, Priority Priority, FaxResolution Resolution, DateTimeOffset Due, CoverFields Fields);

/// <summary>The store as cover pages see it.</summary>
public interface ICoverStore
{
    /// <summary>All that can be used: of everybody, and of each customer.</summary>
    Task<IReadOnlyList<CoverName>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A cover page, also one that was removed; null when there never was one.</summary>
    Task<StoredCover?> FindAsync(long id, CancellationToken cancellationToken);

    /// <summary>Adds a cover page; one of the same owner and name is replaced, and messages that name it keep it.</summary>
    Task AddAsync(StoredCover cover, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>False when this owner has none of this name, or it is shipped with the program.</summary>
    Task<bool> RemoveAsync(long? customerKey, string name, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The customer's logo, or null.</summary>
    Task<CoverLogo?> FindLogoAsync(long customerKey, CancellationToken cancellationToken);

    /// <summary>Sets the customer's logo, or takes it away.</summary>
    Task SetLogoAsync(long customerKey, CoverLogo? logo, CancellationToken cancellationToken);

    /// <summary>Who sends for a customer.</summary>
    Task<CoverSender> FindSenderAsync(long customerKey, CancellationToken cancellationToken);

    /// <summary>
    /// What is to stand on the cover of a pending message, and, after it, on those of up to <paramref name="max"/> − 1 pending messages that follow it in
    /// its submission with the same cover and resolution. Empty when the message has none, or is not pending.
    /// </summary>
    Task<IReadOnlyList<CoverOrder>> OrdersAsync(MessageId message, int max, CancellationToken cancellationToken);
}
