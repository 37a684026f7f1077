namespace Trunkline.Gateway.Webhooks;

/// <summary>The webhooks in memory, swapped whole when they change: each event is held against them.</summary>
public sealed class WebhookBook(IWebhookStore store)
{
    private volatile IReadOnlyDictionary<long, Webhook> _all = new Dictionary<long, Webhook>();

    /// <summary>All of them, by id.</summary>
    public IReadOnlyDictionary<long, Webhook> All => _all;

    /// <summary>Reads the store; called at start, from time to time and after a change.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken) => _all = (await store.ListAsync(cancellationToken)).ToDictionary(w => w.Id);
}
