using Microsoft.Data.Sqlite;
using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Settling;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>Money is held before a delivery and charged after it, once.</summary>
public sealed class BillingConformanceTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private BillingRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await BillingRig.CreateAsync(BillType.Prepaid);

    public async ValueTask DisposeAsync()
    {
        await _rig.AssertBooksAgreeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_price_is_held_before_the_call_and_charged_by_what_was_delivered()
    {
        await _rig.PayAsync(10);
        // Two pages are expected to take 110 seconds: two minutes.
        var message = await _rig.AtResourceAsync(pages: 2);
        Assert.Equal((9.86m, 0.14m, 0m, 0m), await _rig.StandAsync());
        Assert.Equal(SettleResult.Settled, await _rig.SentAsync(message.Attempt, pages: 2, seconds: 50));
        // 2 × 0.05 and one minute; the carrier has 0.01 and 50 s of 0.0001.
        Assert.Equal((9.88m, 0m, 0.12m, 0.015m), await _rig.StandAsync());
        Assert.Equal(-0.015m, await _rig.BalanceAsync("cost:1", "EUR"));
    }

    [Fact]
    public async Task A_receipt_that_comes_twice_charges_once()
    {
        await _rig.PayAsync(10);
        var message = await _rig.AtResourceAsync(pages: 1);
        Assert.Equal(SettleResult.Settled, await _rig.SentAsync(message.Attempt, 1, 40));
        var stand = await _rig.StandAsync();
        Assert.Equal(SettleResult.SettledBefore, await _rig.SentAsync(message.Attempt, 1, 40));
        Assert.Equal(stand, await _rig.StandAsync());
        Assert.Single(await _rig.Store.Books.CallDetailsAsync(new CallDetailQuery(1, null, null, 0, null, 10), None));
    }

    [Fact]
    public async Task What_fails_is_not_charged_but_its_call_is_owed_to_the_carrier()
    {
        await _rig.PayAsync(10);
        var message = await _rig.AtResourceAsync(pages: 3);
        await _rig.FailedAsync(message.Attempt, pages: 1, seconds: 100);
        Assert.Equal((10m, 0m, 0m, 0.02m), await _rig.StandAsync());
    }

    [Fact]
    public async Task An_attempt_without_a_call_costs_nothing()
    {
        await _rig.PayAsync(10);
        var message = await _rig.AtResourceAsync(pages: 1);
        await _rig.FailedAsync(message.Attempt, seconds: 0, callPlaced: false);
        Assert.Equal((10m, 0m, 0m, 0m), await _rig.StandAsync());
    }

    [Fact]
    public async Task What_is_deferred_stays_held_and_the_pages_of_all_attempts_are_charged_at_the_end()
    {
        await _rig.PayAsync(10);
        var message = await _rig.AtResourceAsync(pages: 3);
        await _rig.DeferredAsync(message.Attempt, pages: 2, seconds: 70);
        Assert.Equal((9.79m, 0.21m, 0m), Without(await _rig.StandAsync()));
        _rig.Clock.Advance(TimeSpan.FromMinutes(1));
        var again = await _rig.AttemptAsync(message.Id);
        Assert.Equal(2, again.PagesConfirmed);
        await _rig.SentAsync(again.Attempt, pages: 3, seconds: 40);
        // Three pages, and 110 seconds in two calls: two minutes. Each call is owed: 0.01 + 0.007 and 0.01 + 0.004.
        Assert.Equal((9.81m, 0m, 0.19m, 0.031m), await _rig.StandAsync());
        var records = await _rig.Store.Books.CallDetailsAsync(new CallDetailQuery(null, null, null, 0, null, 10), None);
        Assert.Equal([(2, 70, null), (1, 40, (Money?)BillingRig.Usd(0.19m))], records.Select(r => (r.Pages, r.Seconds, r.Price)));
        Assert.Equal((3, 110), (records[1].PricedPages, records[1].PricedSeconds));
    }

    [Fact]
    public async Task A_call_that_takes_longer_than_expected_is_charged_as_it_was()
    {
        await _rig.PayAsync(0.09m);
        var message = await _rig.AtResourceAsync(pages: 1);
        await _rig.SentAsync(message.Attempt, pages: 1, seconds: 1000);
        Assert.Equal((0.09m - 0.39m, 0m, 0.39m), Without(await _rig.StandAsync()));
    }

    [Fact]
    public async Task What_nobody_knows_is_not_charged_until_a_late_receipt_says_that_it_was_sent()
    {
        await _rig.PayAsync(10);
        var message = await _rig.AtResourceAsync(pages: 1);
        await _rig.GiveUpAsync(message);
        Assert.Equal((10m, 0m, 0m, 0m), await _rig.StandAsync());
        Assert.Equal(SettleResult.Corrected, await _rig.SentAsync(message.Attempt, 1, 40));
        Assert.Equal((9.93m, 0m, 0.07m, 0.014m), await _rig.StandAsync());
        Assert.Equal(SettleResult.SettledBefore, await _rig.SentAsync(message.Attempt, 1, 40));
        Assert.Equal((9.93m, 0m, 0.07m, 0.014m), await _rig.StandAsync());
        var records = await _rig.Store.Books.CallDetailsAsync(new CallDetailQuery(1, null, null, 0, null, 10), None);
        Assert.Equal([(1, MessageStatus.Uncertain), (2, MessageStatus.Sent)], records.Select(r => (r.Revision, r.Status)));
    }

    [Fact]
    public async Task What_expires_is_held_no_longer()
    {
        await _rig.PayAsync(10);
        var message = await _rig.PendingAsync();
        await _rig.PrepareAsync(message, 1);
        Assert.Equal(1, await _rig.Store.Queue.ExpireAsync(_rig.Clock.GetUtcNow().AddDays(2), 10, None));
        Assert.Equal((10m, 0m, 0m, 0m), await _rig.StandAsync());
    }

    [Fact]
    public async Task Pages_that_are_made_again_are_held_for_once_and_by_their_new_price()
    {
        await _rig.PayAsync(10);
        var message = await _rig.PendingAsync();
        await _rig.PrepareAsync(message, 1);
        await AgainAsync(1);
        Assert.Equal((9.91m, 0.09m), ((await _rig.StandAsync()).Customer, (await _rig.StandAsync()).Held));
        await AgainAsync(3);
        Assert.Equal((9.79m, 0.21m), ((await _rig.StandAsync()).Customer, (await _rig.StandAsync()).Held));

        async Task AgainAsync(int pages)
        {
            await _rig.Store.Dispatch.UnprepareAsync(Assert.Single(await _rig.Store.ClaimAsync(Lane.Fax)), None);
            Assert.Equal(PrepareResult.Prepared, (await _rig.PrepareAsync(Assert.Single(await _rig.Store.ClaimAsync(Lane.Prepare)), pages)).Result);
        }
    }

    [Fact]
    public async Task What_the_balance_does_not_allow_fails_with_its_amounts_and_never_waits()
    {
        await _rig.PayAsync(0.20m);
        await _rig.PrepareAsync(await _rig.PendingAsync("+12025550101"), 1);
        var (result, refusal) = await _rig.PrepareAsync(await _rig.PendingAsync("+12025550102"), 2);
        Assert.Equal((PrepareResult.NoCredit,
            "It would cost about $0.14; this account has $0.11 left, and $0.09 held for messages that are under way."), (result, refusal!.Reason));
        var message = (await _rig.Store.Record.MessagesAsync(null, null, 1, None))[0];
        Assert.Equal((MessageStatus.Failed, refusal.Reason), (message.Status, message.Cause));
        Assert.Single(await _rig.Store.Receipts.DueAsync(10, None));
        Assert.Equal((0.11m, 0.09m, 0m, 0m), await _rig.StandAsync());
        await _rig.Store.AssertEveryMessageHasItsPlaceAsync();
    }

    [Fact]
    public async Task Messages_that_are_prepared_at_once_cannot_spend_the_same_money()
    {
        await _rig.PayAsync(1);
        var pending = new List<QueuedMessage>();
        for (var i = 0; i < 40; i++)
            pending.Add(await _rig.PendingAsync($"+120255501{i:00}"));
        var results = await Task.WhenAll(pending.Select(m => Task.Run(() => _rig.PrepareAsync(m, 1))));
        // 0.09 each: eleven fit into one.
        Assert.Equal(11, results.Count(r => r.Result == PrepareResult.Prepared));
        Assert.Equal((0.01m, 0.99m, 0m, 0m), await _rig.StandAsync());
    }

    [Fact]
    public async Task A_settlement_that_is_not_committed_books_nothing()
    {
        await _rig.PayAsync(10);
        var message = await _rig.AtResourceAsync(pages: 1);
        await _rig.Store.Database.WriteAsync(s => s.Execute("""
            CREATE TRIGGER broken BEFORE INSERT ON call_detail BEGIN SELECT raise(ABORT, 'the disk is full'); END
            """), None);
        await Assert.ThrowsAsync<SqliteException>(() => _rig.SentAsync(message.Attempt, 1, 40));
        Assert.Equal((9.91m, 0.09m, 0m, 0m), await _rig.StandAsync());
        await _rig.Store.Database.WriteAsync(s => s.Execute("DROP TRIGGER broken"), None);
        Assert.Equal(SettleResult.Settled, await _rig.SentAsync(message.Attempt, 1, 40));
        Assert.Equal((9.93m, 0m, 0.07m, 0.014m), await _rig.StandAsync());
    }

    [Theory]
    [InlineData("UPDATE ledger SET amount = amount * 2")]
    [InlineData("DELETE FROM ledger")]
    [InlineData("UPDATE call_detail SET price = 0")]
    [InlineData("DELETE FROM call_detail")]
    public async Task The_books_cannot_be_changed(string statement)
    {
        await _rig.PayAsync(10);
        await _rig.SentAsync((await _rig.AtResourceAsync(1)).Attempt, 1, 40);
        await Assert.ThrowsAsync<SqliteException>(() => _rig.Store.Database.WriteAsync(s => s.Execute(statement), None));
    }

    [Fact]
    public async Task A_payment_is_booked_once_under_its_reference()
    {
        Assert.Equal(PaymentResult.Booked, await _rig.PayAsync(10, "bank-1"));
        Assert.Equal(PaymentResult.BookedBefore, await _rig.PayAsync(10, "bank-1"));
        Assert.Equal(PaymentResult.ReferenceTaken, await _rig.PayAsync(11, "bank-1"));
        Assert.Equal((10m, -10m), (await _rig.BalanceAsync("customer:1"), await _rig.BalanceAsync("cash")));
    }

    [Fact]
    public async Task A_refund_is_at_most_what_is_there_and_not_held()
    {
        await _rig.PayAsync(10);
        var refund = new Payment(LedgerKind.Refund, 1, BillingRig.Usd(-7), BillingRig.Usd(-7), "back-1", "");
        Assert.Equal(PaymentResult.Booked, await _rig.Store.Books.PayAsync(refund, StoreRig.Start, None));
        Assert.Equal(PaymentResult.BookedBefore, await _rig.Store.Books.PayAsync(refund, StoreRig.Start, None));
        Assert.Equal(PaymentResult.BeyondBalance, await _rig.Store.Books.PayAsync(refund with { Reference = "back-2" }, StoreRig.Start, None));
        Assert.Equal((3m, -3m), (await _rig.BalanceAsync("customer:1"), await _rig.BalanceAsync("cash")));
    }

    [Fact]
    public async Task A_payment_in_another_currency_balances_in_each()
    {
        var payment = new Payment(LedgerKind.TopUp, 1, BillingRig.Usd(108.45m), Money.Of(100, "EUR"), "bank-2", "by transfer");
        Assert.Equal(PaymentResult.Booked, await _rig.Store.Books.PayAsync(payment, StoreRig.Start, None));
        // The rate has changed since; what was booked has not.
        Assert.Equal(PaymentResult.BookedBefore, await _rig.Store.Books.PayAsync(payment with { Amount = BillingRig.Usd(109) }, StoreRig.Start, None));
        Assert.Equal((108.45m, -100m, 100m, -108.45m), (await _rig.BalanceAsync("customer:1"), await _rig.BalanceAsync("cash", "EUR"),
            await _rig.BalanceAsync("exchange:EUR", "EUR"), await _rig.BalanceAsync("exchange:USD")));
    }

    [Fact]
    public async Task A_batch_once_made_stays_as_it_is()
    {
        Assert.Null(await _rig.Store.Books.MakeBatchAsync(2, StoreRig.Start, None));
        await _rig.PayAsync(10);
        for (var i = 0; i < 3; i++)
            await _rig.SentAsync((await _rig.AtResourceAsync(1)).Attempt, 1, 40);
        var first = await _rig.Store.Books.MakeBatchAsync(2, StoreRig.Start, None);
        var second = await _rig.Store.Books.MakeBatchAsync(2, StoreRig.Start, None);
        Assert.Equal([(1, 2), (2, 1)], new[] { first!, second! }.Select(b => ((int)b.Number, b.Records)));
        Assert.Null(await _rig.Store.Books.MakeBatchAsync(2, StoreRig.Start, None));
        await _rig.SentAsync((await _rig.AtResourceAsync(1)).Attempt, 1, 40);
        Assert.Equal([first!, second!], await _rig.Store.Books.BatchesAsync(0, 10, None));
        var records = await _rig.Store.Books.CallDetailsAsync(new CallDetailQuery(null, null, null, first!.FirstRecord - 1, first.LastRecord, 10), None);
        Assert.Equal(2, records.Count);
        Assert.All(records, r => Assert.Equal(("US", "1202", "fax1", "+12025550100"), (r.Country, r.Prefix, r.Resource, r.To)));
    }

    [Fact]
    public async Task Records_are_found_by_time_and_page_by_page()
    {
        await _rig.PayAsync(10);
        for (var i = 0; i < 4; i++)
        {
            await _rig.SentAsync((await _rig.AtResourceAsync(1)).Attempt, 1, 40);
            _rig.Clock.Advance(TimeSpan.FromHours(1));
        }
        foreach (var customer in new long?[] { null, 1 })
        {
            var query = new CallDetailQuery(customer, StoreRig.Start.AddHours(1), StoreRig.Start.AddHours(3), 0, null, 1);
            var one = Assert.Single(await _rig.Store.Books.CallDetailsAsync(query, None));
            var two = Assert.Single(await _rig.Store.Books.CallDetailsAsync(query with { After = one.Record }, None));
            Assert.Equal((StoreRig.Start.AddHours(1), StoreRig.Start.AddHours(2)), (one.EndedAt, two.EndedAt));
            Assert.Empty(await _rig.Store.Books.CallDetailsAsync(query with { After = two.Record }, None));
        }
        Assert.Empty(await _rig.Store.Books.CallDetailsAsync(new CallDetailQuery(2, null, null, 0, null, 10), None));
    }

    [Fact]
    public async Task A_statement_goes_from_the_opening_balance_to_the_closing_one()
    {
        await _rig.PayAsync(10);
        await _rig.SentAsync((await _rig.AtResourceAsync(1)).Attempt, 1, 40);
        _rig.Clock.Advance(TimeSpan.FromDays(1));
        await _rig.PayAsync(5, "second");
        await _rig.SentAsync((await _rig.AtResourceAsync(2)).Attempt, 2, 40);
        await _rig.SentAsync((await _rig.AtResourceAsync(1, "+4930123456")).Attempt, 1, 40);
        await _rig.PrepareAsync(await _rig.PendingAsync(), 1);
        var statement = await _rig.Store.Books.StatementAsync(1, "USD", StoreRig.Start.AddHours(12), StoreRig.Start.AddDays(2), None);
        Assert.Equal((9.93m, 14.74m), (statement.Opening.Amount, statement.Closing.Amount));
        Assert.Equal([("DE", 1L, 0.07m), ("US", 2L, 0.12m)], statement.Charges.Select(c => (c.Country, c.Pages, c.Total.Amount)));
        Assert.Equal((5m, "second"), (Assert.Single(statement.Payments).Amount.Amount, statement.Payments[0].Reference));
    }

    [Fact]
    public async Task A_charge_is_told_in_the_record_of_events()
    {
        await _rig.PayAsync(10);
        var message = await _rig.AtResourceAsync(1);
        await _rig.Store.Database.WriteAsync(s => s.Execute("UPDATE message SET reference = 'order 77' WHERE message_id = ?1", message.Id.Value), None);
        await _rig.SentAsync(message.Attempt, 1, 40);
        var told = Assert.Single(await _rig.Store.Record.EventsAsync(0, 100, None), e => e.Code == "billing.charged");
        Assert.Contains("\"price\":\"0.07\",\"currency\":\"USD\"", told.Detail, StringComparison.Ordinal);
        Assert.Contains("\"reference\":\"order 77\"", told.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_finds_what_was_tampered_with()
    {
        await _rig.PayAsync(10);
        await _rig.Store.Database.WriteAsync(s => s.Execute("UPDATE balance SET amount = amount + 1 WHERE account = 'customer:1'"), None);
        Assert.Contains("customer:1", Assert.Single((await _rig.Store.Books.CheckAsync(None)).Faults), StringComparison.Ordinal);
        await _rig.Store.Database.WriteAsync(s => s.Execute("UPDATE balance SET amount = amount - 1 WHERE account = 'customer:1'"), None);
    }

    [Fact]
    public async Task The_store_knows_the_major_currencies_and_keeps_rates_as_they_were_set()
    {
        Assert.Equal(Currency.Major, await _rig.Store.Books.CurrenciesAsync(None));
        Assert.True(ExchangeRate.TryCreate("EUR", "USD", "1.084500000001", StoreRig.Start, out var rate, out _));
        Assert.Null(await _rig.Store.Books.AddExchangeRatesAsync([rate], None));
        Assert.Null(await _rig.Store.Books.AddExchangeRatesAsync([rate], None));
        var other = rate with { From = "GBP" };
        Assert.Equal(rate with { Rate = 2 }, await _rig.Store.Books.AddExchangeRatesAsync([other, rate with { Rate = 2 }], None));
        Assert.Equal(rate, Assert.Single(await _rig.Store.Books.ExchangeRatesAsync(None)));
    }

    [Fact]
    public async Task Currencies_are_added_written_another_way_and_removed_while_nobody_pays_in_them()
    {
        await _rig.Store.Books.SaveCurrencyAsync(new Currency("ISK", "Króna", "kr", 2), None);
        await _rig.Store.Books.SaveCurrencyAsync(new Currency("ISK", "Icelandic Króna", "ISK", 0), None);
        Assert.Contains(new Currency("ISK", "Icelandic Króna", "ISK", 0), await _rig.Store.Books.CurrenciesAsync(None));
        Assert.Equal(CurrencyRemoval.Removed, await _rig.Store.Books.RemoveCurrencyAsync("ISK", None));
        Assert.Equal(CurrencyRemoval.Unknown, await _rig.Store.Books.RemoveCurrencyAsync("ISK", None));
        Assert.Equal(CurrencyRemoval.InUse, await _rig.Store.Books.RemoveCurrencyAsync("USD", None));
    }

    private static (decimal, decimal, decimal) Without((decimal Customer, decimal Held, decimal Revenue, decimal Carrier) stand) =>
        (stand.Customer, stand.Held, stand.Revenue);
}
