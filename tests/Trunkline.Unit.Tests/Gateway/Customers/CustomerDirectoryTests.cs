using Trunkline.Gateway.Customers;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>The customers in memory follow the store, and read only what has changed.</summary>
public sealed class CustomerDirectoryTests : IAsyncDisposable
{
    private readonly CustomerRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_reload_reads_what_has_changed_and_nothing_else()
    {
        for (var i = 1; i <= 20; i++)
            await _rig.Store.AddAsync(CustomerRig.Customer(i, $"c{i}@example.org"), null, CancellationToken.None);
        Assert.Equal(20, await ReloadAsync());
        Assert.Equal(0, await ReloadAsync());
        await _rig.Store.SetStatusAsync("c7@example.org", CustomerStatus.Suspended, CancellationToken.None);
        Assert.Equal(1, await ReloadAsync());
        Assert.Equal(CustomerStatus.Suspended, _rig.Customers.Find(7)!.Status);
        Assert.Equal(20, _rig.Customers.Count);
    }

    [Fact]
    public async Task Every_kind_of_change_is_seen()
    {
        await _rig.AddAsync(CustomerRig.Customer(1, "Alice@Example.org"));
        Assert.Equal(1, _rig.Customers.FindSender("alice@example.ORG")!.Customer.Key);
        await _rig.AddUserAsync(5, 1, "clerk@example.org");
        Assert.Equal(5, _rig.Customers.FindRecipient("Clerk@example.org")!.User!.Key);
        await _rig.AddAddressAsync(1, "@example.org");
        Assert.Equal((1L, null), (_rig.Customers.FindSender("anybody@example.org")!.Customer.Key, _rig.Customers.FindSender("anybody@example.org")!.User));
        Assert.Null(_rig.Customers.FindRecipient("anybody@example.org"));
        Assert.Equal(5, _rig.Customers.FindSender("clerk@example.org")!.User!.Key);
        await _rig.SqlAsync("DELETE FROM customer_address WHERE address = '@example.org'");
        Assert.Null(_rig.Customers.FindSender("anybody@example.org"));
        await _rig.SqlAsync("UPDATE customer_user SET emailaddress = 'clark@example.org' WHERE user_key = 5");
        Assert.Null(_rig.Customers.FindSender("clerk@example.org"));
        Assert.Equal(5, _rig.Customers.FindSender("clark@example.org")!.User!.Key);
        await _rig.SqlAsync("UPDATE customer SET emailaddress = 'alicia@example.org' WHERE customer_key = 1");
        Assert.Null(_rig.Customers.Find("alice@example.org"));
        Assert.Equal(1, _rig.Customers.Find("ALICIA@example.org")!.Key);
        Assert.Null(_rig.Customers.Find("clark@example.org"));
    }

    [Fact]
    public async Task An_address_means_one_customer_whatever_it_is_to_it()
    {
        await _rig.AddAsync(CustomerRig.Customer(1, "alice@example.org"));
        await _rig.AddAsync(CustomerRig.Customer(2, "bob@example.net"));
        await _rig.AddUserAsync(5, 1, "clerk@example.org");
        await _rig.AddAddressAsync(1, "@alice.example");
        foreach (var address in new[] { "alice@example.org", "clerk@example.org", "@alice.example" })
            await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => _rig.AddAddressAsync(2, address));
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => _rig.AddUserAsync(6, 2, "alice@example.org"));
        await _rig.AddAsync(CustomerRig.Customer(3, "clerk@example.org"));
        Assert.Null(_rig.Customers.Find(3));
    }

    [Fact]
    public async Task An_address_that_moves_leads_to_its_new_customer()
    {
        await _rig.AddAsync(CustomerRig.Customer(1, "alice@example.org"));
        await _rig.AddAsync(CustomerRig.Customer(2, "bob@example.net"));
        await _rig.AddAddressAsync(1, "fax@example.com");
        await _rig.Database.WriteAsync(s => s.Execute("DELETE FROM customer_address WHERE address = 'fax@example.com'")
            + s.Execute("INSERT INTO customer_address (address, customer_key, kind, created_at) VALUES ('fax@example.com', 2, 'sender', 0)"), CancellationToken.None);
        Assert.Equal(2, await ReloadAsync());
        Assert.Equal(2, _rig.Customers.FindSender("fax@example.com")!.Customer.Key);
    }

    [Theory]
    [InlineData("Alice@Example.ORG", "alice@example.org")]
    [InlineData(" @Example.org ", "@example.org")]
    [InlineData("ann@bücher.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@example.org.", "ann@example.org")]
    [InlineData("demo@localhost", "demo@localhost")]
    [InlineData("ann", null)]
    [InlineData("ann@", null)]
    [InlineData("@", null)]
    [InlineData("a b@example.org", null)]
    [InlineData("a@b@example.org", null)]
    [InlineData("ann@exa_mple.org", null)]
    [InlineData("ann@-.org", null)]
    [InlineData("<ann@example.org>", null)]
    [InlineData(null, null)]
    public void An_address_is_written_in_one_way(string? text, string? normal) =>
        Assert.Equal((normal is not null, normal), (CustomerAddress.TryNormalize(text, out var address), address));

    private Task<int> ReloadAsync() => _rig.Customers.ReloadAsync(CancellationToken.None);
}
