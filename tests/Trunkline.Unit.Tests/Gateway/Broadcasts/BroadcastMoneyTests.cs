using Trunkline.Core;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;

namespace Trunkline.Unit.Tests.Gateway.Broadcasts;

/// <summary>Whether the whole of a broadcast can be paid, asked before its first call.</summary>
public sealed class BroadcastMoneyTests
{
    [Theory]
    [InlineData("9.99", 0, 0, null)]
    [InlineData("10.01", 0, 0, "All of it would cost about $10.01; this account may spend $10.00 a day, and has spent $0.00 today.")]
    [InlineData("5", 5.01, 5.01, "All of it would cost about $5.00; this account may spend $10.00 a day, and has spent $5.01 today.")]
    [InlineData("5", 0, 45.01, "All of it would cost about $5.00; this account may spend $50.00 a month, and has spent $45.01 in this one.")]
    public async Task Limits_of_the_day_and_the_month_hold_for_the_whole(string price, decimal today, decimal month, string? refusal)
    {
        await using var rig = new BroadcastRig();
        var (broadcast, cost) = await WaitingAsync(rig, new CustomerLimits { MessagePrice = Usd(0.10m), DaySpend = Usd(10), MonthSpend = Usd(50) }, price);
        await SpentAsync(rig, today, month);
        Assert.Equal(refusal, await rig.Estimate.RefusalAsync(broadcast, cost, default));
        // Told to start: it says why not and goes on waiting, or begins.
        Assert.Equal((refusal is null, refusal), await rig.Desk.StartAsync(broadcast, default));
        Assert.Equal(refusal is null ? BroadcastState.Running : BroadcastState.Waiting, (await rig.LookAsync(broadcast.Id)).Broadcast.State);
        if (refusal is null)
            return;
        // Tomorrow, or next month, the same is no longer too much, unless it is too much by itself.
        rig.Gateway.Clock.Advance(TimeSpan.FromDays(40));
        Assert.Equal(price == "10.01", await rig.Estimate.RefusalAsync(broadcast, cost, default) is not null);
    }

    [Fact]
    public async Task One_that_is_scheduled_is_asked_of_its_own_day()
    {
        await using var rig = new BroadcastRig();
        var (broadcast, cost) = await WaitingAsync(rig, new CustomerLimits { DaySpend = Usd(10) }, "6");
        await SpentAsync(rig, 5, 5);
        Assert.NotNull(await rig.Estimate.RefusalAsync(broadcast, cost, default));
        Assert.Null(await rig.Estimate.RefusalAsync(broadcast with { ScheduledAt = rig.Gateway.Clock.GetUtcNow().AddDays(1) }, cost, default));
    }

    private static async Task<(Broadcast Broadcast, Money Price)> WaitingAsync(BroadcastRig rig, CustomerLimits limits, string price)
    {
        var customer = await rig.CustomerAsync(c => c with { BillType = BillType.Postpaid, Limits = limits });
        var order = new BroadcastOrder { Rows = BroadcastRig.Rows(3), Document = rig.Gateway.Submission(), StartsItself = false };
        var accepted = Assert.IsType<BroadcastAnswer.Accepted>(await rig.Desk.OrderAsync(new Sender(customer, null), order, default)).Broadcast;
        Assert.True(Money.TryParse(price, "USD", out var cost));
        Assert.True(await rig.Store.PreparedAsync(accepted.Id, 1, cost, 0, rig.Gateway.Clock.GetUtcNow(), default));
        return ((await rig.LookAsync(accepted.Id)).Broadcast, cost);
    }

    private static Task SpentAsync(BroadcastRig rig, decimal today, decimal month)
    {
        var day = DateOnly.FromDateTime(rig.Gateway.Clock.GetUtcNow().UtcDateTime);
        return rig.Gateway.Database.WriteAsync(s => s.Execute("INSERT INTO spend (customer_key, currency, day, day_amount, month, month_amount) VALUES (1, 'USD', ?1, ?2, ?3, ?4)",
            day.DayNumber, Usd(today).MicroUnits, Trunkline.Gateway.Billing.CustomerDay.MonthOf(day), Usd(month).MicroUnits), default);
    }

    private static Money Usd(decimal amount) => Money.Of(amount, "USD");
}
