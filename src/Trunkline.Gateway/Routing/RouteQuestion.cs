using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Routing;

/// <summary>What a way is looked for.</summary>
/// <param name="Customer">Null where none is meant: then nothing is priced and every resource is allowed.</param>
/// <param name="Destination">E.164 with its plus sign, or what is no telephone number.</param>
/// <param name="Usage">Expected.</param>
/// <param name="Failed">Resources that failed in this round.</param>
public readonly record struct RouteQuestion(MessageType Type, Customer? Customer, string Destination, Usage Usage, IReadOnlyList<long> Failed)
{
    /// <summary>The digits of the number; empty for what is none.</summary>
    public ReadOnlySpan<char> Digits => Destination.StartsWith('+') ? Destination.AsSpan(1) : [];
}
