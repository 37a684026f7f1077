namespace Trunkline.Gateway.Customers;

/// <summary>What a check of a mail's origin came to.</summary>
public enum EvidenceResult
{
    /// <summary>It proves the domain.</summary>
    Pass,

    /// <summary>It proves nothing.</summary>
    Fail,

    /// <summary>It could not be checked now: the name servers do not answer.</summary>
    TemporaryFailure,
}

/// <summary>A check's result, and a short clause that tells why, such as <c>DKIM: no signature of example.org</c>.</summary>
public readonly record struct Evidence(EvidenceResult Result, string Detail);

/// <summary>What can be found out about where a received mail comes from. Asked only when it decides, since each costs questions to name servers.</summary>
public interface ISenderEvidence
{
    /// <summary>
    /// Passes for a DKIM signature (RFC 6376) that holds over the whole mail, of a domain aligned with <paramref name="fromDomain"/>, and that covers
    /// every recipient in To or Cc: without that, whoever once got a signed mail could send it again to any number.
    /// </summary>
    ValueTask<Evidence> DkimAsync(string fromDomain, IReadOnlyList<string> recipients, CancellationToken cancellationToken);

    /// <summary>Passes when SPF (RFC 7208) passes for the envelope sender, whose domain is aligned with <paramref name="fromDomain"/>.</summary>
    ValueTask<Evidence> SpfAsync(string fromDomain, CancellationToken cancellationToken);
}
