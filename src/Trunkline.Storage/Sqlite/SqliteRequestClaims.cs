using Trunkline.Gateway.Intake;

namespace Trunkline.Storage.Sqlite;

/// <summary>Answers to requests that may come again.</summary>
public sealed class SqliteRequestClaims(SqliteDatabase database) : IRequestClaims
{
    // Each claim that comes takes away more than one that is over, so that the table holds a day's and no more.
    private const int SweptAtOnce = 10;

    /// <inheritdoc />
    public Task<RequestClaim?> FindAsync(long customerKey, string key, DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync(s => s.First(
        "SELECT fingerprint, answer, expires_at FROM request_claim WHERE customer_key = ?1 AND request_key = ?2 AND expires_at > ?3",
        r => new RequestClaim(customerKey, key, r.GetBytes(0), r.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(2))),
        customerKey, key, now.ToUnixTimeMilliseconds()), cancellationToken);

    /// <summary>Keeps a claim, within the transaction of what it claims. Throws when the key is taken: the request is being done already.</summary>
    internal static void Insert(SqliteConnectionSession s, RequestClaim claim, long now)
    {
        s.Execute("""
            DELETE FROM request_claim WHERE (customer_key, request_key) IN
                (SELECT customer_key, request_key FROM request_claim WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
            """, now, SweptAtOnce);
        s.Execute("DELETE FROM request_claim WHERE customer_key = ?1 AND request_key = ?2 AND expires_at <= ?3", claim.CustomerKey, claim.Key, now);
        s.Execute("INSERT INTO request_claim (customer_key, request_key, fingerprint, answer, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            claim.CustomerKey, claim.Key, claim.Fingerprint, claim.Answer, claim.ExpiresAt.ToUnixTimeMilliseconds());
    }
}
