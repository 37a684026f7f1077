using System.Text;
using Microsoft.AspNetCore.Http;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Settling;

namespace Trunkline.Unit.Tests.Gateway.Routing;

/// <summary>What one carrier cannot do, the next does at once; and never two at once.</summary>
public sealed class FailoverTests : IAsyncLifetime
{
    private readonly GatewayRig _rig = new(o => o.Retry.Carrier = new RetryPolicy { Interval = TimeSpan.FromMinutes(10), MaxAttempts = 2 });
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private readonly List<ScriptedResource> _far = [];
    private readonly List<string> _calls = [];

    public async ValueTask InitializeAsync()
    {
        for (var i = 1; i <= 3; i++)
        {
            var far = await ScriptedResource.StartAsync();
            _far.Add(far);
            var name = $"fax{i}";
            await _rig.AddResourceAsync(far.Address, name, i);
            await _rig.PerPageAsync(RateFiles.Cost(i), ("1", i * 10));
            far.OnDelivery = async (message, context) =>
            {
                await far.AnswerAsync(context, message, MessageStatus.Acknowledged);
                lock (_calls)
                    _calls.Add(name);
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        foreach (var far in _far)
            await far.DisposeAsync();
    }

    [Theory]
    [InlineData(CallOutcome.Congestion, MessageStatus.Deferred)]
    [InlineData(CallOutcome.TrunkDown, MessageStatus.Deferred)]
    [InlineData(CallOutcome.Unauthorized, MessageStatus.Deferred)]
    [InlineData(CallOutcome.Interrupted, MessageStatus.Deferred)]
    [InlineData(CallOutcome.CarrierRefused, MessageStatus.Failed)]
    public async Task What_another_carrier_may_mend_goes_to_the_next_cheapest_at_once(CallOutcome outcome, MessageStatus status)
    {
        var (id, begun) = await StartAsync();
        await SettleAsync(id, 1, status, outcome);
        await CallsAsync(2);
        await SettleAsync(id, 2, status, outcome);
        await CallsAsync(3);
        await SettleAsync(id, 3, MessageStatus.Sent, CallOutcome.Delivered);

        Assert.Equal(["fax1", "fax2", "fax3"], _calls);
        Assert.Equal(MessageStatus.Sent, (await _rig.StateAsync(id)).Status);
        // Three carriers within the first retry interval of one.
        Assert.True(_rig.Clock.GetUtcNow() - begun < TimeSpan.FromMinutes(1));
        Assert.Equal("", await TextAsync(id, "failed_resources"));
        Assert.Equal("fax1 1, fax2 1, fax3 0", await WentOnAsync(id));
    }

    [Theory]
    [InlineData(CallOutcome.Busy, MessageStatus.Deferred, MessageStatus.Deferred)]
    [InlineData(CallOutcome.NoAnswer, MessageStatus.Deferred, MessageStatus.Deferred)]
    [InlineData(CallOutcome.NoFax, MessageStatus.Deferred, MessageStatus.Deferred)]
    [InlineData(CallOutcome.NotInService, MessageStatus.Failed, MessageStatus.Failed)]
    [InlineData(CallOutcome.Refused, MessageStatus.Failed, MessageStatus.Failed)]
    public async Task What_is_the_same_by_every_carrier_is_not_tried_by_another(CallOutcome outcome, MessageStatus receipt, MessageStatus becomes)
    {
        var (id, _) = await StartAsync();
        await SettleAsync(id, 1, receipt, outcome);

        Assert.Equal(becomes, (await _rig.StateAsync(id)).Status);
        await _rig.UntilAsync(() => _rig.Clock.GetUtcNow() - _rig.Clock.Start > TimeSpan.FromSeconds(30), Step);
        Assert.Equal(["fax1"], _calls);
        Assert.Equal("fax1 0", await WentOnAsync(id));
    }

    [Fact]
    public async Task Round_that_is_over_waits_for_its_interval_and_then_begins_with_the_cheapest_again()
    {
        var (id, _) = await StartAsync();
        var begun = _rig.Clock.GetUtcNow();
        for (var i = 1; i <= 3; i++)
        {
            await SettleAsync(id, i, MessageStatus.Deferred, CallOutcome.Congestion);
            Assert.Equal(i < 3 ? string.Join(' ', Enumerable.Range(1, i)) : "", await TextAsync(id, "failed_resources"));
            if (i < 3)
                await CallsAsync(i + 1);
        }
        Assert.Equal(MessageStatus.Deferred, (await _rig.StateAsync(id)).Status);

        await CallsAsync(4, TimeSpan.FromSeconds(5));
        Assert.Equal("fax1", _calls[3]);
        Assert.True(_rig.Clock.GetUtcNow() - begun >= TimeSpan.FromMinutes(10));
        // The policy allows two attempts: carriers in between count as none.
        for (var i = 4; i <= 6; i++)
        {
            await SettleAsync(id, i, MessageStatus.Deferred, CallOutcome.Congestion);
            if (i < 6)
                await CallsAsync(i + 1);
        }
        Assert.Equal((MessageStatus.Failed, "congestion"), (await _rig.StateAsync(id)) is var state ? (state.Status, state.Outcome!) : default);
        Assert.Equal("fax1 1, fax2 1, fax3 0, fax1 1, fax2 1, fax3 0", await WentOnAsync(id));
    }

    [Fact]
    public async Task Last_carrier_that_never_will_leaves_it_to_one_that_may_later()
    {
        var (id, _) = await StartAsync();
        await SettleAsync(id, 1, MessageStatus.Deferred, CallOutcome.Congestion);
        await CallsAsync(2);
        await SettleAsync(id, 2, MessageStatus.Failed, CallOutcome.CarrierRefused);
        await CallsAsync(3);
        await SettleAsync(id, 3, MessageStatus.Failed, CallOutcome.CarrierRefused);

        Assert.Equal((MessageStatus.Deferred, "congestion"), (await _rig.StateAsync(id)) is var state ? (state.Status, state.Outcome!) : default);
    }

    [Fact]
    public async Task All_carriers_that_refuse_have_refused()
    {
        var (id, _) = await StartAsync();
        for (var i = 1; i <= 3; i++)
        {
            await SettleAsync(id, i, MessageStatus.Failed, CallOutcome.CarrierRefused);
            if (i < 3)
                await CallsAsync(i + 1);
        }

        Assert.Equal((MessageStatus.Failed, "carrier-refused"), (await _rig.StateAsync(id)) is var state ? (state.Status, state.Outcome!) : default);
    }

    [Fact]
    public async Task Resource_that_does_not_take_it_is_passed_over_at_once()
    {
        _far[0].OnDelivery = (_, context) =>
        {
            lock (_calls)
                _calls.Add("fax1 refused");
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        await StartAsync();
        await CallsAsync(2);

        Assert.Equal(["fax1 refused", "fax2"], _calls);
        Assert.True(_rig.Clock.GetUtcNow() - _rig.Clock.Start < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Resource_in_doubt_is_asked_and_never_passed_over()
    {
        _far[0].OnDelivery = (_, context) =>
        {
            lock (_calls)
                _calls.Add("fax1 in doubt");
            context.Abort();
            return Task.CompletedTask;
        };
        await StartAsync();
        await _rig.UntilAsync(() => _far[0].Enquiries.Any(m => m.MessageId is not null), Step);

        Assert.Equal(["fax1 in doubt"], _calls);
    }

    [Fact]
    public async Task Attempt_is_begun_with_the_rates_of_the_carrier_and_of_the_customer()
    {
        // Before the rig adds her: she pays.
        await _rig.CustomerRows.AddAsync(GatewayRig.Alice with { BillType = BillType.Prepaid }, null, CancellationToken.None);
        var price = await _rig.PerPageAsync(RateFiles.Price("standard"), ("1202", 70));
        var (id, _) = await StartAsync();

        var deck = _rig.Rates.Book.Cost(1, MessageType.Fax, _rig.Clock.GetUtcNow())!.Info.Id;
        Assert.Equal($"{deck} USD page=0.01 {price.Id} USD page=0.07", await _rig.Database.ReadAsync(s => s.First(
            "SELECT cost_deck_id || ' ' || cost_rate || ' ' || price_deck_id || ' ' || price_rate FROM attempt WHERE message_id = ?1", r => r.GetString(0), id.Value), CancellationToken.None));
    }

    [Fact]
    public async Task Message_of_a_customer_without_a_price_fails_and_nothing_is_called()
    {
        // Before the rig adds her: she pays.
        await _rig.CustomerRows.AddAsync(GatewayRig.Alice with { BillType = BillType.Prepaid }, null, CancellationToken.None);
        await _rig.StartAsync();
        var id = (await _rig.SubmitAsync(1, "+12025550101"))[0];
        await _rig.UntilStatusAsync(id, MessageStatus.Failed, Step);

        Assert.Equal("no-price", (await _rig.StateAsync(id)).Outcome);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task Message_that_no_carrier_serves_waits_and_goes_when_one_does()
    {
        await _rig.StartAsync();
        var id = (await _rig.SubmitAsync(1, "+442079460101"))[0];
        await _rig.UntilAsync(async () => (await _rig.StateAsync(id)).Cause.StartsWith("No carrier serves", StringComparison.Ordinal), Step);
        await _rig.PerPageAsync(RateFiles.Cost(2, effective: RateFiles.LongAgo.AddDays(1)), ("44", 10));
        await CallsAsync(1, TimeSpan.FromSeconds(1));

        Assert.Equal(["fax2"], _calls);
    }

    private async Task<(MessageId Id, DateTimeOffset Begun)> StartAsync()
    {
        await _rig.StartAsync();
        await _rig.UntilAsync(() => _rig.Resources.All.All(r => r.Room(_rig.Clock.GetUtcNow(), _rig.Options.ResourceSilence) > 0), Step);
        var begun = _rig.Clock.GetUtcNow();
        var id = (await _rig.SubmitAsync(1, "+12025550101"))[0];
        await CallsAsync(1);
        return (id, begun);
    }

    private Task CallsAsync(int count, TimeSpan? step = null) => _rig.UntilAsync(() =>
    {
        lock (_calls)
            return _calls.Count >= count;
    }, step ?? Step);

    private async Task SettleAsync(MessageId id, int attempt, MessageStatus status, CallOutcome outcome)
    {
        // The gateway may still be writing down that it was acknowledged; a receipt does not wait for that.
        var resource = await _rig.Database.ReadAsync(s => s.Number("SELECT resource_id FROM attempt WHERE message_id = ?1 AND number = ?2", id.Value, attempt), CancellationToken.None);
        var report = Encoding.ASCII.GetString(Encoding.ASCII.GetBytes($"""
            Content-Type: multipart/report; boundary="b"; report-type=delivery-status

            --b
            Content-Type: message/delivery-status

            Reporting-MTA: x-resource; R

            Final-Recipient: tel; +12025550101
            X-Trunkline-Outcome: {outcome.Code()}
            X-Trunkline-Pages-Confirmed: {(status == MessageStatus.Sent ? 1 : 0)}

            --b--
            """.ReplaceLineEndings("\r\n")));
        Assert.IsType<ReceiptAnswer.Acknowledged>(await _rig.Desk.ReceiveAsync(
            GatewayRig.Receipt($"{id}-{attempt}", status, status == MessageStatus.Sent ? 1 : 0, report, $"fax{resource}"), CancellationToken.None));
    }

    private Task<string?> TextAsync(MessageId id, string column) => _rig.Database.ReadAsync(
        s => s.First($"SELECT {column} FROM message WHERE message_id = ?1", r => r.GetString(0), id.Value), CancellationToken.None);

    private Task<string?> WentOnAsync(MessageId id) => _rig.Database.ReadAsync(s => s.First(
        "SELECT group_concat('fax' || resource_id || ' ' || went_on, ', ') FROM (SELECT * FROM attempt WHERE message_id = ?1 ORDER BY number)", r => r.GetString(0), id.Value), CancellationToken.None);
}
