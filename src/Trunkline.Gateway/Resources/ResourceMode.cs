namespace Trunkline.Gateway.Resources;

/// <summary>Whether a resource takes messages, as its operator said.</summary>
public enum ResourceMode
{
    /// <summary>It takes messages.</summary>
    Active,

    /// <summary>It takes nothing new until it is resumed; what it has goes on.</summary>
    Paused,

    /// <summary>It takes nothing new and finishes what it has, to be removed.</summary>
    Draining,

    /// <summary>It has finished and may be removed.</summary>
    Drained,
}
