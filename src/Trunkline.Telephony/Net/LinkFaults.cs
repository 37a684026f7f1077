namespace Trunkline.Telephony.Net;

/// <summary>What a bad link does to datagrams, from a seed so that a run can be repeated. Shares are 0 to 1.</summary>
/// <param name="Loss">Lost.</param>
/// <param name="Duplication">Delivered twice.</param>
/// <param name="Reordering">Held back and delivered after the next one.</param>
/// <param name="Seed">The seed of each socket's fate; each socket adds its own number.</param>
public sealed record LinkFaults(double Loss = 0, double Duplication = 0, double Reordering = 0, int Seed = 1)
{
    /// <summary>Each datagram of media is late by up to this, each by another time: some overtake others.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Datagrams that are lost in a row, on average; 1 for each by itself.</summary>
    public double MeanBurst { get; init; } = 1;
}
