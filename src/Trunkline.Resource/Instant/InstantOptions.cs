namespace Trunkline.Resource.Instant;

/// <summary>A stand-in for a resource. It places no calls: it says at once what came of each.</summary>
public sealed record InstantOptions
{
    /// <summary>Its ResourceID; also the last part of its address, <c>/instant/ID</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>The router's password towards it.</summary>
    public string RouterPassword { get; init; } = "";

    /// <summary>Its own towards the router.</summary>
    public string Password { get; init; } = "";

    /// <summary>The router; receipts go to <c>ROUTER/exchange</c>.</summary>
    public Uri Router { get; init; } = new("http://127.0.0.1:8080/gateway");

    /// <summary>Channels that it claims to have, all of them free. One field of the protocol shows them all, so no more than a thousand.</summary>
    public int Channels { get; init; } = 1000;

    /// <summary>
    /// What comes of which number: last digits and an outcome, comma between, the longest match first; <c>*</c> for every other. What none matches is
    /// delivered.
    /// </summary>
    public string Outcomes { get; init; } = "02=busy,03=no-answer,04=congestion,05=refused,06=no-fax,07=carrier-refused,08=not-in-service";

    /// <summary>Seconds on the line that it reports for a page.</summary>
    public int SecondsPerPage { get; init; } = 30;

    /// <summary>Seconds on the line that it reports for what has no pages.</summary>
    public int Seconds { get; init; } = 30;

    /// <summary>Between the acknowledgement and the receipt.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.Zero;

    /// <summary>Receipts on their way at once.</summary>
    public int Senders { get; init; } = 16;

    /// <summary>What cannot work, as a sentence; null when all is well.</summary>
    public string? Fault()
    {
        if (Id.Length is 0 or > 64 || !Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return $"Instant:Id \"{Id}\" is not 1 to 64 letters, digits and dashes.";
        if (RouterPassword.Length == 0 || Password.Length == 0)
            return $"Instant:RouterPassword and Instant:Password of {Id} are needed: those that it was registered with.";
        if (Channels is < 1 or > 1000 || Senders is < 1 or > 256 || SecondsPerPage is < 0 or > 3600 || Seconds is < 0 or > 86400 || Delay < TimeSpan.Zero)
            return $"Instant:Channels of {Id} is 1 to 1000, Senders 1 to 256, SecondsPerPage 0 to 3600, Seconds 0 to 86400, Delay not below zero.";
        return InstantOutcomes.TryParse(Outcomes, out _, out var error) ? null : $"Instant:Outcomes of {Id}: {error}";
    }

    /// <summary>Without the passwords.</summary>
    public override string ToString() => $"{Id}, router {Router}";
}
