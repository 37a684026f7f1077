using System.Net;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>Mail to a customer, from the end of DATA to the store.</summary>
public class CustomerMailTests : IAsyncLifetime
{
    private const string Carol = "carol@localhost";
    private readonly GatewayRig _rig = new();
    private readonly SqliteFilterStore _store;
    private readonly FilterDirectory _filters;
    private readonly NotificationLimit _limit;
    private readonly IntakeDesk _desk;
    private readonly SpaceGuard _space;

    public CustomerMailTests()
    {
        var options = Options.Create(_rig.Options);
        _store = new SqliteFilterStore(_rig.Database, _rig.Bodies);
        _filters = new FilterDirectory(_store, NullLogger<FilterDirectory>.Instance);
        _limit = new NotificationLimit(_store, _rig.Clock, options);
        var types = new FileTypeTable(
            [new("txt", "text/plain", MessageType.Fax) { IsText = true }, new("pdf", "application/pdf", MessageType.Fax), new("wav", "audio/wav", MessageType.Voice)]);
        var splitter = new MailSplitter(types, new SqliteCoverNames(_rig.Database), _rig.Ids, _rig.Clock, options);
        var hours = new HourCounts(_rig.Clock);
        var gate = new CustomerGate(hours, new LimitAlarm(_rig.CustomerRows, _rig.Customers, _rig.Loops, _rig.Clock, options, NullLogger<LimitAlarm>.Instance));
        var mail = new CustomerMail(_filters, splitter, gate, _rig.Billing, _limit, _rig.Ids, _rig.Clock, options, NullLogger<CustomerMail>.Instance);
        _space = new SpaceGuard(new Plenty(), options, NullLogger<SpaceGuard>.Instance);
        _desk = new IntakeDesk(_rig.Customers, new SenderVerification(_rig.Customers), gate, hours, splitter, mail, new NoLists(), _rig.Intake, _rig.Ids, _rig.Signals, _space, _rig.Billing, _rig.Clock, options, NullLogger<IntakeDesk>.Instance);
    }

    public async ValueTask InitializeAsync()
    {
        foreach (var (key, address) in new[] { (2L, Carol), (3L, "dave@localhost") })
        {
            await _rig.CustomerRows.AddAsync(new Customer
            {
                Key = key,
                EmailAddress = address,
                Status = CustomerStatus.Active,
                Country = "US",
                Language = "de",
                TrustedNetworks = [],
                TimeZone = "America/New_York",
            }, null, CancellationToken.None);
        }
        await _rig.Customers.ReloadAsync(CancellationToken.None);
        await _store.SavePagerAsync(Tap("mine"), CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Without_rules_mail_goes_to_the_mailbox()
    {
        await AcceptAsync("[]");
        Assert.Equal([(Carol, "alice@example.org")], await MailsAsync());
        Assert.Equal(0, await CountAsync("message"));
    }

    [Fact]
    public async Task A_page_is_queued_for_the_customer_whose_mail_it_is_and_the_mail_is_kept()
    {
        await AcceptAsync("""[{"name":"Alarms","if":[{"field":"subject","op":"contains","value":"disk"}],"then":[{"do":"notify","to":"MINE"}]}]""");
        Assert.Equal([(Carol, "alice@example.org")], await MailsAsync());
        var message = Assert.Single(await _rig.Queue.ClaimAsync(Lane.Prepare, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 10, CancellationToken.None));
        Assert.Equal((MessageType.Notification, 2L, "+12025550109", Priority.High), (message.Type, message.CustomerKey, message.Destination, message.Priority));
        var page = await _rig.Preparing.PageAsync(message.Id, CancellationToken.None);
        Assert.Equal("DISK FULL ON DB1 07:00", page.Text);
        Assert.Equal(new PagerTarget("mine", "tap", "4711", "0815", "alphanumeric"), page.Pager);
        Assert.Contains("filtered carol@localhost: notify MINE by \"Alarms\"", await EventsAsync());
    }

    [Fact]
    public async Task A_dropped_mail_is_in_no_mailbox_and_in_the_record()
    {
        await AcceptAsync("""[{"name":"Junk","then":[{"do":"drop"}]}]""", raw: () => throw new InvalidOperationException("Nobody gets it."));
        Assert.Empty(await MailsAsync());
        Assert.Contains("filtered carol@localhost: drop by \"Junk\"", await EventsAsync());
    }

    [Fact]
    public async Task A_forwarded_mail_leaves_in_the_customers_name_with_a_mark_and_comes_round_once()
    {
        const string Rules = """[{"name":"Away","then":[{"do":"forward","to":"carol@example.com"}]}]""";
        await AcceptAsync(Rules);
        Assert.Equal([("carol@example.com", Carol)], await MailsAsync());
        var mail = Assert.Single(await _rig.Receipts.MailDueAsync(_rig.Clock.GetUtcNow(), false, 10, CancellationToken.None));
        Assert.Equal("Delivered-To: carol@localhost\r\nthe whole mail", Encoding.UTF8.GetString(mail.Content));

        await AcceptAsync(Rules, Mail() with { RawHeaders = Encoding.ASCII.GetBytes("Received: x\r\nDelivered-To: Carol@localhost\r\nSubject: x\r\n") });
        Assert.Equal([("carol@example.com", Carol), (Carol, "alice@example.org")], await MailsAsync());
        Assert.Contains("filter-loop", await EventsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_is_forwarded_stays_one()
    {
        await AcceptAsync("""[{"name":"Away","then":[{"do":"forward","to":"carol@example.com"}]}]""", sender: "");
        Assert.Equal([("carol@example.com", "")], await MailsAsync());
    }

    [Fact]
    public async Task A_mail_goes_to_the_customers_fax_and_its_receipt_to_the_customer()
    {
        await AcceptAsync("""[{"name":"Fax","then":[{"do":"deliver","to":"fax:+12025550101"}]}]""", Mail() with { Subject = "[priority=high] Disk full on db1 [at=+2h]" });
        Assert.Empty(await MailsAsync());
        var message = Assert.Single(await _rig.Queue.ClaimAsync(Lane.Prepare, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 10, CancellationToken.None));
        // What a stranger's subject asks for is not what the customer asked for.
        Assert.Equal((MessageType.Fax, 2L, Priority.Medium, "[priority=high] Disk full on db1 [at=+2h]"), (message.Type, message.CustomerKey, message.Priority, message.Subject));
        Assert.Equal(["text/plain"], (await _rig.Preparing.FragmentsAsync(message.SubmissionId, MessageType.Fax, CancellationToken.None)).Select(f => f.ContentType));
        Assert.True(await _rig.Queue.EndAsync(message, MessageStatus.Failed, CallOutcome.BadDocument, "x", _rig.Clock.GetUtcNow(), CancellationToken.None));
        Assert.Equal(Carol, Assert.Single(await _rig.Receipts.DueAsync(10, CancellationToken.None), d => d.Messages.Count > 0).EnvelopeFrom);
    }

    [Theory]
    [InlineData("""{"do":"notify","to":"gone"}""", "no such pager")]
    [InlineData("""{"do":"deliver","to":"fax:+12025550101"}""", "cannot be faxed")]
    public async Task What_a_rule_cannot_do_leaves_the_mail_in_the_mailbox_and_says_why_in_the_record(string action, string word)
    {
        var wav = new MailPart { IsBody = false, ContentType = "audio/wav", FileName = "a.wav", Content = GatewayRig.Content("RIFF") };
        await AcceptAsync($$"""[{"name":"a","then":[{{action}},{"do":"drop"}]}]""", Mail() with { Parts = [.. Mail().Parts, wav] });
        Assert.Equal([(Carol, "alice@example.org")], await MailsAsync());
        Assert.Equal(0, await CountAsync("message"));
        var events = await EventsAsync();
        Assert.Contains("filter-failed", events, StringComparison.Ordinal);
        Assert.Contains(word, events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_mail_makes_no_more_messages_in_an_hour_than_the_limit()
    {
        const string Rules = """[{"name":"All","then":[{"do":"notify","to":"mine"},{"do":"drop"}]}]""";
        _rig.Options.MaxRuleMessagesAnHour = 2;
        for (var i = 0; i < 4; i++)
            await AcceptAsync(Rules);
        Assert.Equal(2, await CountAsync("message"));
        // What was not told to the pager is kept.
        Assert.Equal(2, (await MailsAsync()).Count);
        Assert.Contains("within the hour", await EventsAsync(), StringComparison.Ordinal);

        // A process that starts anew counts what the one before made.
        var limit = new NotificationLimit(_store, _rig.Clock, Options.Create(_rig.Options));
        await limit.LoadAsync(CancellationToken.None);
        Assert.False(limit.TryTake(2));
        Assert.True(limit.TryTake(3));
        _rig.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(limit.TryTake(2));
    }

    [Fact]
    public async Task What_the_customer_may_not_call_its_rules_may_not_call_either()
    {
        await AcceptAsync("""[{"name":"Abroad","then":[{"do":"deliver","to":"voice:+4930123456"}]}]""");
        Assert.Equal(0, await CountAsync("message"));
        Assert.Single(await MailsAsync());
        Assert.Contains("may not call", await EventsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_mail_makes_ten_messages_at_most()
    {
        for (var i = 0; i < 12; i++)
            await _store.SavePagerAsync(Tap("p" + i), CancellationToken.None);
        var actions = string.Join(',', Enumerable.Range(0, 10).Select(i => $$"""{"do":"notify","to":"p{{i}}"}"""));
        await AcceptAsync($$"""[{"name":"a","then":[{{actions}}],"continue":true},{"name":"b","then":[{"do":"notify","to":"p10"},{"do":"notify","to":"p11"}]}]""");
        Assert.Equal(10, await CountAsync("message"));
    }

    [Fact]
    public async Task A_suspended_customer_gets_its_mail_and_no_pages()
    {
        await _rig.CustomerRows.SetStatusAsync(Carol, CustomerStatus.Suspended, CancellationToken.None);
        await _rig.Customers.ReloadAsync(CancellationToken.None);
        await AcceptAsync("""[{"name":"All","then":[{"do":"notify","to":"mine"},{"do":"drop"}]}]""");
        Assert.Equal(0, await CountAsync("message"));
        Assert.Single(await MailsAsync());
    }

    [Fact]
    public async Task Each_recipient_has_its_own_rules()
    {
        await AcceptAsync("""[{"name":"All","then":[{"do":"drop"}]}]""", recipients: [Carol, "dave@localhost"]);
        Assert.Equal([("dave@localhost", "alice@example.org")], await MailsAsync());
    }

    [Fact]
    public async Task A_mail_and_what_rules_make_of_it_are_stored_together_or_not_at_all()
    {
        await AcceptAsync("""[{"name":"All","then":[{"do":"notify","to":"mine"}]}]""");
        var before = (await CountAsync("submission"), await CountAsync("mail_out"), await CountAsync("event"));
        var page = _rig.Submission("+12025550101") with { Source = "rule" };
        // The page's message has an id that is taken: the whole mail must not be there.
        var taken = await _rig.Database.ReadAsync(s => s.Number("SELECT max(message_id) FROM message"), CancellationToken.None);
        var mail = _rig.Submission() with
        {
            Messages = [],
            LocalMail = [new(_rig.Ids.Next(), "alice@example.org", Carol, GatewayRig.Content("the whole mail"))],
            OfRules = [page with { Messages = [page.Messages[0] with { Id = new MessageId(taken) }] }],
        };
        await Assert.ThrowsAsync<SqliteException>(() => _rig.Intake.AcceptAsync(mail, CancellationToken.None));
        Assert.Equal(before, (await CountAsync("submission"), await CountAsync("mail_out"), await CountAsync("event")));
    }

    [Fact]
    public async Task Rules_and_pagers_are_kept_and_replaced_whole()
    {
        await SetRulesAsync("""[{"name":"a","then":[{"do":"drop"}]},{"name":"b","then":[{"do":"keep"}]}]""");
        await SetRulesAsync("""[{"name":"c","then":[{"do":"keep"}]}]""");
        Assert.Equal(["c"], _filters.Of(2).Rules.Select(r => r.Name));
        var pager = Tap("Mine") with { MaxLength = 20, Fold = Trunkline.Gateway.Text.PageFold.Gsm, Pin = null, Code = "5" };
        await _store.SavePagerAsync(pager, CancellationToken.None);
        await _filters.ReloadAsync(CancellationToken.None);
        var kept = Assert.Single(_filters.Of(2).Pagers);
        Assert.Equal(pager with { Id = kept.Id }, kept);
        Assert.True(await _store.RemovePagerAsync(2, "MINE", CancellationToken.None));
        Assert.False(await _store.RemovePagerAsync(2, "mine", CancellationToken.None));
    }

    private static Pager Tap(string name) => new()
    {
        CustomerKey = 2,
        Name = name,
        Type = PagerType.Tap,
        BbsNumber = PhoneNumber.TryParse("+12025550109", "US", out var number) ? number : throw new InvalidOperationException(),
        Number = "4711",
        Pin = "0815",
        Display = PagerDisplay.Alphanumeric,
        MaxLength = 40,
        Template = "{{upper subject}} {{time}}",
    };

    private async Task SetRulesAsync(string json)
    {
        Assert.True(FilterRuleFormat.TryRead(json, "US", out var rules, out var error), error);
        await _store.ReplaceRulesAsync(2, rules, CancellationToken.None);
        await _filters.ReloadAsync(CancellationToken.None);
    }

    private async Task AcceptAsync(
        string rules, ParsedMail? mail = null, string sender = "alice@example.org", Func<MailContent>? raw = null, params string[] recipients)
    {
        await SetRulesAsync(rules);
        var envelope = new IntakeEnvelope { RemoteAddress = IPAddress.Parse("192.0.2.1"), Sender = sender };
        Assert.True(_desk.VerifySender(envelope).IsAccepted);
        foreach (var recipient in recipients is [] ? [Carol] : recipients)
            Assert.True(_desk.VerifyRecipient(envelope, recipient).IsAccepted);
        var verdict = await _desk.AcceptAsync(envelope, mail ?? Mail(), 2000, raw ?? (() => GatewayRig.Content("the whole mail")), CancellationToken.None);
        Assert.True(verdict.IsAccepted, verdict.Text);
    }

    private static ParsedMail Mail() => FilterRuleTests.Mail("hello") with
    {
        Parts = [new MailPart { IsBody = true, ContentType = "text/plain", Charset = "utf-8", Content = GatewayRig.Content("/var: 98 % in use") }],
    };

    private async Task<List<(string Recipient, string From)>> MailsAsync() => await _rig.Database.ReadAsync(
        s => s.Query("SELECT recipient, envelope_from FROM mail_out ORDER BY mail_id", r => (r.GetString(0), r.GetString(1))), CancellationToken.None);

    private Task<long> CountAsync(string table) => _rig.Database.ReadAsync(s => s.Number($"SELECT count(*) FROM {table}"), CancellationToken.None);

    private async Task<string> EventsAsync() => string.Join('\n', await _rig.Database.ReadAsync(
        s => s.Query("SELECT code, detail FROM event ORDER BY event_id", r => $"{r.GetString(0)} {r.GetString(1)}"), CancellationToken.None));

    private sealed class Plenty : IStorageSpace
    {
        public long FreeBytes => long.MaxValue;
    }
}
