namespace Trunkline.Gateway.Queue;

/// <summary>The order in which messages leave; the number is how the store sorts.</summary>
public enum Priority
{
    High = 0,
    Medium = 1,
    Low = 2,
}
