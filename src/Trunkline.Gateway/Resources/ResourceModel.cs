using Trunkline.Core;

namespace Trunkline.Gateway.Resources;

/// <summary>How a resource is reached.</summary>
public enum CommunicationType
{
    /// <summary>HTTP.</summary>
    Http,

    /// <summary>HTTPS; "SHTTP" in the source.</summary>
    Shttp,
}

/// <summary>A resource as the operator registered it (Table 7).</summary>
public sealed record ResourceModel
{
    public required long Id { get; init; }

    /// <summary>The ResourceID of the protocol.</summary>
    public required string Name { get; init; }

    public required MessageType Type { get; init; }

    /// <summary>The exchange is at <c>{Address}/exchange</c>.</summary>
    public required Uri Address { get; init; }

    public required CommunicationType CommunicationType { get; init; }

    /// <summary>False when the operator paused it, or has it drained.</summary>
    public required bool IsActive { get; init; }

    /// <summary>It is not active, and to be removed when it has finished what it has.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Of two that cost the same the one with the lower number is used.</summary>
    public int Preference { get; init; } = 100;

    /// <summary>Ours towards it.</summary>
    public required string RouterPassword { get; init; }

    /// <summary>SHA-256 of its own towards us, hex.</summary>
    public required string ResourcePasswordHash { get; init; }

    /// <summary>The SHA-256 fingerprint, hex, of the certificate it must show; null for the machine's trust.</summary>
    public string? CertificateSha256 { get; init; }

    /// <summary>Never prints a password.</summary>
    public override string ToString() => $"{Name} ({Type} at {Address})";
}
