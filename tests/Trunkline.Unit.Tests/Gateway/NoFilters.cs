using Trunkline.Core;
using Trunkline.Gateway.Filter;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>Nobody has rules or pagers.</summary>
internal sealed class NoFilters : IFilterStore
{
    public Task<IReadOnlyList<Pager>> PagersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Pager>>([]);

    public Task<IReadOnlyList<(long CustomerKey, string Json)>> RulesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(long CustomerKey, string Json)>>([]);

    public Task ReplaceRulesAsync(long customerKey, IReadOnlyList<FilterRule> rules, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SavePagerAsync(Pager pager, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RemovePagerAsync(long customerKey, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<(long CustomerKey, DateTimeOffset At)>> NotificationsSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(long CustomerKey, DateTimeOffset At)>>([]);

    public Task<StoredMail?> StoredMailAsync(MessageId id, CancellationToken cancellationToken) => Task.FromResult<StoredMail?>(null);
}
