using System.Net;
using Trunkline.Gateway.Customers;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>Who guesses keys has to wait, and its victim has not.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private static readonly IPAddress Guesser = IPAddress.Parse("203.0.113.9");
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.44");
    private readonly CustomerRig _rig = new(o => o.Fraud.FreeLogins = 3);

    public async ValueTask InitializeAsync() => await _rig.AddAsync(CustomerRig.Customer(1, "alice@example.org"), "her-key");

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task An_address_that_guesses_waits_twice_as_long_each_time_up_to_a_limit()
    {
        var guard = _rig.Get<LoginGuard>();
        var waits = new List<double>();
        for (var i = 0; i < 14; i++)
        {
            guard.Failed(Guesser, $"nobody{i}@example.org");
            waits.Add(guard.Wait(Guesser, "alice@example.org").TotalSeconds);
        }
        Assert.Equal([0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900], waits);
        Assert.Equal(TimeSpan.Zero, guard.Wait(IPAddress.Parse("203.0.113.10"), "alice@example.org"));
        Assert.Equal(1, _rig.Log.Count(6810));
        Assert.IsType<LoginAnswer.TooMany>(await LoginAsync("alice@example.org", "her-key", Guesser));
        _rig.Clock.Advance(TimeSpan.FromSeconds(900));
        Assert.IsType<LoginAnswer.Accepted>(await LoginAsync("alice@example.org", "her-key", Guesser));
    }

    [Fact]
    public async Task A_guessed_account_waits_a_minute_at_most_and_its_owner_not_at_all()
    {
        Assert.IsType<LoginAnswer.Accepted>(await LoginAsync("alice@example.org", "her-key", Home));
        for (var i = 0; i < 20; i++)
            _rig.Get<LoginGuard>().Failed(IPAddress.Parse($"203.0.113.{i}"), "ALICE@example.org");
        var elsewhere = IPAddress.Parse("198.51.100.1");
        Assert.Equal(60, _rig.Get<LoginGuard>().Wait(elsewhere, "alice@example.org").TotalSeconds);
        Assert.Equal(1, _rig.Log.Count(6811));
        Assert.IsType<LoginAnswer.TooMany>(await LoginAsync("alice@example.org", "her-key", elsewhere));
        Assert.IsType<LoginAnswer.Accepted>(await LoginAsync("alice@example.org", "her-key", Home));
        _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<LoginAnswer.Accepted>(await LoginAsync("alice@example.org", "her-key", elsewhere));
    }

    [Fact]
    public async Task A_machine_with_an_old_key_does_not_stop_its_neighbours_and_who_guesses_at_a_neighbour_waits()
    {
        await _rig.AddAsync(CustomerRig.Customer(2, "bob@example.org"), "his-key");
        Assert.IsType<LoginAnswer.Accepted>(await LoginAsync("alice@example.org", "her-key", Home));
        for (var i = 0; i < 20; i++)
            await LoginAsync("bob@example.org", "old-key", Home);
        Assert.IsType<LoginAnswer.TooMany>(await LoginAsync("bob@example.org", "his-key", Home));
        Assert.IsType<LoginAnswer.Accepted>(await LoginAsync("alice@example.org", "her-key", Home));
        for (var i = 0; i < 3; i++)
            Assert.IsType<LoginAnswer.Wrong>(await LoginAsync("alice@example.org", $"guess{i}", Home));
        Assert.IsType<LoginAnswer.TooMany>(await LoginAsync("alice@example.org", "her-key", Home));
    }

    [Fact]
    public async Task A_key_that_we_made_never_waits()
    {
        var made = (await _rig.Get<KeyRing>().MakeAsync(1, KeyScope.Send, "printer", CancellationToken.None))!.Value.Key;
        for (var i = 0; i < 20; i++)
            await LoginAsync("alice@example.org", $"guess{i}", Guesser);
        Assert.IsType<LoginAnswer.TooMany>(await LoginAsync("alice@example.org", "her-key", Guesser));
        Assert.IsType<LoginAnswer.Accepted>(await LoginAsync("alice@example.org", made, Guesser));
    }

    [Fact]
    public void Neighbours_in_one_IPv6_network_count_as_one()
    {
        var guard = _rig.Get<LoginGuard>();
        for (var i = 0; i < 4; i++)
            guard.Failed(IPAddress.Parse($"2001:db8::{i + 1}"), $"n{i}@example.org");
        Assert.True(guard.Wait(IPAddress.Parse("2001:db8::ffff"), "x@example.org") > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, guard.Wait(IPAddress.Parse("2001:db8:0:1::1"), "x@example.org"));
    }

    [Fact]
    public void What_is_remembered_is_bounded_and_forgotten()
    {
        var guard = _rig.Get<LoginGuard>();
        for (var i = 0; i < 4; i++)
            guard.Failed(Guesser, "a@example.org");
        for (var i = 0; i < 30_000; i++)
            guard.Failed(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), $"n{i}@example.org");
        Assert.Equal(TimeSpan.Zero, guard.Wait(Guesser, "x@example.org"));
        for (var i = 0; i < 3; i++)
            guard.Failed(Guesser, "b@example.org");
        Assert.True(guard.Wait(Guesser, "x@example.org") > TimeSpan.Zero);
        _rig.Clock.Advance(TimeSpan.FromMinutes(31));
        guard.Failed(Guesser, "b@example.org");
        Assert.Equal(TimeSpan.Zero, guard.Wait(Guesser, "x@example.org"));
    }

    private Task<LoginAnswer> LoginAsync(string address, string key, IPAddress remote) => _rig.Get<LoginDesk>().AuthenticateAsync(address, key, remote, CancellationToken.None);
}
