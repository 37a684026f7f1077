using Trunkline.Core;

namespace Trunkline.Gateway.Settling;

/// <summary>One retry policy.</summary>
public sealed class RetryPolicy
{
    /// <summary>From the end of an attempt to the next.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>Attempts that may end this way before the message has failed; 1 means that it is never tried again.</summary>
    public int MaxAttempts { get; set; } = 1;

    /// <summary>The interval grows by this factor with each attempt; 1 keeps it.</summary>
    public double Growth { get; set; } = 1;

    /// <summary>The longest interval that it grows to.</summary>
    public TimeSpan MaxInterval { get; set; } = TimeSpan.FromMinutes(30);
}

/// <summary>When each kind of failure is tried again. The defaults are what users of fax servers know: busy after three minutes, no answer after five.</summary>
public sealed class RetryOptions
{
    /// <summary>A busy line frees within minutes.</summary>
    public RetryPolicy Busy { get; set; } = new() { Interval = TimeSpan.FromMinutes(3), MaxAttempts = 12 };

    /// <summary>A machine that is switched off stays so for a while.</summary>
    public RetryPolicy NoAnswer { get; set; } = new() { Interval = TimeSpan.FromMinutes(5), MaxAttempts = 6 };

    /// <summary>A person may have answered: ringing again and again would be a nuisance.</summary>
    public RetryPolicy NoFax { get; set; } = new() { Interval = TimeSpan.FromMinutes(10), MaxAttempts = 2 };

    /// <summary>The transfer failed; another try costs a call, and each goes another way, of which a fax resource has four.</summary>
    public RetryPolicy Protocol { get; set; } = new() { Interval = TimeSpan.FromMinutes(1), MaxAttempts = 4 };

    /// <summary>No call came about, so trying costs nothing.</summary>
    public RetryPolicy Carrier { get; set; } = new() { Interval = TimeSpan.FromSeconds(30), MaxAttempts = 20, Growth = 2 };

    /// <summary>Our own fault.</summary>
    public RetryPolicy Interrupted { get; set; } = new() { Interval = TimeSpan.FromSeconds(5), MaxAttempts = 10, Growth = 2 };

    /// <summary>Attempts of every kind together, so that a number that fails in turns is not called for ever.</summary>
    public int MaxAttempts { get; set; } = 24;

    /// <summary>Each interval is varied by up to this part, so that what failed together is not tried together.</summary>
    public double Jitter { get; set; } = 0.1;

    /// <summary>What cannot work, as sentences; empty when all is well.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var name in Enum.GetValues<RetryPolicyName>())
        {
            if (Find(name) is { } policy && (policy.Interval <= TimeSpan.Zero || policy.MaxAttempts < 1 || policy.Growth < 1 || policy.MaxInterval <= TimeSpan.Zero))
                yield return $"Retry:{name}: Interval and MaxInterval are above zero, MaxAttempts and Growth at least 1.";
        }
        if (MaxAttempts < 1 || Jitter is < 0 or > 0.9)
            yield return "Retry:MaxAttempts is at least 1, Retry:Jitter 0 to 0.9.";
    }

    /// <summary>The policy of this name; null for <see cref="RetryPolicyName.Never"/>.</summary>
    public RetryPolicy? Find(RetryPolicyName name) => name switch
    {
        RetryPolicyName.Never => null,
        RetryPolicyName.Busy => Busy,
        RetryPolicyName.NoAnswer => NoAnswer,
        RetryPolicyName.NoFax => NoFax,
        RetryPolicyName.Protocol => Protocol,
        RetryPolicyName.Carrier => Carrier,
        RetryPolicyName.Interrupted => Interrupted,
    };
}
