namespace Trunkline.Gateway.Intake;

/// <summary>
/// Makes a request one that may come twice: what it was answered is kept with what it put into the store, in the same transaction, so that the same
/// request is answered the same and does nothing more.
/// </summary>
/// <param name="Key">The customer's own name for the request.</param>
/// <param name="Fingerprint">SHA-256 of what was asked: the same key for something else is a mistake of the customer's.</param>
/// <param name="Answer">As it was given, JSON.</param>
public sealed record RequestClaim(long CustomerKey, string Key, byte[] Fingerprint, string Answer, DateTimeOffset ExpiresAt);

/// <summary>The claims in the store.</summary>
public interface IRequestClaims
{
    /// <summary>The claim of a customer under a key that is not over yet, or null.</summary>
    Task<RequestClaim?> FindAsync(long customerKey, string key, DateTimeOffset now, CancellationToken cancellationToken);
}
