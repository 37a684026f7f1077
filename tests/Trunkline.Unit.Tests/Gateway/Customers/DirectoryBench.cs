using System.Diagnostics;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>What a reload costs with 100,000 customers; run by hand.</summary>
public sealed class DirectoryBench
{
    [Fact(Explicit = true)]
    public async Task Reload_of_100000_customers()
    {
        await using var rig = new CustomerRig();
        await rig.Database.WriteAsync(s => s.Execute("""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            INSERT INTO customer (customer_key, emailaddress, trusted_networks, created_at) SELECT i, 'c' || i || '@example.org', '192.0.2.0/24', 0 FROM n
            """), CancellationToken.None);
        await rig.Database.WriteAsync(s => s.Execute("""
            INSERT INTO customer_secret (customer_key, kind, secret_hash, scope, name, created_at) SELECT customer_key, 'key', 'hash' || customer_key, 'send', 'key', 0 FROM customer
            """), CancellationToken.None);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await TimeAsync(rig, "all of 100,000");
        Write($"memory: {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6:F0} MB");
        await TimeAsync(rig, "nothing changed");
        await rig.Database.WriteAsync(s => s.Execute("UPDATE customer SET status = 'suspended' WHERE customer_key = 777"), CancellationToken.None);
        await TimeAsync(rig, "one changed");
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 1_000_000; i++)
            _ = rig.Customers.FindSender("c500@example.org");
        Write($"lookup of an address: {clock.Elapsed.TotalMicroseconds / 1_000_000:F2} µs");
        Assert.True(Trunkline.Core.PhoneNumber.TryParse("+12025550100", "US", out var number));
        clock.Restart();
        for (var i = 0; i < 100_000; i++)
            _ = Trunkline.Core.NumberPlan.Of(number);
        Write($"country and kind of a number: {clock.Elapsed.TotalMicroseconds / 100_000:F2} µs");
    }

    private static async Task TimeAsync(CustomerRig rig, string what)
    {
        var clock = Stopwatch.StartNew();
        var changed = await rig.Customers.ReloadAsync(CancellationToken.None);
        Write($"{what}: {changed} read in {clock.Elapsed.TotalMilliseconds:F1} ms");
    }

    private static void Write(string text) => TestContext.Current.TestOutputHelper!.WriteLine(text);
}
