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
                (SELECT count(*) FROM attempt a WHERE a.resource_id = r.resource_id AND a.ended_at IS NULL), preference
            FROM resource r
            """, r => (new ResourceModel
        {
            Id = r.GetInt64(0),
            Name = r.GetString(1),
            Type = Names.MessageTypeOf(r.GetString(2)),
            Address = new Uri(r.GetString(3)),
            CommunicationType = r.GetString(4) == "SHTTP" ? CommunicationType.Shttp : CommunicationType.Http,
            IsActive = r.GetString(5) == "A",
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
}
