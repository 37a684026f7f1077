namespace Trunkline.Rendering.Sandbox;

/// <summary>How converters are kept apart from this machine.</summary>
public enum Confinement
{
    /// <summary>bubblewrap started by user nobody: not ours inside, nor outside.</summary>
    BubblewrapAsNobody,

    /// <summary>bubblewrap started by our own user; it is nobody inside only.</summary>
    Bubblewrap,

    /// <summary>Resource limits and nothing else.</summary>
    LimitsOnly,
}
