using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Unit.Tests.Gateway.Broadcasts;

/// <summary>Mail to a list: a broadcast for its customer, and nothing for anybody else.</summary>
public class ListMailTests : IAsyncLifetime
{
    private const string Branches = "list-branches@fax.localhost";
    private readonly BroadcastRig _rig = new();
    private IntakeDesk _desk = null!;
    private Customer _customer = null!;

    public async ValueTask InitializeAsync()
    {
        var options = Options.Create(_rig.Gateway.Options);
        var gateway = _rig.Gateway;
        _customer = await _rig.CustomerAsync();
        await _rig.Lists.SaveAsync(1, _customer.Key, "branches", BroadcastRig.Rows(30), gateway.Clock.GetUtcNow(), default);
        var filters = new SqliteFilterStore(gateway.Database, gateway.Bodies);
        var splitter = new MailSplitter(new FileTypeTable([new("txt", "text/plain", MessageType.Fax) { IsText = true }]), new SqliteCoverNames(gateway.Database),
            gateway.Ids, gateway.Clock, options);
        var mail = new CustomerMail(new FilterDirectory(filters, NullLogger<FilterDirectory>.Instance), splitter, _rig.Gate, gateway.Billing,
            new NotificationLimit(filters, gateway.Clock, options), gateway.Ids, gateway.Clock, options, NullLogger<CustomerMail>.Instance);
        _desk = new IntakeDesk(gateway.Customers, new SenderVerification(gateway.Customers), _rig.Gate, _rig.Hours, splitter, mail,
            new ListMail(_rig.Lists, splitter, _rig.Desk, gateway.Clock), gateway.Intake, gateway.Ids, gateway.Signals,
            new SpaceGuard(new Plenty(), options, NullLogger<SpaceGuard>.Instance), gateway.Billing, gateway.Clock, options, NullLogger<IntakeDesk>.Instance);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Its_customer_sends_one_mail_and_each_number_gets_it_as_the_options_say()
    {
        var envelope = Begin(_customer.EmailAddress);
        Assert.True(_desk.VerifyRecipient(envelope, "LIST-Branches/priority=high/cover=modern/to=All_of_you@fax.localhost").IsAccepted);
        var verdict = await AcceptAsync(envelope);
        Assert.True(verdict.IsAccepted, verdict.Text);
        Assert.Contains("30 numbers", verdict.Text, StringComparison.Ordinal);
        var broadcast = Assert.Single(await _rig.Store.OpenAsync(default));
        Assert.Equal((30, Priority.High, (long?)2, "All of you", "alice@example.org"),
            (broadcast.Numbers, broadcast.Priority, broadcast.Cover, broadcast.CoverFields.ToName, broadcast.ReceiptTo));
        await _rig.StartFeederAsync();
        await _rig.UntilAsync(broadcast.Id, (b, _) => b.Fed == 30);
    }

    [Fact]
    public async Task A_users_mail_is_the_users_broadcast_and_its_summary_answers_the_mail()
    {
        var (_, key) = await new SqliteCustomerRegister(_rig.Gateway.Database, _rig.Gateway.Clock).AddUserAsync(
            new CustomerUser { Key = 0, CustomerKey = 1, EmailAddress = "clerk@example.org", Language = "de" }, 10, default);
        await _rig.Gateway.Customers.ReloadAsync(default);
        var envelope = Begin("clerk@example.org");
        Assert.True(_desk.VerifyRecipient(envelope, Branches).IsAccepted);
        Assert.True((await AcceptAsync(envelope)).IsAccepted);
        var broadcast = Assert.Single(await _rig.Store.OpenAsync(default));
        Assert.Equal((key, "de", "clerk@example.org"), (broadcast.UserKey, broadcast.Language, broadcast.ReceiptTo));
        // What it counts against, and who is told, is the user.
        await _rig.StartFeederAsync();
        await _rig.UntilAsync(broadcast.Id, (b, _) => b.Fed == 30);
        Assert.Equal(30, (int)await _rig.Gateway.Database.ReadAsync(s => s.Number("SELECT count(*) FROM message WHERE user_key = ?1", key), default));
        await _rig.Gateway.Database.WriteAsync(s => s.Execute("UPDATE broadcast SET state = 'ended', ended_at = 1"), default);
        await _rig.Gateway.Database.WriteAsync(s => s.Execute("INSERT INTO receipt_due (submission_id) VALUES (?1)", broadcast.Id.Value), default);
        var due = Assert.Single(await _rig.Store.ReceiptsDueAsync(10, default));
        Assert.Equal(("<prices@example.org>", "<older@example.org>"), (due.MailMessageId, Assert.Single(due.References)));
    }

    [Fact]
    public async Task A_list_that_is_not_there_is_refused()
    {
        var envelope = Begin(_customer.EmailAddress);
        Assert.True(_desk.VerifyRecipient(envelope, "list-others@fax.localhost").IsAccepted);
        Assert.Equal((false, "5.1.1"), ((await AcceptAsync(envelope)).IsAccepted, (await AcceptAsync(envelope)).EnhancedCode));
        Assert.Empty(await _rig.Store.OpenAsync(default));
    }

    [Fact]
    public void Strangers_cannot_write_to_a_list() =>
        Assert.Equal("5.7.1", _desk.VerifyRecipient(Begin("mallory@example.net"), Branches).EnhancedCode);

    [Fact]
    public void A_list_is_the_only_recipient_of_its_mail()
    {
        var envelope = Begin(_customer.EmailAddress);
        Assert.True(_desk.VerifyRecipient(envelope, Branches).IsAccepted);
        Assert.Equal("5.5.3", _desk.VerifyRecipient(envelope, "+12025550100@fax.localhost").EnhancedCode);
        envelope = Begin(_customer.EmailAddress);
        Assert.True(_desk.VerifyRecipient(envelope, "+12025550100@fax.localhost").IsAccepted);
        Assert.Equal("5.5.3", _desk.VerifyRecipient(envelope, Branches).EnhancedCode);
    }

    private IntakeEnvelope Begin(string sender)
    {
        var envelope = new IntakeEnvelope { RemoteAddress = IPAddress.Loopback, Sender = sender };
        Assert.True(_desk.VerifySender(envelope).IsAccepted);
        return envelope;
    }

    private Task<IntakeVerdict> AcceptAsync(IntakeEnvelope envelope) => _desk.AcceptAsync(envelope, new ParsedMail
    {
        From = envelope.Sender,
        Subject = "New prices",
        MessageId = "<prices@example.org>",
        References = ["<older@example.org>"],
        IsAutomatic = false,
        OptionHeaders = new Dictionary<string, string>(),
        RawHeaders = default,
        Hops = 1,
        Parts = [new MailPart { IsBody = true, ContentType = "text/plain", Charset = "utf-8", Content = GatewayRig.Content("Dear branches") }],
    }, 100, () => throw new InvalidOperationException("Nobody gets it as mail."), CancellationToken.None);

    private sealed class Plenty : IStorageSpace
    {
        public long FreeBytes => long.MaxValue;
    }
}
