namespace Trunkline.Gateway.Resources;

/// <summary>How a resource stands at one moment.</summary>
/// <param name="Unavailable">Why nothing can be sent to it now; null when something can.</param>
/// <param name="Channels">Channels that it says it has.</param>
/// <param name="Busy">Channels that it says are busy.</param>
/// <param name="Open">Messages of ours that it holds.</param>
/// <param name="QueueIn">Messages that it says wait for a channel.</param>
/// <param name="QueueOut">Receipts that it says we have not acknowledged.</param>
/// <param name="LastContact">When it last answered or spoke; null for not since this process began, or not since it could not be reached.</param>
/// <param name="Ended">Attempts that ended since this process began.</param>
/// <param name="Delivered">Of them, those that delivered.</param>
public sealed record ResourceStanding(
    ResourceMode Mode, string? Unavailable, int Channels, int Busy, int Open, int QueueIn, int QueueOut, DateTimeOffset? LastContact, int Ended, int Delivered);
