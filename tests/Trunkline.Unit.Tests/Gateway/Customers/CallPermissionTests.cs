using Trunkline.Core;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>The last question before a call.</summary>
public sealed class CallPermissionTests : IAsyncLifetime
{
    private readonly GatewayRig _rig = new();
    private ScriptedResource _resource = null!;

    public async ValueTask InitializeAsync()
    {
        _resource = await ScriptedResource.StartAsync();
        await _rig.AddResourceAsync(_resource.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _resource.DisposeAsync();
    }

    [Theory]
    [InlineData("status = 'suspended'", "+12025550101", "The account of alice@example.org is suspended.")]
    [InlineData("status = 'closed'", "+12025550101", "The account of alice@example.org is closed.")]
    [InlineData("allowed_countries = 'DE'", "+12025550101", "+12025550101 is in US, which alice@example.org may not call.")]
    [InlineData("allows_premium = 0", "+19002345678", "+19002345678 is a premium-rate")]
    [InlineData("allows_satellite = 0", "+881612345678", "+881612345678 belongs to a satellite")]
    public async Task What_is_not_allowed_any_more_gets_no_call_and_fails_with_its_reason(string change, string number, string cause)
    {
        await _rig.StartAsync();
        await ChangeAsync("allows_premium = 1, allows_satellite = 1");
        await ChangeAsync(change);
        var id = (await _rig.SubmitAsync(1, number))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Failed);
        var state = await _rig.StateAsync(id);
        Assert.Equal("not-allowed", state.Outcome);
        Assert.StartsWith(cause, state.Cause, StringComparison.Ordinal);
        Assert.Empty(_resource.Deliveries);
    }

    [Fact]
    public async Task A_customer_that_is_not_known_yet_waits_until_it_is()
    {
        var waiting = _rig.Submission("+12025550101") with { CustomerKey = 7 };
        await _rig.StartAsync();
        await _rig.Intake.AcceptAsync(waiting, CancellationToken.None);
        await _rig.PrepareAllAsync();
        var allowed = (await _rig.SubmitAsync(1, "+12025550102"))[0];
        await _rig.UntilStatusAsync(allowed, MessageStatus.Acknowledged);
        Assert.Equal(MessageStatus.Ready, (await _rig.StateAsync(waiting.Messages[0].Id)).Status);
        await _rig.CustomerRows.AddAsync(GatewayRig.Alice with { Key = 7, EmailAddress = "new@example.org" }, null, CancellationToken.None);
        await _rig.Customers.ReloadAsync(CancellationToken.None);
        await _rig.UntilStatusAsync(waiting.Messages[0].Id, MessageStatus.Acknowledged);
    }

    private async Task ChangeAsync(string columns)
    {
        await _rig.Database.WriteAsync(s => s.Execute($"UPDATE customer SET {columns} WHERE customer_key = 1"), CancellationToken.None);
        await _rig.Customers.ReloadAsync(CancellationToken.None);
    }
}
