using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>The dated exchange rates.</summary>
public interface IExchangeRates
{
    /// <summary>
    /// The amount in another currency by the newest rate that was valid at the time, rounded half away from zero to a millionth; null when none was.
    /// A rate is never guessed, neither from its opposite nor by way of a third currency.
    /// </summary>
    Money? Convert(Money amount, string currency, DateTimeOffset at);
}
