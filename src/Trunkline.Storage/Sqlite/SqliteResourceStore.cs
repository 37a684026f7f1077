using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;

namespace Trunkline.Storage.Sqlite;

/// <summary>The resource table.</summary>
public sealed class SqliteResourceStore(SqliteDatabase database) : IResourceStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<(ResourceModel Resource, int Open)>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("""
            SELECT resource_id, resource_name, resource_type, resource_address, resource_communication_type, resource_status, router_password,
                resource_password_hash, certificate_sha256,
                (SELECT count(*) FROM attempt a WHERE a.resource_id = r.resource_id AND a.ended_at IS NULL), preference, is_draining
            FROM resource r
            """, r => (new ResourceModel
        {
            Id = r.GetInt64(0),
            Name = r.GetString(1),
            Type = Names.MessageTypeOf(r.GetString(2)),
            Address = new Uri(r.GetString(3)),
            CommunicationType = r.GetString(4) == "SHTTP" ? CommunicationType.Shttp : CommunicationType.Http,
            IsActive = r.GetString(5) == "A",
            IsDraining = r.GetBoolean(11),
            RouterPassword = r.GetString(6),
            ResourcePasswordHash = r.GetString(7),
            CertificateSha256 = r.IsDBNull(8) ? null : r.GetString(8),
            Preference = r.GetInt32(10),
        }, r.GetInt32(9))), cancellationToken);

    /// <inheritdoc />
    public Task SaveAsync(ResourceModel resource, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute("""
        INSERT INTO resource (resource_id, resource_name, resource_type, resource_address, resource_communication_type, resource_status, router_password,
            resource_password_hash, certificate_sha256, preference)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (resource_name) DO UPDATE SET resource_type = ?3, resource_address = ?4, resource_communication_type = ?5, resource_status = ?6,
            router_password = ?7, resource_password_hash = ?8, certificate_sha256 = ?9, preference = ?10
        """, resource.Id, resource.Name, Names.Of(resource.Type), resource.Address.ToString(),
        resource.CommunicationType == CommunicationType.Shttp ? "SHTTP" : "HTTP", resource.IsActive ? "A" : "I", resource.RouterPassword,
        resource.ResourcePasswordHash, resource.CertificateSha256, resource.Preference), cancellationToken);

    /// <inheritdoc />
    public Task<bool> AddAsync(ResourceModel resource, CancellationToken cancellationToken) => database.WriteAsync(s => Insert(s, resource), cancellationToken);

    /// <inheritdoc />
    public Task RegisterAsync(ResourceModel resource, long newId, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (s.Execute("""
            UPDATE resource SET resource_type = ?2, resource_address = ?3, resource_communication_type = ?4, router_password = ?5,
                resource_password_hash = ?6, certificate_sha256 = ?7 WHERE resource_name = ?1
            """, resource.Name, Names.Of(resource.Type), resource.Address.ToString(), Way(resource), resource.RouterPassword, resource.ResourcePasswordHash,
            resource.CertificateSha256) == 1)
            return true;
        var isTaken = s.Number("SELECT count(*) FROM resource WHERE resource_id = ?1", resource.Id) > 0;
        return Insert(s, isTaken ? resource with { Id = newId } : resource);
    }, cancellationToken);

    /// <inheritdoc />
    public Task<bool> SetModeAsync(string name, bool isActive, bool isDraining, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("UPDATE resource SET resource_status = ?2, is_draining = ?3 WHERE resource_name = ?1", name, isActive ? "A" : "I", isDraining) == 1,
        cancellationToken);

    /// <inheritdoc />
    public Task<bool> SetPreferenceAsync(string name, int preference, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("UPDATE resource SET preference = ?2 WHERE resource_name = ?1", name, preference) == 1, cancellationToken);

    /// <inheritdoc />
    public Task<(ResourceRemoval Result, int Open)> RemoveAsync(string name, bool force, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.WriteAsync(s => Remove(s, name, force, now.ToUnixTimeMilliseconds()), cancellationToken);

    private static (ResourceRemoval, int) Remove(SqliteConnectionSession s, string name, bool force, long now)
    {
        if (s.Number("SELECT resource_id FROM resource WHERE resource_name = ?1", name) is not (not 0 and var id))
            return (ResourceRemoval.Unknown, 0);
        var open = s.Query("SELECT message_id FROM attempt WHERE resource_id = ?1 AND ended_at IS NULL", r => r.GetInt64(0), id);
        if (open.Count > 0 && !force)
            return (ResourceRemoval.StillOpen, open.Count);
        s.Execute("DELETE FROM resource WHERE resource_id = ?1", id);
        s.Execute("DELETE FROM customer_resource WHERE resource_id = ?1", id);
        foreach (var message in open.Select(m => QueueRows.Load(s, m, 0)!).Where(m => s.Number("SELECT count(*) FROM inflight WHERE id = ?1", m.Id.Value) == 0))
        {
            QueueRows.Remove(s, message);
            QueueRows.Enqueue(s, QueuePlace.Of(message, Lane.Ask, now), now);
        }
        return (ResourceRemoval.Removed, open.Count);
    }

    private static bool Insert(SqliteConnectionSession s, ResourceModel resource) => s.Execute("""
        INSERT OR IGNORE INTO resource (resource_id, resource_name, resource_type, resource_address, resource_communication_type, resource_status,
            router_password, resource_password_hash, certificate_sha256, preference)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """, resource.Id, resource.Name, Names.Of(resource.Type), resource.Address.ToString(), Way(resource), resource.IsActive ? "A" : "I",
        resource.RouterPassword, resource.ResourcePasswordHash, resource.CertificateSha256, resource.Preference) == 1;

    private static string Way(ResourceModel resource) => resource.CommunicationType == CommunicationType.Shttp ? "SHTTP" : "HTTP";
}
