namespace Trunkline.Resource;

/// <summary>What a resource takes on; set by its operator.</summary>
public enum ResourceMode
{
    /// <summary>Takes messages and places calls.</summary>
    Active,

    /// <summary>Takes no new messages; calls those that it has.</summary>
    Draining,

    /// <summary>Takes no new messages and begins no calls; those on the line go on.</summary>
    Paused,
}
