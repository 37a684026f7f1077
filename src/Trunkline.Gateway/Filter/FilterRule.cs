namespace Trunkline.Gateway.Filter;

/// <summary>A rule of a customer for mail to it: when every condition holds, all actions are taken.</summary>
public sealed record FilterRule
{
    /// <summary>For people and for the record.</summary>
    public required string Name { get; init; }

    /// <summary>False when it is passed over.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>All must hold; none for every mail.</summary>
    public required IReadOnlyList<FilterCondition> Conditions { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<FilterAction> Actions { get; init; }

    /// <summary>True when the rules after it are looked at as well.</summary>
    public bool Continues { get; init; }
}
