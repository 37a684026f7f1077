using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Trunkline.Core;

namespace Trunkline.Gateway.Resources;

/// <summary>The resources in memory. Reloaded when the operator changes one; what is known of each stays.</summary>
public sealed class ResourceRegistry(IResourceStore store)
{
    private readonly ConcurrentDictionary<long, ResourceState> _byId = new();

    // Looked through for each message: made once for each change. An array for each type, in the order of ids.
    private volatile ResourceState[][] _byType = [.. Enum.GetValues<MessageType>().Select(_ => Array.Empty<ResourceState>())];

    /// <summary>All of them.</summary>
    public IEnumerable<ResourceState> All => _byId.Values.OrderBy(r => r.Model.Id);

    /// <summary>Reads the store. The counts of open attempts are taken at start only; afterwards they are kept here.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ListAsync(cancellationToken);
        foreach (var (model, open) in rows)
        {
            if (_byId.TryGetValue(model.Id, out var known))
                known.Replace(model, null);
            else
            {
                var state = new ResourceState(model);
                state.Replace(model, open);
                _byId[model.Id] = state;
            }
        }
        foreach (var gone in _byId.Keys.Except(rows.Select(r => r.Resource.Id)))
            _byId.TryRemove(gone, out _);
        _byType = [.. Enum.GetValues<MessageType>().Select(type => All.Where(r => r.Model.Type == type).ToArray())];
    }

    /// <summary>By id; null when there is none.</summary>
    public ResourceState? Find(long id) => _byId.GetValueOrDefault(id);

    /// <summary>By its ResourceID, when the password is its own; null otherwise.</summary>
    public ResourceState? Authenticate(string? name, string? password)
    {
        var state = _byId.Values.FirstOrDefault(r => r.Model.Name == name);
        var right = CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(HashOf(password ?? "")), Encoding.ASCII.GetBytes(state?.Model.ResourcePasswordHash ?? HashOf("")));
        return right && !string.IsNullOrEmpty(password) ? state : null;
    }

    /// <summary>How a resource's password is kept. It is a long random text, so a quick hash is enough.</summary>
    public static string HashOf(string password) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)));

    /// <summary>Resources of a type.</summary>
    public ReadOnlySpan<ResourceState> Of(MessageType type) => _byType[(int)type];
}
