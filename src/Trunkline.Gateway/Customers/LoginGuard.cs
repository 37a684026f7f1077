using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Trunkline.Gateway.Customers;

/// <summary>
/// Slows those who guess passwords: each failed login makes the address that it came from, and the account that it was for, wait twice as long. An address
/// that has logged in to an account before is judged by its failures on that account alone: neither a guesser elsewhere nor a neighbour behind the same
/// address locks the owner out. What is remembered is bounded; the oldest is forgotten first.
/// </summary>
public sealed partial class LoginGuard(TimeProvider time, IOptions<GatewayOptions> options, ILogger<LoginGuard> logger)
{
    private const int MaxRemembered = 20_000;
    // After so long without a failure all is forgotten, and the next failure is the first of a new burst.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Failures>> _failures = new(StringComparer.Ordinal);
    private readonly LinkedList<Failures> _byAge = new();
    private readonly Dictionary<string, LinkedListNode<string>> _known = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _knownByAge = new();

    /// <summary>How long this address has to wait before it may log in to this account; zero when it may now.</summary>
    public TimeSpan Wait(IPAddress remote, string account)
    {
        var pair = KeyOf(remote, account);
        if (IsKnown(pair))
            return Wait(pair);
        var (ofAddress, ofAccount) = (Wait(KeyOf(remote)), Wait(KeyOf(account)));
        return ofAddress > ofAccount ? ofAddress : ofAccount;
    }

    /// <summary>A login failed.</summary>
    public void Failed(IPAddress remote, string account)
    {
        var fraud = options.Value.Fraud;
        var pair = KeyOf(remote, account);
        if (IsKnown(pair))
        {
            if (Count(pair, fraud.MaxAddressPause) == fraud.FreeLogins)
                LogAddress(remote, fraud.FreeLogins, Shown(account));
            return;
        }
        var byAddress = Count(KeyOf(remote), fraud.MaxAddressPause);
        var byAccount = Count(KeyOf(account), fraud.MaxAccountPause);
        // Once a burst: guessing must not fill the log.
        if (byAddress == fraud.FreeLogins)
            LogAddress(remote, byAddress, Shown(account));
        if (byAccount == fraud.FreeLogins)
            LogAccount(Shown(account), byAccount, remote);
    }

    /// <summary>A login succeeded: this address is known to this account from now on, and begins anew.</summary>
    public void Succeeded(IPAddress remote, string account)
    {
        var pair = KeyOf(remote, account);
        lock (_gate)
        {
            if (_failures.Remove(pair, out var failed))
                _byAge.Remove(failed);
            if (_known.Remove(pair, out var known))
                _knownByAge.Remove(known);
            else if (_known.Count >= MaxRemembered)
            {
                _known.Remove(_knownByAge.First!.Value);
                _knownByAge.RemoveFirst();
            }
            _known[pair] = _knownByAge.AddLast(pair);
        }
    }

    private bool IsKnown(string pair)
    {
        lock (_gate)
            return _known.ContainsKey(pair);
    }

    private TimeSpan Wait(string key)
    {
        lock (_gate)
        {
            if (!_failures.TryGetValue(key, out var node))
                return TimeSpan.Zero;
            var left = node.Value.Until - time.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private int Count(string key, TimeSpan longest)
    {
        var now = time.GetUtcNow();
        var fraud = options.Value.Fraud;
        lock (_gate)
        {
            var count = 1;
            if (_failures.Remove(key, out var node))
            {
                _byAge.Remove(node);
                if (now - node.Value.Last < Memory)
                    count = node.Value.Count + 1;
            }
            else if (_failures.Count >= MaxRemembered)
            {
                _failures.Remove(_byAge.First!.Value.Key);
                _byAge.RemoveFirst();
            }
            var doublings = Math.Clamp(count - fraud.FreeLogins, 0, 20);
            var pause = count < fraud.FreeLogins ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(fraud.LoginPause.Ticks << doublings, longest.Ticks));
            _failures[key] = _byAge.AddLast(new Failures(key, count, now, now + pause));
            return count;
        }
    }

    // An IPv6 client owns its /64.
    private static string KeyOf(IPAddress remote)
    {
        var plain = remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? "6:" + Convert.ToHexString(plain.GetAddressBytes(), 0, 8) : "4:" + plain;
    }

    private static string KeyOf(IPAddress remote, string account) => KeyOf(remote) + " " + KeyOf(account);

    private static string KeyOf(string account) => "a:" + Shown(account).ToLowerInvariant();

    private static string Shown(string account) => new([.. account.Take(100).Where(c => !char.IsControl(c))]);

    private sealed record Failures(string Key, int Count, DateTimeOffset Last, DateTimeOffset Until);

    [LoggerMessage(6810, LogLevel.Warning, "{Remote} has failed to log in {Count} times, the last time as {Account}; it has to wait ever longer")]
    private partial void LogAddress(IPAddress remote, int count, string account);

    [LoggerMessage(6811, LogLevel.Warning, "Logging in as {Account} has failed {Count} times, the last time from {Remote}; newcomers have to wait ever longer")]
    private partial void LogAccount(string account, int count, IPAddress remote);
}
