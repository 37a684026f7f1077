using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Customers;

/// <summary>Writes down when keys were last used: once a minute for all of them, since a key is used thousands of times. A crash forgets a minute.</summary>
public sealed class KeyUse(ICustomerRegister register, WorkLoops loops, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<long, DateTimeOffset> _used = new();

    /// <summary>A key was used just now.</summary>
    public void Note(long id) => _used[id] = time.GetUtcNow();

    /// <summary>Writes what was used since the last time.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var used = _used.ToArray();
        if (used.Length == 0)
            return;
        await register.NoteUseAsync([.. used.Select(u => (u.Key, u.Value))], cancellationToken);
        foreach (var written in used)
            _used.TryRemove(written);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.RunAsync("use of keys", async token =>
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(token))
            await WriteAsync(token);
    }, stoppingToken);
}
