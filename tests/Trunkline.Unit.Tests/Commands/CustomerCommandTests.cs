using Trunkline.Commands;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Unit.Tests.Web;

namespace Trunkline.Unit.Tests.Commands;

/// <summary>The command <c>customer</c> against a running server: what it changes, and what it ends with.</summary>
public sealed class CustomerCommandTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await ApiRig.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_rig.DataDirectory, "operator-key"), ApiRig.OperatorKey);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_customer_is_added_changed_and_suspended()
    {
        Assert.Equal(0, await RunAsync("add", "eve@example.com", "--country", "DE", "currency=EUR", "company=Acme Ltd", "limits.daySpend=25", "limits.countries=DE,AT",
            "limits.hourMessages=20", "limits.premium=yes", "trustedNetworks=192.0.2.0/24 2001:db8::/32"));
        var eve = Customers.Find("eve@example.com")!;
        Assert.Equal((Money.Of(25, "EUR"), 20, true, 2), (eve.Limits.DaySpend, eve.Limits.HourMessages, eve.Limits.AllowsPremium, eve.TrustedNetworks.Count));
        Assert.Equal(0, await RunAsync("set", "eve@example.com", "limits.daySpend=", "trustFrom=dkim", "limits.messagePrice=0.5"));
        eve = Customers.Find("eve@example.com")!;
        Assert.Equal((null, Money.Of(0.5m, "EUR"), TrustFrom.Dkim, 20), (eve.Limits.DaySpend, eve.Limits.MessagePrice, eve.TrustFrom, eve.Limits.HourMessages));
        Assert.Equal(0, await RunAsync("suspend", "eve@example.com", "--reason", "stolen key"));
        Assert.Equal(CustomerStatus.Suspended, Customers.Find("eve@example.com")!.Status);
        foreach (var words in new[] { "list --search acme --status suspended", "show eve@example.com", "user list 11", "address list 11", "key list 11" })
            Assert.Equal(0, await RunAsync(words.Split(' ')));
    }

    [Fact]
    public async Task A_domain_is_an_argument_and_no_file_of_arguments()
    {
        Assert.Equal(0, await RunAsync("address", "add", "alice@example.org", "@alice.example"));
        Assert.Equal(11, Customers.FindSender("anybody@alice.example")!.Customer.Key);
        Assert.Equal(0, await RunAsync("address", "remove", "alice@example.org", "@alice.example"));
        Assert.Null(Customers.FindSender("anybody@alice.example"));
    }

    [Fact]
    public async Task Users_and_keys_are_made_and_taken_away()
    {
        Assert.Equal(0, await RunAsync("user", "add", "alice@example.org", "clerk@example.org", "limits.hourMessages=5", "name=A clerk"));
        Assert.Equal(0, await RunAsync("user", "set", "alice@example.org", "clerk@example.org", "limits.hourMessages=7"));
        Assert.Equal(7, Customers.FindSender("clerk@example.org")!.User!.Limits.HourMessages);
        Assert.Equal(0, await RunAsync("key", "add", "alice@example.org", "desk", "--user", "clerk@example.org"));
        var key = _rig.Get<KeyRing>().Of(11).Single(k => k.Name == "desk");
        Assert.Equal(0, await RunAsync("key", "revoke", "alice@example.org", $"{key.Id}"));
        Assert.DoesNotContain(_rig.Get<KeyRing>().Of(11), k => k.Name == "desk");
    }

    [Theory]
    [InlineData("show nobody@example.org", 2)]
    [InlineData("add eve@example.com --country XX", 2)]
    [InlineData("add eve@example.com", 2)]
    [InlineData("set alice@example.org nonsense", 2)]
    [InlineData("set alice@example.org nonsense=1", 2)]
    [InlineData("set alice@example.org limits.hourMessages=many", 2)]
    [InlineData("key add alice@example.org x --scope king", 2)]
    public async Task What_is_refused_ends_with_its_exit_code(string words, int exitCode) => Assert.Equal(exitCode, await RunAsync(words.Split(' ')));

    private CustomerDirectory Customers => _rig.Get<CustomerDirectory>();

    private Task<int> RunAsync(params string[] words) => CommandLine.RunAsync(["customer", .. words, "--http", _rig.Address.Authority, "--data", _rig.DataDirectory]);
}
