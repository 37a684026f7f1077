namespace Trunkline.Resource;

/// <summary>A resource at one moment, for consoles and metrics.</summary>
/// <param name="IsActive">True when it takes messages: running, in mode Active, and its trunk is up.</param>
/// <param name="Inbox">Messages waiting for a channel.</param>
/// <param name="Process">Messages with a channel.</param>
/// <param name="Outbox">Receipts that the router does not have yet.</param>
/// <param name="Channels">One character a channel, <c>0</c> idle and <c>1</c> busy.</param>
/// <param name="LastExchange">The last communication with the router, or null.</param>
public sealed record ResourceSnapshot(
    string ResourceId, ResourceMode Mode, bool IsActive, bool IsTrunkUp, int Inbox, int Process, int Outbox, string Channels, DateTimeOffset? LastExchange);
