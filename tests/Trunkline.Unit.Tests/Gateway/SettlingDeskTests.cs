using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Settling;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>Receipts as resources bring them, against a real store.</summary>
public class SettlingDeskTests : IAsyncLifetime
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:1/resource");
    private readonly GatewayRig _rig = new();
    private ResourceModel _resource = null!;

    public async ValueTask InitializeAsync() => _resource = await _rig.AddResourceAsync(Nowhere);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_wrong_password_changes_nothing()
    {
        var message = await _rig.AtResourceAsync(_resource);
        Assert.IsType<ReceiptAnswer.WrongPassword>(await ReceiveAsync(GatewayRig.Receipt(message.Attempt.ToString(), MessageStatus.Sent, 1, password: "guessed")));
        Assert.Equal(MessageStatus.Acknowledged, (await _rig.StateAsync(message.Id)).Status);
        Assert.Equal(1, _rig.Resources.Find(1)!.Open);
    }

    [Fact]
    public async Task An_empty_password_is_nobodys() =>
        Assert.IsType<ReceiptAnswer.WrongPassword>(await ReceiveAsync(GatewayRig.Receipt("X", MessageStatus.Sent, password: "")));

    [Fact]
    public async Task A_resource_cannot_settle_what_another_holds()
    {
        var message = await _rig.AtResourceAsync(_resource);
        await _rig.AddResourceAsync(Nowhere, "fax2", 2);
        Assert.IsType<ReceiptAnswer.UnknownMessage>(await ReceiveAsync(GatewayRig.Receipt(message.Attempt.ToString(), MessageStatus.Sent, 1, name: "fax2")));
        Assert.Equal(MessageStatus.Acknowledged, (await _rig.StateAsync(message.Id)).Status);
    }

    [Fact]
    public async Task An_attempt_that_was_never_made_is_unknown()
    {
        var message = await _rig.AtResourceAsync(_resource);
        Assert.IsType<ReceiptAnswer.UnknownMessage>(await ReceiveAsync(GatewayRig.Receipt($"{message.Id}-2", MessageStatus.Sent, 1)));
    }

    [Theory]
    [InlineData("no-id-of-ours", MessageStatus.Sent)]
    [InlineData(null, MessageStatus.Sent)]
    [InlineData("0000000000001-1", null)]
    [InlineData("0000000000001-1", MessageStatus.Acknowledged)]
    public async Task What_is_no_receipt_is_malformed(string? attempt, MessageStatus? status) =>
        Assert.IsType<ReceiptAnswer.Malformed>(await ReceiveAsync(GatewayRig.Receipt(attempt, status)));

    [Fact]
    public async Task What_cannot_be_read_is_malformed() => Assert.IsType<ReceiptAnswer.Malformed>(await ReceiveAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray()));

    [Fact]
    public async Task A_receipt_without_a_report_settles_by_its_fields()
    {
        var message = await _rig.AtResourceAsync(_resource, pages: 2);
        var answer = Assert.IsType<ReceiptAnswer.Acknowledged>(await ReceiveAsync(GatewayRig.Receipt(message.Attempt.ToString(), MessageStatus.Sent, 2)));

        Assert.Equal((message.Attempt.ToString(), MessageStatus.Sent, GatewayRig.RouterPassword),
            (answer.Message.MessageId, answer.Message.MessageStatus, answer.Message.Password));
        Assert.Equal(MessageStatus.Sent, (await _rig.StateAsync(message.Id)).Status);
        Assert.Equal(0, _rig.Resources.Find(1)!.Open);
        var ended = Assert.Single(Assert.Single(await _rig.Receipts.DueAsync(10, CancellationToken.None)).Messages);
        Assert.Equal((2, TimeSpan.FromSeconds(42), "+1 202 555 0101"), (ended.PagesConfirmed, ended.Duration, ended.RemoteCsid));
    }

    [Fact]
    public async Task A_receipt_that_comes_again_is_acknowledged_again_and_changes_nothing()
    {
        var message = await _rig.AtResourceAsync(_resource);
        await ReceiveAsync(GatewayRig.Receipt(message.Attempt.ToString(), MessageStatus.Sent, 1));
        _rig.Resources.Find(1)!.Opened();

        Assert.IsType<ReceiptAnswer.Acknowledged>(await ReceiveAsync(GatewayRig.Receipt(message.Attempt.ToString(), MessageStatus.Failed)));
        Assert.Equal(MessageStatus.Sent, (await _rig.StateAsync(message.Id)).Status);
        Assert.Equal(1, _rig.Resources.Find(1)!.Open);
    }

    [Fact]
    public async Task The_report_of_a_receipt_is_read_field_by_field()
    {
        var message = await _rig.AtResourceAsync(_resource, pages: 5);
        await ReceiveAsync(GatewayRig.Receipt(message.Attempt.ToString(), MessageStatus.Deferred, report: Report("""
            X-Trunkline-Outcome: dropped
            X-Trunkline-Detail: T.30 no answer to MPS
            X-Trunkline-Transport: T.38 14400 bit/s ECM
            X-Trunkline-Pages-Confirmed: 3
            X-Trunkline-Call-Placed: true
            """)));

        var (status, outcome, _) = await _rig.StateAsync(message.Id);
        Assert.Equal((MessageStatus.Deferred, "dropped"), (status, outcome));
        var attempt = await _rig.Database.ReadAsync(s => s.First(
            "SELECT detail, transport, pages_confirmed, call_placed, log FROM attempt WHERE message_id = ?1",
            r => (Detail: r.GetString(0), Transport: r.GetString(1), Pages: r.GetInt32(2), Placed: r.GetBoolean(3), Log: r.GetString(4)), message.Id.Value), default);
        Assert.Equal(("T.30 no answer to MPS", "T.38 14400 bit/s ECM", 3, true), (attempt.Detail, attempt.Transport, attempt.Pages, attempt.Placed));
        Assert.Contains("the log of the call", attempt.Log, StringComparison.Ordinal);
        // The next attempt goes on with page 4.
        await _rig.Queue.PromoteAsync(_rig.Clock.GetUtcNow() + TimeSpan.FromHours(1), 10, default);
        Assert.Equal(3, (await _rig.Queue.ClaimAsync(Lane.Fax, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 1, default)).Single().PagesConfirmed);
    }

    [Fact]
    public void A_failure_that_calls_itself_delivered_is_a_failure()
    {
        var report = Read(MessageStatus.Failed, "X-Trunkline-Outcome: delivered");
        Assert.Equal((MessageStatus.Failed, CallOutcome.Refused), (report.Status, report.Outcome));
    }

    [Fact]
    public void Whether_a_call_was_placed_is_said_by_the_report_alone()
    {
        Assert.False(Read(MessageStatus.Deferred, "X-Trunkline-Call-Placed: false").CallPlaced);
        Assert.True(Read(MessageStatus.Deferred, "X-Trunkline-Outcome: busy").CallPlaced);
        Assert.False(Read(MessageStatus.Failed, "X-Trunkline-Outcome: bad-document").CallPlaced);
    }

    [Fact]
    public void An_outcome_that_nobody_knows_is_understood_by_the_status() =>
        Assert.Equal(CallOutcome.Congestion, Read(MessageStatus.Deferred, "X-Trunkline-Outcome: moonlight").Outcome);

    [Fact]
    public void What_the_far_end_calls_itself_stays_on_one_line()
    {
        Assert.True(AttemptReport.TryRead(new ResourceMessage { MessageStatus = MessageStatus.Sent, MessageRemoteCsid = "+1 202\r\nBcc: eve@example.org\a" }, out var report, out _));
        Assert.DoesNotContain(report.RemoteCsid, char.IsControl);
        Assert.StartsWith("+1 202", report.RemoteCsid, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_receipt_corrects_what_was_given_up()
    {
        var message = await _rig.AtResourceAsync(_resource);
        await _rig.Queue.PromoteAsync(_rig.Clock.GetUtcNow() + TimeSpan.FromHours(1), 10, default);
        var claimed = (await _rig.Queue.ClaimAsync(Lane.Ask, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 1, default)).Single();
        Assert.True(await _rig.Queue.EndAsync(claimed, MessageStatus.Uncertain, CallOutcome.Uncertain, "Nobody knows.", _rig.Clock.GetUtcNow(), default));

        Assert.IsType<ReceiptAnswer.Acknowledged>(await ReceiveAsync(GatewayRig.Receipt(message.Attempt.ToString(), MessageStatus.Sent, 1)));
        Assert.Equal(MessageStatus.Sent, (await _rig.StateAsync(message.Id)).Status);
    }

    [Theory]
    [InlineData("X-Trunkline-Retry-After: 120\n", 120)]
    [InlineData("X-Trunkline-Retry-After: 99999999\n", 3600)]
    [InlineData("X-Trunkline-Retry-After: -1\n", null)]
    [InlineData("", null)]
    public void When_to_call_again_is_read_and_bounded(string field, int? seconds) =>
        Assert.Equal(seconds, (int?)Read(MessageStatus.Deferred, field + "X-Trunkline-Outcome: busy").RetryAfter?.TotalSeconds);

    [Fact]
    public void The_head_alone_shows_whether_it_is_a_resource_of_ours()
    {
        Assert.True(_rig.Desk.IsResource(GatewayRig.Receipt("X-1", MessageStatus.Sent)));
        Assert.False(_rig.Desk.IsResource(GatewayRig.Receipt("X-1", MessageStatus.Sent, password: "guessed")));
        Assert.False(_rig.Desk.IsResource(GatewayRig.Receipt("X-1", MessageStatus.Sent, name: "fax9")));
    }

    private Task<ReceiptAnswer> ReceiveAsync(byte[] bytes) => _rig.Desk.ReceiveAsync(bytes, CancellationToken.None);

    private static AttemptReport Read(MessageStatus status, string fields)
    {
        Assert.True(ResourceMessageFormat.TryRead(GatewayRig.Receipt("X-1", status, report: Report(fields)), out var message, out var error), error);
        Assert.True(AttemptReport.TryRead(message, out var report, out error), error);
        return report;
    }

    private static string Report(string fields) => $"""
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain; charset=utf-8

        the log of the call
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; fax1

        Final-Recipient: rfc822; +12025550101@fax.localhost
        Action: delayed
        {fields}

        --b--

        """;
}
