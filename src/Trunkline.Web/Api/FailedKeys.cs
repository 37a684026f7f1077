using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Trunkline.Web.Api;

/// <summary>
/// Counts wrong keys by the address that they come from. Above the bound, the address is answered with nothing but "later" until its minute is
/// over. Keys are of 160 bits and not guessed; this keeps the log and the processor from those who try.
/// </summary>
public sealed class FailedKeys(TimeProvider time)
{
    /// <summary>Wrong keys of one address within a minute.</summary>
    public const int MaxFailures = 20;

    private const int MaxAddresses = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<IPAddress, (DateTimeOffset Begun, int Count)> _failures = new();
    private DateTimeOffset _swept;

    /// <summary>How long this address is answered with "later", or null when it is heard.</summary>
    public TimeSpan? Wait(IPAddress address)
    {
        if (!_failures.TryGetValue(Block(address), out var failures) || failures.Count < MaxFailures)
            return null;
        var left = failures.Begun + Window - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>A wrong key came from this address.</summary>
    public void Note(IPAddress address)
    {
        var now = time.GetUtcNow();
        Sweep(now);
        var block = Block(address);
        // With the table full, whoever is new is not counted: a bound on memory, and a flood of addresses cannot lock others out.
        if (_failures.Count >= MaxAddresses && !_failures.ContainsKey(block))
            return;
        _failures.AddOrUpdate(block, (now, 1), (_, f) => now - f.Begun < Window ? (f.Begun, f.Count + 1) : (now, 1));
    }

    private void Sweep(DateTimeOffset now)
    {
        if (now - _swept < Window)
            return;
        _swept = now;
        foreach (var (address, failures) in _failures)
        {
            if (now - failures.Begun >= Window)
                _failures.TryRemove(KeyValuePair.Create(address, failures));
        }
    }

    /// <summary>Of IPv6 the first 64 bits: one host has all the rest.</summary>
    private static IPAddress Block(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
