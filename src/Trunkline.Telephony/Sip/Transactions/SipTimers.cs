namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>The base intervals of RFC 3261 table 4; all others follow from these three.</summary>
public sealed record SipTimers
{
    /// <summary>T1: an estimate of the round trip. The first retransmission comes after it.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>T2: no retransmission of a non-INVITE request or an INVITE response waits longer.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>T4: how long a message may stay in the network.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Timers B, F, H, J, L and M: when a transaction is given up.</summary>
    public TimeSpan GiveUp => 64 * T1;

    /// <summary>Timer D: at least 32 s on UDP, whatever T1 (section 17.1.1.2).</summary>
    public TimeSpan D { get; init; } = TimeSpan.FromSeconds(32);
}
