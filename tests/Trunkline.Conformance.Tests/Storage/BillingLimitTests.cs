using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>Days and months of customers, by the clock on their wall.</summary>
public sealed class BillingLimitTests
{
    [Theory]
    // Berlin's midnight is 23:00 UTC in winter and 22:00 in summer; on 29 March it has no hour from two to three, on 25 October two of them.
    [InlineData("Europe/Berlin", "2026-11-23T22:59:00Z", "2026-11-23T23:00:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29T21:59:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25T22:59:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("America/New_York", "2026-11-02T04:59:00Z", "2026-11-02T05:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-11-23T18:29:00Z", "2026-11-23T18:30:00Z")]
    public async Task A_days_limit_begins_anew_at_midnight_of_the_customer(string zone, string before, string after)
    {
        await using var rig = await BillingRig.CreateAsync(BillType.Postpaid, new CustomerLimits { DaySpend = BillingRig.Usd(0.15m) }, zone);
        rig.Clock.AdjustTime(DateTimeOffset.Parse(before, null).AddHours(-20));
        await rig.SentAsync((await rig.AtResourceAsync(1)).Attempt, 1, 40);
        rig.Clock.AdjustTime(DateTimeOffset.Parse(before, null));
        var (result, refusal) = await rig.PrepareAsync(await rig.PendingAsync("+12025550101"), 1);
        Assert.Equal((PrepareResult.NoCredit, "It would cost about $0.09; this account may spend $0.15 a day, and has spent $0.07 today."), (result, refusal!.Reason));
        rig.Clock.AdjustTime(DateTimeOffset.Parse(after, null));
        Assert.Equal(PrepareResult.Prepared, (await rig.PrepareAsync(await rig.PendingAsync("+12025550102"), 1)).Result);
        await rig.AssertBooksAgreeAsync();
    }

    [Fact]
    public async Task What_is_under_way_at_midnight_cannot_take_the_new_day_beyond_its_limit()
    {
        await using var rig = await BillingRig.CreateAsync(BillType.Postpaid, new CustomerLimits { DaySpend = BillingRig.Usd(0.10m) });
        rig.Clock.AdjustTime(new DateTimeOffset(2026, 11, 23, 23, 59, 0, TimeSpan.Zero));
        var underWay = await rig.AtResourceAsync(1);
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(PrepareResult.NoCredit, (await rig.PrepareAsync(await rig.PendingAsync("+12025550101"), 1)).Result);
        await rig.FailedAsync(underWay.Attempt);
        Assert.Equal(PrepareResult.Prepared, (await rig.PrepareAsync(await rig.PendingAsync("+12025550102"), 1)).Result);
    }

    [Fact]
    public async Task A_months_limit_begins_anew_on_the_first()
    {
        await using var rig = await BillingRig.CreateAsync(BillType.Postpaid, new CustomerLimits { MonthSpend = BillingRig.Usd(0.15m) }, "Europe/Berlin");
        await rig.SentAsync((await rig.AtResourceAsync(1)).Attempt, 1, 40);
        rig.Clock.AdjustTime(new DateTimeOffset(2026, 11, 30, 22, 59, 0, TimeSpan.Zero));
        Assert.Contains("$0.15 a month, and has spent $0.07 in this one", (await rig.PrepareAsync(await rig.PendingAsync("+12025550101"), 1)).Refusal!.Reason, StringComparison.Ordinal);
        rig.Clock.AdjustTime(new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero));
        Assert.Equal(PrepareResult.Prepared, (await rig.PrepareAsync(await rig.PendingAsync("+12025550102"), 1)).Result);
    }

    [Fact]
    public async Task A_users_day_and_month_are_its_own_and_hold_what_is_under_way()
    {
        await using var rig = await BillingRig.CreateAsync(BillType.Postpaid);
        var clerk = await rig.AddUserAsync(new UserLimits { DaySpend = BillingRig.Usd(0.20m), MonthSpend = BillingRig.Usd(0.30m) });
        // Another's messages do not count, neither the customer's nor those of a user without limits.
        await rig.SentAsync((await rig.AtResourceAsync(2)).Attempt, 2, 40);
        var underWay = await rig.AtResourceAsync(1, "+12025550101", clerk);
        Assert.Equal(PrepareResult.Prepared, (await rig.PrepareAsync(await rig.PendingAsync("+12025550102", clerk), 1)).Result);
        Assert.Equal((PrepareResult.NoCredit, new MoneyRefusal(MoneyRefusal.Spend, "It would cost about $0.09; clerk@example.org may spend $0.20 a day, and has spent $0.00 today, and $0.18 held "
            + "for messages that are under way.")), await rig.PrepareAsync(await rig.PendingAsync("+12025550103", clerk), 1));
        Assert.Equal(PrepareResult.Prepared, (await rig.PrepareAsync(await rig.PendingAsync("+12025550104"), 1)).Result);
        await rig.SentAsync(underWay.Attempt, 1, 40);
        await rig.AssertBooksAgreeAsync();
        rig.Clock.Advance(TimeSpan.FromDays(1));
        await rig.SentAsync((await rig.AtResourceAsync(1, "+12025550105", clerk)).Attempt, 1, 40);
        rig.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Contains("clerk@example.org may spend $0.30 a month, and has spent $0.14 in this one, and $0.09 held",
            (await rig.PrepareAsync(await rig.PendingAsync("+12025550106", clerk), 1)).Refusal!.Reason, StringComparison.Ordinal);
        await rig.AssertBooksAgreeAsync();
    }

    [Theory]
    [InlineData(BillType.Postpaid, "-0.09")]
    [InlineData(BillType.Corporate, "-0.09")]
    [InlineData(BillType.Demo, "0")]
    [InlineData(BillType.Free, "0")]
    public async Task Without_a_balance_only_the_bill_type_decides(BillType billType, string balance)
    {
        await using var rig = await BillingRig.CreateAsync(billType);
        var message = await rig.AtResourceAsync(1);
        Assert.True(Money.TryParse(balance, "USD", out var expected));
        Assert.Equal(expected.Amount, await rig.BalanceAsync("customer:1"));
        await rig.SentAsync(message.Attempt, 1, 40);
        Assert.Equal(billType is BillType.Demo or BillType.Free ? 0 : 0.07m, await rig.BalanceAsync("revenue"));
        // Whoever pays, the carrier is owed.
        Assert.Equal(0.014m, await rig.BalanceAsync("carrier:1", "EUR"));
        await rig.AssertBooksAgreeAsync();
    }

    [Theory]
    // Pages, seconds, price by hand: 0.05 a page and 0.02 for each minute begun; cost: 0.01 a call and 0.0001 a second.
    [InlineData(1, 1, "0.07", "0.0101")]
    [InlineData(1, 60, "0.07", "0.016")]
    [InlineData(1, 61, "0.09", "0.0161")]
    [InlineData(3, 119, "0.19", "0.0219")]
    [InlineData(10, 600, "0.70", "0.07")]
    [InlineData(200, 9000, "13.00", "0.91")]
    public async Task A_bill_is_exact_to_the_cent(int pages, int seconds, string price, string cost)
    {
        await using var rig = await BillingRig.CreateAsync(BillType.Postpaid);
        await rig.SentAsync((await rig.AtResourceAsync(pages)).Attempt, pages, seconds);
        Assert.True(Money.TryParse(price, "USD", out var charged));
        Assert.True(Money.TryParse(cost, "EUR", out var owed));
        Assert.Equal((-charged.Amount, 0m, charged.Amount, owed.Amount), await rig.StandAsync());
    }
}
