using Trunkline.Gateway.Customers;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>Evidence as the test says, and what was asked for.</summary>
internal sealed class GivenEvidence(EvidenceResult dkim, EvidenceResult spf) : ISenderEvidence
{
    public List<string> Asked { get; } = [];

    public ValueTask<Evidence> DkimAsync(string fromDomain, IReadOnlyList<string> recipients, CancellationToken cancellationToken)
    {
        Asked.Add($"dkim {fromDomain} {string.Join(' ', recipients)}");
        return new(new Evidence(dkim, "DKIM: so"));
    }

    public ValueTask<Evidence> SpfAsync(string fromDomain, CancellationToken cancellationToken)
    {
        Asked.Add($"spf {fromDomain}");
        return new(new Evidence(spf, "SPF: so"));
    }
}
