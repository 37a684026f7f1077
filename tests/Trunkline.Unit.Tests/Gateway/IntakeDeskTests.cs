using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Mail;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Routing;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>What a mail is told while its sender is connected.</summary>
public class IntakeDeskTests : IAsyncLifetime, IIntakeStore, ICustomerStore, IStorageSpace, ICoverNames
{
    private const string Number = "+12025550101@fax.gateway.example";
    private static readonly IPAddress Trusted = IPAddress.Parse("192.0.2.7");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("198.51.100.7");
    private readonly List<NewSubmission> _accepted = [];
    private readonly CustomerDirectory _customers;
    private readonly IntakeDesk _desk;
    private CustomerStatus _status = CustomerStatus.Active;

    public IntakeDeskTests()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        _customers = new CustomerDirectory(this);
        var types = new FileTypeTable(
        [
            new("pdf", "application/pdf", MessageType.Fax, "*:255044462D"), new("txt", "text/plain", MessageType.Fax) { IsText = true },
            new("asc", "application/pgp-signature", null), new("wav", "audio/wav", MessageType.Voice), new("mp4", "video/mp4", MessageType.Video),
        ]);
        var options = Options.Create(new GatewayOptions { Domain = "gateway.example" });
        var hours = new HourCounts(clock);
        var alarm = new LimitAlarm(this, _customers, new WorkLoops(clock, NullLogger<WorkLoops>.Instance), clock, options, NullLogger<LimitAlarm>.Instance);
        var gate = new CustomerGate(hours, alarm);
        var billing = new BillingDesk(_customers, new RatePriceList(new RateShelf(), new ExchangeRateBoard()), new BalanceBoard(), new MoneyFormat(new CurrencyTable()), clock, options);
        var splitter = new MailSplitter(types, this, new MessageIdSource(clock), clock, options);
        var mail = new CustomerMail(new FilterDirectory(new NoFilters(), NullLogger<FilterDirectory>.Instance), splitter, gate, billing,
            new NotificationLimit(new NoFilters(), clock, options), new MessageIdSource(clock), clock, options, NullLogger<CustomerMail>.Instance);
        _desk = new IntakeDesk(_customers, new SenderVerification(_customers), gate, hours, splitter, mail, new NoLists(), this, new MessageIdSource(clock), new QueueSignals(clock),
            new SpaceGuard(this, Options.Create(new GatewayOptions()), NullLogger<SpaceGuard>.Instance), billing, clock,
            options, NullLogger<IntakeDesk>.Instance);
    }

    public long FreeBytes { get; set; } = 10_000_000_000;

    [Fact]
    public void A_disk_that_is_nearly_full_takes_no_mail_and_says_come_again()
    {
        FreeBytes = 100_000_000;
        var verdict = _desk.VerifySender(new IntakeEnvelope { RemoteAddress = System.Net.IPAddress.Loopback, Sender = "alice@gateway.example" });
        Assert.Equal((false, false, "4.3.1"), (verdict.IsAccepted, verdict.IsPermanent, verdict.EnhancedCode));
    }

    public async ValueTask InitializeAsync() => await _customers.ReloadAsync(CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _customers.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void A_customer_that_logged_in_may_write_from_anywhere_and_as_anybody() =>
        Assert.True(Rcpt(From("someone@else.example", Elsewhere, authenticated: true)).IsAccepted);

    [Fact]
    public void A_customers_address_counts_from_its_own_network_alone()
    {
        Assert.True(Rcpt(From("ALICE@example.org", Trusted)).IsAccepted);
        Assert.True(Rcpt(From("alice@example.org", Trusted.MapToIPv6())).IsAccepted);
        Assert.Equal("5.7.1", Rcpt(From("alice@example.org", Elsewhere)).EnhancedCode);
    }

    [Fact]
    public void A_stranger_may_write_to_people_and_to_no_number()
    {
        var stranger = From("eve@example.net", Trusted);
        Assert.Equal("5.7.1", Rcpt(stranger).EnhancedCode);
        Assert.True(Rcpt(stranger, "carol@gateway.example").IsAccepted);
        Assert.Equal("5.1.1", Rcpt(stranger, "nobody@gateway.example").EnhancedCode);
        Assert.Equal("5.7.1", Rcpt(stranger, "eve@example.net").EnhancedCode);
        Assert.Equal("carol@gateway.example", Assert.Single(stranger.Recipients).Address);
    }

    [Theory]
    [InlineData(CustomerStatus.Suspended, "suspended")]
    [InlineData(CustomerStatus.Closed, "closed")]
    public async Task A_customer_that_may_not_send_is_told_why_also_when_it_had_logged_in_before(CustomerStatus status, string word)
    {
        var authenticated = _customers.FindSender("alice@example.org");
        _status = status;
        await _customers.ReloadAsync(CancellationToken.None);
        var envelope = new IntakeEnvelope { RemoteAddress = Elsewhere, Authenticated = authenticated, Sender = "alice@example.org" };
        _desk.VerifySender(envelope);

        var verdict = Rcpt(envelope);
        Assert.Equal((false, "5.7.1"), (verdict.IsAccepted, verdict.EnhancedCode));
        Assert.Contains(word, verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_without_a_sender_goes_to_no_number_unless_a_customer_sent_it()
    {
        Assert.Equal("5.7.1", Rcpt(From("", Trusted)).EnhancedCode);
        Assert.True(Rcpt(From("", Trusted, authenticated: true)).IsAccepted);
    }

    [Theory]
    [InlineData("voice")]
    [InlineData("page")]
    [InlineData("video")]
    public void A_type_without_a_resource_is_accepted_and_waits_for_one(string type) =>
        Assert.True(Rcpt(From("alice@example.org", Trusted), $"+12025550101@{type}.gateway.example").IsAccepted);

    [Fact]
    public async Task A_number_without_a_type_gets_a_message_of_each_type_in_the_mail()
    {
        var mail = Mail(Body("Listen"), Pdf("plan.pdf"), Wav("a.wav"), Film("b.mp4"));
        var submission = await AcceptedAsync(mail, "+12025550101@gateway.example");
        Assert.Equal([MessageType.Fax, MessageType.Voice, MessageType.Video], submission.Messages.Select(m => m.Type));
        Assert.Equal([null, MessageType.Fax, MessageType.Voice, MessageType.Video], submission.Fragments.Select(f => f.MessageType));
    }

    [Fact]
    public async Task A_number_without_a_type_gets_the_text_along_with_the_sound_and_no_fax_of_it()
    {
        Assert.Equal([MessageType.Voice], (await AcceptedAsync(Mail(Body("Listen"), Wav("a.wav")), "+12025550101@gateway.example")).Messages.Select(m => m.Type));
        Assert.Equal([MessageType.Fax], (await AcceptedAsync(Mail(), "+12025550101@gateway.example")).Messages.Select(m => m.Type));
    }

    [Fact]
    public async Task A_text_goes_to_any_type_but_a_film()
    {
        var submission = await AcceptedAsync(Mail(), Number, "VOICE=+12025550101@gateway.example", "+12025550101@page.gateway.example");
        Assert.Equal([MessageType.Fax, MessageType.Voice, MessageType.Notification], submission.Messages.Select(m => m.Type));
        Assert.Equal("5.6.1", (await SendAsync(Mail(), "+12025550101@video.gateway.example")).EnhancedCode);
    }

    [Theory]
    [InlineData("fax", "a.wav", "faxed")]
    [InlineData("voice", "plan.pdf", "played")]
    [InlineData("page", "plan.pdf", "pager")]
    [InlineData("video", "a.wav", "video call")]
    public async Task An_attachment_that_the_type_cannot_carry_is_refused_by_name(string type, string file, string word)
    {
        var verdict = await SendAsync(Mail(Body("Hello"), file == "plan.pdf" ? Pdf(file) : Wav(file)), $"+12025550101@{type}.gateway.example");
        Assert.Equal("5.6.1", verdict.EnhancedCode);
        Assert.Contains(file, verdict.Text, StringComparison.Ordinal);
        Assert.Contains(word, verdict.Text, StringComparison.Ordinal);
        Assert.Empty(_accepted);
    }

    [Fact]
    public async Task A_page_may_be_a_subject_alone()
    {
        Assert.Single((await AcceptedAsync(Mail(Body(" ")), "+12025550101@page.gateway.example")).Messages);
        Assert.Equal("5.6.1", (await SendAsync(Mail(Body(" ")) with { Subject = "" }, "+12025550101@page.gateway.example")).EnhancedCode);
    }

    [Fact]
    public async Task The_options_of_the_subject_are_taken_out_of_it_and_come_before_those_of_the_headers()
    {
        var mail = Mail() with { Subject = "[priority=high] [External] Plan [ref=77]", OptionHeaders = new Dictionary<string, string> { ["x-fax-priority"] = "191", ["x-fax-vres"] = "98" } };
        var submission = await AcceptedAsync(mail, Number);
        Assert.Equal("[External] Plan", submission.Subject);
        var message = Assert.Single(submission.Messages);
        Assert.Equal((Priority.High, FaxResolution.Standard, "77"), (message.Priority, message.Resolution, message.Reference));
    }

    [Theory]
    [InlineData("[colour=red] Plan", "colour=red")]
    [InlineData("Plan [at=noon]", "at=noon")]
    [InlineData("[cover=missing] Plan", "missing")]
    [InlineData("[at=+2h][expires=2026-11-23T13:00Z] Plan", "before")]
    [InlineData("[at=2028-01-01] Plan", "366")]
    [InlineData("[at=2020-01-01] Plan", "past")]
    [InlineData("[expires=2020-01-01] Plan", "past")]
    public async Task A_subject_option_that_cannot_be_is_refused_with_its_reason(string subject, string word)
    {
        var verdict = await SendAsync(Mail() with { Subject = subject }, Number);
        Assert.Equal("5.6.0", verdict.EnhancedCode);
        Assert.Contains(word, verdict.Text, StringComparison.Ordinal);
        Assert.Empty(_accepted);
    }

    [Fact]
    public async Task A_schedule_is_by_the_customers_clocks_and_the_expiry_counts_from_it()
    {
        // It is 12:00 UTC, and 07:00 in New York.
        var message = Assert.Single((await AcceptedAsync(Mail() with { Subject = "Plan [at=18:00] [expires=2h]" }, Number)).Messages);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 23, 0, 0, TimeSpan.Zero), message.NotBefore);
        Assert.Equal(TimeSpan.FromHours(2), message.ExpiryDuration);
    }

    [Fact]
    public async Task A_cover_page_is_found_by_its_name_or_asked_for_by_what_stands_on_it()
    {
        var submission = await AcceptedAsync(Mail(), "+12025550101/cover=Plain@fax.gateway.example", "+12025550102/to=Ms_Smith/regarding=The_plan@fax.gateway.example",
            "+12025550103/cover=off/to=X@fax.gateway.example", "+12025550104@fax.gateway.example");
        Assert.Equal([7L, 1L, null, null], submission.Messages.Select(m => m.Cover));
        Assert.Equal(("Ms Smith", "The plan"), (submission.Messages[1].CoverFields!.ToName, submission.Messages[1].CoverFields!.Regarding));
    }

    [Fact]
    public async Task The_same_number_twice_is_one_message()
    {
        var submission = await AcceptedAsync(Mail(), Number, "FAX=+12025550101@gateway.example", "+1-202-555-0101@gateway.example", "+12025550102@fax.gateway.example");
        Assert.Equal(["+12025550101", "+12025550102"], submission.Messages.Select(m => m.Destination.E164));
        Assert.Equal(Number, submission.Messages[0].ToAddress);
    }

    [Fact]
    public async Task What_the_address_asks_for_comes_before_what_the_header_asks_for()
    {
        var mail = Mail() with { OptionHeaders = new Dictionary<string, string> { ["x-trunkline-priority"] = "low", ["x-fax-resolution"] = " Standard " } };
        var submission = await AcceptedAsync(mail, "+12025550101/priority=high@fax.gateway.example", "+12025550102@fax.gateway.example");
        Assert.Equal([(Priority.High, FaxResolution.Standard), (Priority.Low, FaxResolution.Standard)], submission.Messages.Select(m => (m.Priority, m.Resolution)));
    }

    [Theory]
    [InlineData("x-trunkline-colour", "red")]
    [InlineData("x-trunkline-priority", "256")]
    [InlineData("x-trunkline-priority", "high,low")]
    [InlineData("x-fax-resolution", "")]
    public async Task An_option_that_is_not_understood_is_refused_and_never_ignored(string header, string value)
    {
        var verdict = await SendAsync(Mail() with { OptionHeaders = new Dictionary<string, string> { [header] = value } }, Number);
        Assert.Equal("5.6.0", verdict.EnhancedCode);
        Assert.Contains(header, verdict.Text, StringComparison.Ordinal);
        Assert.Empty(_accepted);
    }

    [Fact]
    public async Task A_blank_text_beside_a_document_makes_no_page()
    {
        var submission = await AcceptedAsync(Mail(Body(" \r\n\t \r\n"), Pdf("plan.pdf")), Number);
        Assert.Equal(["plan.pdf"], submission.Fragments.Select(f => f.Name));
    }

    [Fact]
    public async Task A_mail_with_nothing_to_fax_is_refused()
    {
        Assert.Equal("5.6.1", (await SendAsync(Mail(Body(" \r\n")), Number)).EnhancedCode);
        Assert.Equal("5.6.1", (await SendAsync(Mail(), Number, parts: [])).EnhancedCode);
        Assert.Empty(_accepted);
    }

    [Fact]
    public async Task A_signature_is_left_out_and_what_cannot_be_faxed_is_refused_by_name()
    {
        var signature = Attachment("signature.asc", "application/pgp-signature", "-----BEGIN PGP SIGNATURE-----");
        Assert.Equal(["the text of the mail"], (await AcceptedAsync(Mail(Body("Hello"), signature), Number)).Fragments.Select(f => f.Name));

        var verdict = await SendAsync(Mail(Body("Hello"), Attachment("all.zip", "application/zip", "PK")), Number);
        Assert.Equal("5.6.1", verdict.EnhancedCode);
        Assert.Contains("all.zip", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_and_numbers_in_one_mail_each_get_theirs()
    {
        var submission = await AcceptedAsync(Mail(), Number, "carol@gateway.example", "CAROL@gateway.example");
        Assert.Equal("+12025550101", Assert.Single(submission.Messages).Destination.E164);
        var local = Assert.Single(submission.LocalMail);
        Assert.Equal(("carol@gateway.example", "alice@example.org"), (local.Recipient, local.EnvelopeFrom));
        Assert.Equal("the whole mail"u8.ToArray(), local.Content.Inline.ToArray());
    }

    [Fact]
    public async Task Mail_to_people_alone_is_delivered_whatever_is_in_it()
    {
        var mail = Mail(Body("Hello"), Attachment("song.mp3", "audio/mpeg", "ID3")) with { OptionHeaders = new Dictionary<string, string> { ["x-fax-colour"] = "red" } };
        var submission = await AcceptedAsync(mail, "carol@gateway.example");
        Assert.Empty(submission.Messages);
        Assert.Empty(submission.Fragments);
        Assert.Single(submission.LocalMail);
    }

    [Fact]
    public async Task The_mail_as_it_came_is_asked_for_only_when_one_of_our_people_gets_it()
    {
        var envelope = From("alice@example.org", Trusted);
        Rcpt(envelope);
        Assert.True((await _desk.AcceptAsync(envelope, Mail(), 100, () => throw new InvalidOperationException(), CancellationToken.None)).IsAccepted);
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public async Task A_mail_that_goes_in_circles_is_refused(int hops, bool isAccepted)
    {
        var verdict = await SendAsync(Mail() with { Hops = hops }, Number);
        Assert.Equal((isAccepted, isAccepted ? "2.0.0" : "5.4.6"), (verdict.IsAccepted, verdict.EnhancedCode));
    }

    Task<long?> ICoverNames.FindAsync(long customerKey, string name, CancellationToken cancellationToken) =>
        Task.FromResult<long?>(name switch { "plain" => 7, Cover.On => 1, _ => null });

    Task<IReadOnlyList<string>> ICoverNames.ListAsync(long customerKey, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(["plain"]);

    Task IIntakeStore.AcceptAsync(NewSubmission submission, CancellationToken cancellationToken)
    {
        _accepted.Add(submission);
        return Task.CompletedTask;
    }

    ValueTask<IReadOnlyList<CustomerAccount>> ICustomerStore.ChangedSinceAsync(long revision, CancellationToken cancellationToken) => new(
    [
        Account(Person(1, "alice@example.org", _status)),
        Account(Person(2, "carol@gateway.example", CustomerStatus.Active)),
    ]);

    ValueTask<IReadOnlyList<SentInMinute>> ICustomerStore.SentSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask ICustomerStore.AddAsync(Customer customer, string? passwordHash, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<bool> ICustomerStore.SetStatusAsync(string emailAddress, CustomerStatus status, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static CustomerAccount Account(Customer customer) =>
        new(customer, 1, [], [new CustomerAddress(customer.EmailAddress, CustomerAddressKind.Primary, null)], []);

    private static Customer Person(long key, string address, CustomerStatus status) => new()
    {
        Key = key,
        EmailAddress = address,
        Status = status,
        Country = "US",
        Language = "en",
        TrustedNetworks = [IPNetwork.Parse("192.0.2.0/24")],
        TimeZone = "America/New_York",
    };

    private IntakeEnvelope From(string sender, IPAddress remote, bool authenticated = false)
    {
        var envelope = new IntakeEnvelope { RemoteAddress = remote, Sender = sender, Authenticated = authenticated ? _customers.FindSender("alice@example.org") : null };
        Assert.True(_desk.VerifySender(envelope).IsAccepted);
        return envelope;
    }

    private IntakeVerdict Rcpt(IntakeEnvelope envelope, string address = Number) => _desk.VerifyRecipient(envelope, address);

    private Task<IntakeVerdict> SendAsync(ParsedMail mail, string recipient, MailPart[] parts) => SendAsync(mail with { Parts = parts }, recipient);

    private async Task<IntakeVerdict> SendAsync(ParsedMail mail, params string[] recipients)
    {
        var envelope = From("alice@example.org", Trusted);
        Assert.All(recipients, r => Assert.True(Rcpt(envelope, r).IsAccepted));
        return await _desk.AcceptAsync(envelope, mail, 100, () => GatewayRig.Content("the whole mail"), CancellationToken.None);
    }

    private async Task<NewSubmission> AcceptedAsync(ParsedMail mail, params string[] recipients)
    {
        _accepted.Clear();
        var verdict = await SendAsync(mail, recipients);
        Assert.True(verdict.IsAccepted, verdict.Text);
        return Assert.Single(_accepted);
    }

    private static ParsedMail Mail(params MailPart[] parts) => new()
    {
        From = "alice@example.org",
        Subject = "Hello",
        MessageId = "<1@example.org>",
        References = [],
        IsAutomatic = false,
        OptionHeaders = new Dictionary<string, string>(),
        RawHeaders = "Subject: Hello\r\n"u8.ToArray(),
        Hops = 1,
        Parts = parts.Length == 0 ? [Body("Hello")] : parts,
    };

    private static MailPart Body(string text) => new() { IsBody = true, ContentType = "text/plain", Charset = "utf-8", Content = GatewayRig.Content(text) };

    private static MailPart Wav(string name) => Attachment(name, "audio/wav", "RIFF");

    private static MailPart Film(string name) => Attachment(name, "video/mp4", "ftyp");

    private static MailPart Pdf(string name) => Attachment(name, "application/pdf", "%PDF-1.7");

    private static MailPart Attachment(string name, string type, string text) =>
        new() { IsBody = false, ContentType = type, FileName = name, Content = GatewayRig.Content(text) };
}
