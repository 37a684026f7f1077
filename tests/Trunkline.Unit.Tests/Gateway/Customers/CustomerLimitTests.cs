using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>What a stolen key can do: nothing beyond the limits of its customer, and the operator hears of it.</summary>
public sealed class CustomerLimitTests : IAsyncLifetime
{
    private const string Us = "+12025550101", Jamaica = "+18765550123", Germany = "+4930123456", Premium = "+19002345678", British = "+447012345678",
        Satellite = "+881612345678", Latvia = "+37120123456";
    private readonly CustomerRig _rig = new(o => o.Fraud.AlarmAfter = 3);

    public async ValueTask InitializeAsync() => await _rig.AddAsync(CustomerRig.Customer(1, "alice@example.org"));

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("", 0, 0, Us, null)]
    [InlineData("", 0, 0, Jamaica, "country")]
    [InlineData("", 0, 0, Germany, "country")]
    [InlineData("", 0, 0, "+12115550123", "country")]
    [InlineData("", 0, 0, Premium, "premium")]
    [InlineData("", 1, 0, Premium, null)]
    [InlineData("", 0, 0, Satellite, "satellite")]
    [InlineData("", 0, 1, Satellite, null)]
    [InlineData("DE LV", 0, 0, Germany, null)]
    [InlineData("DE LV", 0, 0, Latvia, null)]
    [InlineData("DE LV", 0, 0, Us, "country")]
    [InlineData("*", 0, 0, Jamaica, null)]
    [InlineData("*", 0, 0, "+12115550123", null)]
    [InlineData("*", 0, 0, British, "premium")]
    [InlineData("*", 1, 0, British, null)]
    [InlineData("", 1, 0, British, "country")]
    [InlineData("*", 0, 0, "+979123456789", "premium")]
    [InlineData("*", 0, 0, "+80012345678", null)]
    public async Task A_number_is_allowed_or_refused_with_its_reason(string countries, int premium, int satellite, string number, string? limit)
    {
        await _rig.SqlAsync("UPDATE customer SET allowed_countries = ?1, allows_premium = ?2, allows_satellite = ?3", countries, premium, satellite);
        Assert.True(PhoneNumber.TryParse(number, "US", out var parsed));
        Assert.Equal(limit, CustomerGate.Check(_rig.Customers.FindSender(1, null)!, parsed)?.Limit);
        var verdict = await _rig.SendAsync("alice@example.org", CustomerRig.Inside, [number]);
        Assert.Equal((limit is null, limit is null ? "2.0.0" : "5.7.1"), (verdict.IsAccepted, verdict.EnhancedCode));
        if (limit is not null)
            Assert.Contains(number, verdict.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 1, 1, Germany, null)]
    [InlineData("US", 1, 1, Germany, "country")]
    [InlineData("*", 1, 1, Latvia, "country")]
    [InlineData("", 0, 1, Premium, "premium")]
    [InlineData("", 1, 1, Premium, null)]
    [InlineData("", 1, 1, Satellite, "satellite")]
    public async Task A_users_limits_lie_below_its_customers(string countries, int premium, int satellite, string number, string? limit)
    {
        await _rig.SqlAsync("UPDATE customer SET allowed_countries = 'US DE', allows_premium = 1");
        await _rig.AddUserAsync(5, 1, "clerk@example.org", ", allowed_countries, allows_premium, allows_satellite", $", '{countries}', {premium}, {satellite}");
        Assert.True(PhoneNumber.TryParse(number, "US", out var parsed));
        Assert.Equal(limit, CustomerGate.Check(_rig.Customers.FindSender("clerk@example.org")!, parsed)?.Limit);
    }

    [Fact]
    public async Task Messages_an_hour_are_counted_to_the_minute_and_by_recipients()
    {
        await _rig.SqlAsync("UPDATE customer SET max_hour_messages = 3");
        Assert.True((await SendAsync(Us, "+12025550102")).IsAccepted);
        _rig.Clock.Advance(TimeSpan.FromMinutes(30));
        var tooMany = await SendAsync(Us, "+12025550102");
        Assert.Equal((false, false, "4.7.1"), (tooMany.IsAccepted, tooMany.IsPermanent, tooMany.EnhancedCode));
        Assert.True((await SendAsync(Us)).IsAccepted);
        Assert.False((await SendAsync(Us)).IsAccepted);
        _rig.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.False((await SendAsync(Us)).IsAccepted);
        _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await SendAsync(Us, "+12025550102")).IsAccepted);
        Assert.Equal(3, _rig.Get<HourCounts>().OfCustomer(1));
    }

    [Fact]
    public async Task A_user_has_its_own_hour_within_its_customers()
    {
        await _rig.SqlAsync("UPDATE customer SET max_hour_messages = 3");
        await _rig.AddUserAsync(5, 1, "clerk@example.org", ", max_hour_messages", ", 1");
        Assert.True((await _rig.SendAsync("clerk@example.org", CustomerRig.Inside, [Us])).IsAccepted);
        Assert.False((await _rig.SendAsync("clerk@example.org", CustomerRig.Inside, [Us])).IsAccepted);
        Assert.True((await SendAsync(Us, "+12025550102")).IsAccepted);
        Assert.False((await SendAsync(Us)).IsAccepted);
    }

    [Fact]
    public async Task A_restart_does_not_empty_the_hour()
    {
        await _rig.SqlAsync("UPDATE customer SET max_hour_messages = 2");
        Assert.True((await SendAsync(Us, "+12025550102")).IsAccepted);
        _rig.Clock.Advance(TimeSpan.FromMinutes(10));
        var restarted = new HourCounts(_rig.Clock);
        await restarted.RestoreAsync(_rig.Store, CancellationToken.None);
        Assert.Equal((2, 0), (restarted.OfCustomer(1), restarted.Room(_rig.Customers.FindSender(1, null)!)));
        _rig.Clock.Advance(TimeSpan.FromMinutes(51));
        Assert.Equal(0, restarted.OfCustomer(1));
    }

    [Fact]
    public void What_was_not_accepted_after_all_is_given_back()
    {
        var hours = new HourCounts(_rig.Clock);
        var sender = new Sender(CustomerRig.Customer(1, "a@b.example", limits: new CustomerLimits { HourMessages = 5 }), null);
        Assert.Null(hours.TryTake(sender, 5));
        Assert.Equal(5, hours.TryTake(sender, 1));
        _rig.Clock.Advance(TimeSpan.FromMinutes(5));
        hours.GiveBack(sender, 5);
        Assert.Equal(0, hours.OfCustomer(1));
        Assert.Equal(5, hours.TryTake(sender, 6));
    }

    [Theory]
    [InlineData(Premium)]
    [InlineData(Jamaica)]
    [InlineData(Satellite)]
    public async Task A_stolen_key_that_tries_again_and_again_is_reported_once_an_hour(string number)
    {
        for (var i = 0; i < 10; i++)
            Assert.False((await SendAsync(number)).IsAccepted);
        Assert.Equal(1, _rig.Log.Count(6800));
        _rig.Clock.Advance(TimeSpan.FromMinutes(61));
        for (var i = 0; i < 10; i++)
            Assert.False((await SendAsync(number)).IsAccepted);
        Assert.Equal(2, _rig.Log.Count(6800));
        Assert.Equal(CustomerStatus.Active, _rig.Customers.Find(1)!.Status);
    }

    [Fact]
    public async Task A_customer_is_suspended_by_itself_when_the_options_say_so()
    {
        await using var rig = new CustomerRig(o => o.Fraud.SuspendAfter = 5);
        await rig.AddAsync(CustomerRig.Customer(1, "alice@example.org"));
        var alarm = rig.Get<LimitAlarm>();
        await alarm.StartAsync(CancellationToken.None);
        for (var i = 0; i < 4; i++)
            Assert.False((await rig.SendAsync("alice@example.org", CustomerRig.Inside, [Premium])).IsAccepted);
        Assert.True((await rig.SendAsync("alice@example.org", CustomerRig.Inside, [Us])).IsAccepted);
        await rig.SendAsync("alice@example.org", CustomerRig.Inside, [Premium]);
        await Patience.UntilAsync(() => rig.Customers.Find(1)!.Status != CustomerStatus.Active);
        Assert.Contains("suspended", (await rig.SendAsync("alice@example.org", CustomerRig.Inside, [Us])).Text, StringComparison.Ordinal);
        await alarm.StopAsync(CancellationToken.None);
        Assert.Equal(1, rig.Log.Count(6801));
    }

    [Theory]
    [InlineData("suspended", "active")]
    [InlineData("closed", "active")]
    [InlineData("active", "suspended")]
    [InlineData("active", "closed")]
    public async Task Who_may_not_send_is_told_so_and_a_user_is_bound_to_its_customer(string customer, string user)
    {
        await _rig.AddUserAsync(5, 1, "clerk@example.org");
        await _rig.SqlAsync("UPDATE customer_user SET status = ?1", user);
        await _rig.SqlAsync("UPDATE customer SET status = ?1", customer);
        var verdict = await _rig.SendAsync("clerk@example.org", CustomerRig.Inside, [Us]);
        Assert.Equal((false, "5.7.1"), (verdict.IsAccepted, verdict.EnhancedCode));
        Assert.Contains(customer == "active" ? $"clerk@example.org is {user}" : $"alice@example.org is {customer}", verdict.Text, StringComparison.Ordinal);
    }

    private Task<Trunkline.Gateway.Intake.IntakeVerdict> SendAsync(params string[] numbers) => _rig.SendAsync("alice@example.org", CustomerRig.Inside, numbers);
}
