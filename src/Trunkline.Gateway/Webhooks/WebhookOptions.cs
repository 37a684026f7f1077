using System.ComponentModel.DataAnnotations;

namespace Trunkline.Gateway.Webhooks;

/// <summary>How webhooks are told.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// Allows addresses of this machine and of private networks, and HTTP without TLS. Off, since a customer names the address and this machine calls
    /// it: within its own network it may reach what the customer must not.
    /// </summary>
    public bool AllowPrivate { get; set; }

    /// <summary>Webhooks of one customer.</summary>
    [Range(0, 1000)]
    public int MaxPerCustomer { get; set; } = 10;

    /// <summary>How long a receiver may take: it should put the event away and answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Deliveries at once to receivers that are well.</summary>
    [Range(1, 1000)]
    public int AtOnce { get; set; } = 64;

    /// <summary>Deliveries at once to receivers that failed the last time: they wait for one another, and for nobody else.</summary>
    [Range(1, 1000)]
    public int FailingAtOnce { get; set; } = 16;

    /// <summary>Deliveries at once to one receiver.</summary>
    [Range(1, 100)]
    public int AtOnceEach { get; set; } = 4;

    /// <summary>Until a receiver that failed is tried again the first time; each time after, three times as long.</summary>
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>No longer than this between two tries.</summary>
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A receiver that took nothing for this time is told no more, until somebody enables it.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Events that wait for one receiver that fails; above, it is told no more.</summary>
    [Range(1, 10_000_000)]
    public int MaxWaiting { get; set; } = 100_000;
}
