namespace Trunkline.Telephony.Net;

/// <summary>
/// Which datagrams of a link are lost: each by itself, or in bursts by the chain of Gilbert, where a lost one is followed by a lost one more often than
/// not. From a seed, so that a run can be repeated.
/// </summary>
/// <param name="share">The share that is lost in the long run, 0 to 1.</param>
/// <param name="meanBurst">Datagrams lost in a row, on average; 1 for each by itself.</param>
internal sealed class LossProcess(double share, double meanBurst, int seed)
{
    private readonly Random _random = new(seed);
    private bool _isLosing;

    /// <summary>The fate of the next datagram.</summary>
    public bool LosesNext()
    {
        if (meanBurst <= 1)
            return _random.NextDouble() < share;
        // As many bursts begin as make the share: each is preceded by (1 - share) / share times its length of datagrams that arrive.
        _isLosing = _random.NextDouble() < (_isLosing ? 1 - (1 / meanBurst) : share / (meanBurst * (1 - share)));
        return _isLosing;
    }
}
