using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Resources;

/// <summary>What an operator asks for a new resource.</summary>
/// <param name="Name">The ResourceID of the protocol: 1 to 40 letters, digits, dots, dashes and underscores.</param>
/// <param name="Address">Of http or https; the exchange is at <c>{Address}/exchange</c>.</param>
/// <param name="CertificateSha256">The fingerprint, hex, of the certificate that it must show; null for the machine's trust.</param>
/// <param name="Preference">Of two that cost the same the one with the lower number is used; null for the ordinary one.</param>
public sealed record NewResource(string Name, MessageType Type, string Address, string? CertificateSha256, int? Preference = null);

/// <summary>The two passwords of a new resource. They are shown once: ours is kept as it is, since we say it; the resource's as a hash.</summary>
/// <param name="Router">What we say to it: a line of its password file.</param>
/// <param name="Own">What it says to us.</param>
public sealed record ResourcePasswords(string Router, string Own);

/// <summary>What came of an operator's word on a resource: the field and the sentence when it was refused.</summary>
/// <param name="Passwords">Of a resource that was added.</param>
public sealed record ResourceWord(bool IsDone, bool IsKnown, string Field, string Reason, ResourcePasswords? Passwords)
{
    public static ResourceWord Done { get; } = new(true, true, "", "", null);

    public static ResourceWord Unknown(string name) => new(false, false, "", $"There is no resource {name}.", null);

    public static ResourceWord Refused(string field, string reason) => new(false, true, field, reason, null);
}

/// <summary>
/// Adds, pauses, resumes, drains and removes resources while the gateway runs: at once here, on other nodes of the store when they next read the table.
/// </summary>
public sealed partial class ResourceDesk(
    IResourceStore store, ResourceRegistry resources, MessageIdSource ids, QueueSignals signals, TimeProvider time, IOptions<GatewayOptions> options,
    ILogger<ResourceDesk> logger)
{
    private const int PasswordBytes = 20;
    private const int MaxAddress = 500;
    private const int MaxName = 40;
    private const int FingerprintLength = 64;
    private const int MaxPreference = 1_000_000;
    private const string BadPreference = "A preference is a number from 0 to 1000000; the ordinary one is 100, and the lower is preferred.";

    /// <summary>All resources, as they stand now.</summary>
    public IReadOnlyList<(ResourceModel Model, ResourceStanding Standing)> List() => [.. resources.All.Select(r => (r.Model, Standing(r)))];

    /// <summary>One of them, or null.</summary>
    public (ResourceModel Model, ResourceStanding Standing)? Find(string name) =>
        resources.All.FirstOrDefault(r => r.Model.Name == name) is { } found ? (found.Model, Standing(found)) : null;

    /// <summary>Makes the passwords and adds it.</summary>
    public async Task<ResourceWord> AddAsync(NewResource asked, CancellationToken cancellationToken)
    {
        if (asked.Name.Length is 0 or > MaxName || !asked.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            return ResourceWord.Refused("name", $"A name is 1 to {MaxName} letters, digits, dots, dashes and underscores.");
        if (asked.Address.Length > MaxAddress || !Uri.TryCreate(asked.Address, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            return ResourceWord.Refused("address", "An address is of http or https, without a name, a query and a fragment: https://fax2.example:8443/resource.");
        if (asked.CertificateSha256 is { } hash && (address.Scheme != "https" || hash.Length != FingerprintLength || !hash.All(char.IsAsciiHexDigit)))
            return ResourceWord.Refused("certificateSha256", $"A fingerprint is {FingerprintLength} hex digits, and only for https.");
        if (asked.Preference is < 0 or > MaxPreference)
            return ResourceWord.Refused("preference", BadPreference);
        var passwords = new ResourcePasswords(NewPassword(), NewPassword());
        var model = new ResourceModel
        {
            Id = ids.Next().Value,
            Name = asked.Name,
            Type = asked.Type,
            Address = new Uri(asked.Address.TrimEnd('/')),
            CommunicationType = address.Scheme == "https" ? CommunicationType.Shttp : CommunicationType.Http,
            IsActive = true,
            RouterPassword = passwords.Router,
            ResourcePasswordHash = ResourceRegistry.HashOf(passwords.Own),
            CertificateSha256 = asked.CertificateSha256?.ToLowerInvariant(),
        };
        if (asked.Preference is { } preference)
            model = model with { Preference = preference };
        if (!await store.AddAsync(model, cancellationToken))
            return ResourceWord.Refused("name", $"There is a resource {asked.Name} already.");
        await ChangedAsync(model.Name, "added", cancellationToken);
        return ResourceWord.Done with { Passwords = passwords };
    }

    /// <summary>It gets nothing new until it is resumed.</summary>
    public Task<ResourceWord> PauseAsync(string name, CancellationToken cancellationToken) => SetModeAsync(name, false, false, "paused", cancellationToken);

    /// <summary>It gets messages again.</summary>
    public Task<ResourceWord> ResumeAsync(string name, CancellationToken cancellationToken) => SetModeAsync(name, true, false, "resumed", cancellationToken);

    /// <summary>It gets nothing new, finishes what it has, and is then drained.</summary>
    public Task<ResourceWord> DrainAsync(string name, CancellationToken cancellationToken) => SetModeAsync(name, false, true, "draining", cancellationToken);

    /// <summary>Of two that cost the same the one with the lower number is used; from the next message on.</summary>
    public async Task<ResourceWord> PreferAsync(string name, int preference, CancellationToken cancellationToken)
    {
        if (preference is < 0 or > MaxPreference)
            return ResourceWord.Refused("preference", BadPreference);
        if (!await store.SetPreferenceAsync(name, preference, cancellationToken))
            return ResourceWord.Unknown(name);
        await ChangedAsync(name, "given another preference", cancellationToken);
        return ResourceWord.Done;
    }

    /// <summary>Takes it away once it is drained, or by force: then what it still holds becomes uncertain.</summary>
    public async Task<ResourceWord> RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        // Drained first: while it takes messages, none is open only by chance.
        if (!force && resources.All.FirstOrDefault(r => r.Model.Name == name) is { } known && known.Model is { IsDraining: false })
            return ResourceWord.Refused("", $"{name} is not drained. Drain it first, or remove it by force.");
        var (result, open) = await store.RemoveAsync(name, force, time.GetUtcNow(), cancellationToken);
        switch (result)
        {
            case ResourceRemoval.Unknown:
                return ResourceWord.Unknown(name);
            case ResourceRemoval.StillOpen:
                return ResourceWord.Refused("", $"{name} still holds {open} {(open == 1 ? "message" : "messages")}. Wait until it is drained, or remove it by force: then it is not known what became of them.");
            case ResourceRemoval.Removed:
                await ChangedAsync(name, open == 0 ? "removed" : "removed by force", cancellationToken);
                signals.Wake(Lane.Ask);
                return ResourceWord.Done;
        }
        throw new InvalidOperationException($"Removing a resource ended with {result}.");
    }

    private async Task<ResourceWord> SetModeAsync(string name, bool isActive, bool isDraining, string what, CancellationToken cancellationToken)
    {
        if (!await store.SetModeAsync(name, isActive, isDraining, cancellationToken))
            return ResourceWord.Unknown(name);
        await ChangedAsync(name, what, cancellationToken);
        return ResourceWord.Done;
    }

    private async Task ChangedAsync(string name, string what, CancellationToken cancellationToken)
    {
        LogChanged(name, what);
        await resources.ReloadAsync(cancellationToken);
        foreach (var type in Enum.GetValues<MessageType>())
            signals.Wake(Lanes.For(type));
    }

    private ResourceStanding Standing(ResourceState resource) => resource.Standing(time.GetUtcNow(), options.Value.ResourceSilence);

    private static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));

    [LoggerMessage(6402, LogLevel.Information, "Resource {Resource} was {Change} by the operator")]
    private partial void LogChanged(string resource, string change);
}
