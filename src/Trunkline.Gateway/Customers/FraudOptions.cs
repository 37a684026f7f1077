using System.ComponentModel.DataAnnotations;

namespace Trunkline.Gateway.Customers;

/// <summary>When the operator is told that somebody may be using a customer's account who should not.</summary>
public sealed class FraudOptions
{
    /// <summary>
    /// Refusals of one customer by its limits within an hour, after which the operator is told, once an hour. 20: a person who mistakes a number stops
    /// before, and a program that was stolen does not.
    /// </summary>
    [Range(1, 1_000_000)]
    public int AlarmAfter { get; set; } = 20;

    /// <summary>
    /// As many, after which the customer is suspended by itself; 0 for never. Off by default: limits stop the loss already, and a wrong list of a good
    /// customer must not stop all of its work in the night.
    /// </summary>
    [Range(0, 1_000_000)]
    public int SuspendAfter { get; set; }

    /// <summary>Failed logins of an address or an account before it has to wait. 5: a person who has forgotten a password tries as often.</summary>
    [Range(1, 1000)]
    public int FreeLogins { get; set; } = 5;

    /// <summary>The first wait of an address or an account; it doubles with each failure.</summary>
    public TimeSpan LoginPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait of an address that guesses.</summary>
    public TimeSpan MaxAddressPause { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest wait of an account that is guessed at; short, since whoever guesses must not lock its owner out for long.</summary>
    public TimeSpan MaxAccountPause { get; set; } = TimeSpan.FromMinutes(1);
}
