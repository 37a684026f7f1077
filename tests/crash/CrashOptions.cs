namespace Trunkline.Crash;

/// <summary>What a crash run does. The same seed makes the same mails and plans the same moments; the machine decides the rest.</summary>
internal sealed record CrashOptions
{
    public int Kills { get; init; } = 30;

    public int Seed { get; init; } = Random.Shared.Next(1, 1_000_000);

    /// <summary>Seconds of signalling and media in a second.</summary>
    public int Speed { get; init; } = 20;

    /// <summary>Gateway and resource are processes of their own, killed one at a time: the protocol between them is what is tested.</summary>
    public bool Split { get; init; }

    /// <summary>Where everything is kept; a new directory below the temporary one by default.</summary>
    public string Data { get; init; } = Path.Combine(Path.GetTempPath(), "trunkline-crash-" + Guid.NewGuid().ToString("N")[..8]);

    /// <summary>Clients that send one mail after the other.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>Mails accepted and not answered by a receipt yet: beyond as many the clients wait, so that the end is not far when the killing ends.</summary>
    public int MaxOpen { get; init; } = 120;

    /// <summary>How long the queue may take to empty once nobody kills any more.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);
}
