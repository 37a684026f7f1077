using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MimeKit;
using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Receipts;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>The receipt as its sender's mail program reads it.</summary>
public class ReceiptTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly GatewayRig _rig = new(o => o.Domain = "gateway.example");
    private readonly SqliteCustomerStore _customerRows;
    private readonly CustomerDirectory _customers;
    private readonly ReceiptTexts _texts;

    public ReceiptTests()
    {
        _customerRows = new SqliteCustomerStore(_rig.Database, _rig.Clock);
        _customers = new CustomerDirectory(_customerRows);
        _texts = new ReceiptTexts(new SqliteResponseStore(_rig.Database));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData(MessageStatus.Sent, CallOutcome.Delivered, "Fax sent: Hello", "delivered", "2.")]
    [InlineData(MessageStatus.Failed, CallOutcome.Busy, "Fax NOT sent: Hello", "failed", "4.")]
    [InlineData(MessageStatus.Expired, CallOutcome.Expired, "Fax NOT sent: Hello", "failed", "5.")]
    [InlineData(MessageStatus.Uncertain, CallOutcome.Uncertain, "Fax perhaps sent: Hello", "relayed", "4.")]
    public async Task People_and_programs_are_told_the_same(MessageStatus status, CallOutcome outcome, string subject, string action, string code)
    {
        var receipt = await ComposeAsync(Submission(Message(status, outcome)));

        Assert.Equal(subject, receipt.Subject);
        var group = Assert.Single(Groups(receipt));
        Assert.Equal(action, group["Action"]);
        Assert.StartsWith(code, group["Status"], StringComparison.Ordinal);
        Assert.Equal((outcome.Code(), "rfc822; +12025550101@fax.gateway.example"), (group["X-Trunkline-Outcome"], group["Final-Recipient"]));
        Assert.Equal(status.Code().ToString(), group["X-Trunkline-Status"]);
    }

    [Fact]
    public async Task A_mail_to_many_numbers_has_one_receipt_that_names_each()
    {
        var messages = Enumerable.Range(0, 200).Select(n => Message(n % 2 == 0 ? MessageStatus.Sent : MessageStatus.Failed,
            n % 2 == 0 ? CallOutcome.Delivered : CallOutcome.Busy, $"+1202555{n:0000}")).ToArray();
        var receipt = await ComposeAsync(Submission(messages));

        Assert.Equal("Fax sent to 100 of 200: Hello", receipt.Subject);
        Assert.Equal(200, Groups(receipt).Count);
        Assert.All(messages, m => Assert.Contains(m.Destination, receipt.TextBody, StringComparison.Ordinal));
        Assert.All(messages, m => Assert.Contains(m.Destination.TrimStart('+'), receipt.HtmlBody, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_correction_says_so_and_has_an_id_of_its_own()
    {
        var first = await ComposeAsync(Submission(Message(MessageStatus.Uncertain, CallOutcome.Uncertain)));
        var second = await ComposeAsync(Submission(Message(MessageStatus.Sent, CallOutcome.Delivered)) with { IsCorrection = true });
        Assert.Equal("Correction: Fax sent: Hello", second.Subject);
        Assert.NotEqual(first.MessageId, second.MessageId);
        Assert.Contains("replaces that one", second.TextBody, StringComparison.Ordinal);
        Assert.Contains("replaces that one", second.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_written_again_after_a_crash_has_the_same_message_id() =>
        Assert.Equal((await ComposeAsync(Submission(Message()))).MessageId, (await ComposeAsync(Submission(Message()))).MessageId);

    [Theory]
    [InlineData("")]
    [InlineData("<>")]
    public async Task The_null_sender_gets_no_receipt(string sender) =>
        Assert.Null(await Composer().ComposeAsync(Submission(Message()) with { EnvelopeFrom = sender }, CancellationToken.None));

    [Fact]
    public async Task A_receipt_has_the_null_return_path_and_calls_itself_automatic()
    {
        var outgoing = await Composer().ComposeAsync(Submission(Message()), CancellationToken.None);
        Assert.Equal(("", "alice@example.org"), (outgoing!.EnvelopeFrom, outgoing.Recipient));
        Assert.Equal("auto-replied", Load(outgoing).Headers["Auto-Submitted"]);
    }

    [Fact]
    public async Task A_receipt_stands_in_the_thread_of_the_mail_that_it_answers()
    {
        var receipt = await ComposeAsync(Submission(Message()) with
        {
            MailMessageId = "<mail@example.org>",
            References = ["<oldest@example.org>", "no id at all", .. Enumerable.Range(0, 20).Select(n => $"<ref{n}@example.org>")],
        });
        Assert.Equal("mail@example.org", receipt.InReplyTo);
        Assert.Equal("mail@example.org", receipt.References[^1]);
        Assert.Equal(21, receipt.References.Count);
        Assert.DoesNotContain("oldest@example.org", receipt.References);
    }

    [Fact]
    public async Task A_mail_without_an_id_is_answered_without_a_thread()
    {
        var receipt = await ComposeAsync(Submission(Message()) with { MailMessageId = null, References = ["<a@example.org>"] });
        Assert.Null(receipt.InReplyTo);
        Assert.Empty(receipt.References);
    }

    [Theory]
    [InlineData("Hi\r\nBcc: eve@example.org")]
    [InlineData("Hi\r\n\r\nBcc: eve@example.org")]
    [InlineData("Hi\nBcc: eve@example.org")]
    [InlineData("Hi\rBcc: eve@example.org")]
    public async Task Nothing_that_comes_from_outside_can_write_a_header_or_a_field(string text)
    {
        var message = Message(MessageStatus.Failed, CallOutcome.Busy) with
        {
            ToAddress = $"\"{text}\"@fax.gateway.example",
            RemoteCsid = text,
            Attempts = [Attempt(1, CallOutcome.Busy) with { Detail = text, RemoteCsid = text }],
        };
        var outgoing = await Composer().ComposeAsync(Submission(message) with { Subject = text }, CancellationToken.None);
        var receipt = Load(outgoing!);

        Assert.False(receipt.Headers.Contains("Bcc"));
        Assert.Empty(receipt.Bcc);
        Assert.All(StatusOf(receipt).StatusGroups, g => Assert.False(g.Contains("Bcc")));
        Assert.Equal("alice@example.org", Assert.Single(receipt.To.Mailboxes).Address);
        Assert.Single(Groups(receipt));
    }

    [Fact]
    public async Task Markup_from_outside_is_shown_and_not_obeyed()
    {
        var message = Message(MessageStatus.Failed, CallOutcome.Busy) with
        {
            Cause = "<img src=x>",
            Attempts = [Attempt(1, CallOutcome.Busy) with { Detail = "<b>486</b>" }],
        };
        var receipt = await ComposeAsync(Submission(message, Message() with { RemoteCsid = "<i>fax</i>" }) with { Subject = "<script>alert(1)</script>" });
        Assert.DoesNotContain("<script", receipt.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", receipt.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", receipt.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<i>", receipt.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", receipt.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_newest_of_many_attempts_are_told_one_by_one()
    {
        var message = Message(MessageStatus.Failed, CallOutcome.Busy) with { Attempts = [.. Enumerable.Range(1, 12).Select(n => Attempt(n, CallOutcome.Busy))] };
        var text = (await ComposeAsync(Submission(message))).TextBody!;
        Assert.Contains("  12.", text, StringComparison.Ordinal);
        Assert.Contains("   8.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   7.", text, StringComparison.Ordinal);
        Assert.Matches("Attempts +12\n", text.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_mail_without_a_subject_is_named_all_the_same() =>
        Assert.Equal("Fax sent: (no subject)", (await ComposeAsync(Submission(Message()) with { Subject = "" })).Subject);

    [Fact]
    public async Task The_headers_of_the_mail_come_back()
    {
        var receipt = await ComposeAsync(Submission(Message()));
        var part = receipt.BodyParts.OfType<MimePart>().Single(p => p.ContentType.IsMimeType("text", "rfc822-headers"));
        using var memory = new MemoryStream();
        await part.Content!.DecodeToAsync(memory);
        Assert.Equal("Subject: Hello\r\nX-Odd: \u00e4\r\n", Encoding.UTF8.GetString(memory.ToArray()));
    }

    [Fact]
    public void Every_language_has_every_word_and_every_outcome()
    {
        Assert.Equal(["de", "en", "es", "fr", "ja", "pt"], ReceiptLanguage.Shipped.Keys.Order(StringComparer.Ordinal));
        foreach (var language in ReceiptLanguage.Shipped.Values)
        {
            Assert.Equal(ReceiptLanguage.English.Keys.Order(StringComparer.Ordinal), language.Keys.Order(StringComparer.Ordinal));
            Assert.All(language.Responses.Values, r => Assert.Null(ReceiptTexts.Fault(r)));
            Assert.All(Enum.GetValues<CallOutcome>(), o => Assert.Equal(language.Code == "en", language.Sentence(o) == CallOutcomes.Of(o).Sentence));
            Assert.All(Enum.GetValues<CallOutcome>(), o => Assert.Equal(language.Code == "en", language.Advice(o) == CallOutcomes.Of(o).Advice));
        }
    }

    [Theory]
    [InlineData("de-AT", "Fax gesendet: Hello", "Europe/Vienna", "23.11.2026, 13:00:00 UTC+01:00", "0,125 €")]
    [InlineData("fr", "Fax envoyé : Hello", "Europe/Paris", "23/11/2026 13:00:00 UTC+01:00", "0,125 €")]
    [InlineData("es", "Fax enviado: Hello", "Europe/Madrid", "23/11/2026 13:00:00 UTC+01:00", "0,125 €")]
    [InlineData("pt", "Fax enviado: Hello", "America/Sao_Paulo", "23/11/2026 09:00:00 UTC-03:00", "€ 0,125")]
    [InlineData("ja", "ファクス送信完了: Hello", "Asia/Tokyo", "2026年11月23日 21:00:00 UTC+09:00", "€0.125")]
    [InlineData("xx", "Fax sent: Hello", "UTC", "23 November 2026, 12:00:00 UTC", "€0.125")]
    public async Task A_receipt_speaks_the_customers_language_in_its_time_and_money(string language, string subject, string zone, string moment, string price)
    {
        await _customerRows.AddAsync(new Customer
        {
            Key = 1,
            EmailAddress = "alice@example.org",
            Status = CustomerStatus.Active,
            Country = "US",
            Language = language,
            TrustedNetworks = [],
            TimeZone = zone,
        }, null, CancellationToken.None);
        await _customers.ReloadAsync(CancellationToken.None);
        var receipt = await ComposeAsync(Submission(Message() with { Price = Money.Of(0.125m, "EUR") }) with { Language = language });

        Assert.Equal(subject, receipt.Subject);
        Assert.Contains(moment, receipt.TextBody, StringComparison.Ordinal);
        Assert.Contains(moment, System.Net.WebUtility.HtmlDecode(receipt.HtmlBody), StringComparison.Ordinal);
        Assert.Contains(price.Replace(' ', '\u00a0'), receipt.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cause_of_a_document_is_told_beside_the_words_of_the_language()
    {
        var message = Message(MessageStatus.Failed, CallOutcome.BadDocument) with { Cause = "\"a.pdf\" is protected by a password.", Attempts = [] };
        var receipt = await ComposeAsync(Submission(message) with { Language = "de" });
        Assert.Contains("Aus dem Dokument ließen sich keine Faxseiten machen. (\"a.pdf\" is protected by a password.)", receipt.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operators_own_words_are_used_and_can_be_taken_back()
    {
        var own = new Response("de", ResponseKind.Sent, "Erledigt: {{subject}}", "Guten Tag,\n\n{{details}}\n\nIhre Poststelle & Co");
        Assert.Null(await _texts.SaveAsync(own, CancellationToken.None));
        var receipt = await ComposeAsync(Submission(Message()) with { Language = "de", Subject = "<b>{{reference}}" });
        Assert.Equal("Erledigt: <b>{{reference}}", receipt.Subject);
        Assert.Contains("Ihre Poststelle & Co", receipt.TextBody, StringComparison.Ordinal);
        Assert.Contains("Poststelle &amp; Co", receipt.HtmlBody, StringComparison.Ordinal);
        Assert.True(await _texts.ResetAsync("de", ResponseKind.Sent, CancellationToken.None));
        Assert.Equal("Fax gesendet: Hello", (await ComposeAsync(Submission(Message()) with { Language = "de" })).Subject);
    }

    [Theory]
    [InlineData("de", "", "{{details}}", "subject")]
    [InlineData("de", "Hallo", "Nichts", "{{details}}")]
    [InlineData("de", "Hallo", "{{#if many}}{{details}}", "template")]
    [InlineData("DE", "Hallo", "{{details}}", "language")]
    public async Task Words_that_cannot_work_are_refused_with_a_reason(string language, string subject, string text, string reason) =>
        Assert.Contains(reason, await _texts.SaveAsync(new Response(language, ResponseKind.Sent, subject, text), CancellationToken.None), StringComparison.Ordinal);

    [Theory]
    [InlineData(ReportWishes.Never, MessageStatus.Failed, CallOutcome.Busy, false)]
    [InlineData(ReportWishes.Success, MessageStatus.Failed, CallOutcome.Busy, false)]
    [InlineData(ReportWishes.Success, MessageStatus.Sent, CallOutcome.Delivered, true)]
    [InlineData(ReportWishes.Failure, MessageStatus.Sent, CallOutcome.Delivered, false)]
    [InlineData(ReportWishes.Failure | ReportWishes.Delay, MessageStatus.Uncertain, CallOutcome.Uncertain, true)]
    [InlineData(ReportWishes.Delay, MessageStatus.Expired, CallOutcome.Expired, false)]
    [InlineData(ReportWishes.Default, MessageStatus.Sent, CallOutcome.Delivered, true)]
    public async Task A_sender_hears_only_of_what_it_asked_for(ReportWishes wishes, MessageStatus status, CallOutcome outcome, bool isTold)
    {
        var outgoing = await Composer().ComposeAsync(Submission(Message(status, outcome) with { Wishes = wishes }), CancellationToken.None);
        Assert.Equal(isTold, outgoing is not null);
    }

    [Fact]
    public async Task A_report_repeats_the_senders_name_for_the_mail_and_whom_it_was_meant_for()
    {
        var receipt = await ComposeAsync(Submission(
            Message() with { OriginalRecipient = "rfc822;ann@example.org" },
            Message(MessageStatus.Failed, CallOutcome.Busy) with { Wishes = ReportWishes.Never }) with { EnvelopeId = "QQ314159" });
        Assert.Equal("QQ314159", StatusOf(receipt).StatusGroups[0]["Original-Envelope-Id"]);
        Assert.Equal("rfc822;ann@example.org", Assert.Single(Groups(receipt))["Original-Recipient"]);
    }

    private ReceiptComposer Composer()
    {
        var options = Options.Create(_rig.Options);
        return new ReceiptComposer(new DocumentPress(new FakePages(), _rig.Preparing, _rig.Clock, options), _customers, _texts,
            new MoneyFormat(new CurrencyTable()), new MessageIdSource(_rig.Clock), _rig.Clock, options, NullLogger<ReceiptComposer>.Instance);
    }

    private async Task<MimeMessage> ComposeAsync(EndedSubmission submission)
    {
        var outgoing = await Composer().ComposeAsync(submission, CancellationToken.None);
        Assert.NotNull(outgoing);
        return Load(outgoing);
    }

    private static MimeMessage Load(OutgoingMail mail)
    {
        // Also a server without 8BITMIME takes it, and one that breaks long lines (RFC 5322 2.1.1).
        var bytes = mail.Content.Inline.ToArray();
        Assert.All(bytes, b => Assert.InRange(b, 1, 127));
        Assert.All(Encoding.ASCII.GetString(bytes).Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
        return MimeMessage.Load(new MemoryStream(bytes));
    }

    private static MessageDeliveryStatus StatusOf(MimeMessage receipt) => receipt.BodyParts.OfType<MessageDeliveryStatus>().Single();

    // The first group is about the report; a blank line at the end reads as one more, empty group.
    private static List<HeaderList> Groups(MimeMessage receipt) => [.. StatusOf(receipt).StatusGroups.Skip(1).Where(g => g.Count > 0)];

    private static EndedSubmission Submission(params EndedMessage[] messages) => new()
    {
        Id = new MessageId(77),
        CustomerKey = 1,
        ReceivedAt = Noon,
        EnvelopeFrom = "alice@example.org",
        Subject = "Hello",
        MailMessageId = "<1@example.org>",
        References = [],
        Headers = Encoding.UTF8.GetBytes("Subject: Hello\r\nX-Odd: \u00e4\r\n"),
        Messages = messages,
        IsCorrection = false,
    };

    private static EndedMessage Message(
        MessageStatus status = MessageStatus.Sent, CallOutcome outcome = CallOutcome.Delivered, string number = "+12025550101") => new()
        {
            Id = new MessageId(78),
            Status = status,
            Type = MessageType.Fax,
            ToAddress = number + "@fax.gateway.example",
            Destination = number,
            Pages = 2,
            PagesConfirmed = status == MessageStatus.Sent ? 2 : 0,
            DocumentKey = null,
            Outcome = outcome,
            Cause = CallOutcomes.Of(outcome).Sentence,
            EndedAt = Noon,
            Duration = TimeSpan.FromSeconds(42),
            RemoteCsid = "",
            Attempts = [Attempt(1, outcome)],
        };

    private static EndedAttempt Attempt(int number, CallOutcome outcome) =>
        new(number, Noon, Noon, outcome, "", "T.38 14400 bit/s ECM", true, 0, TimeSpan.FromSeconds(42), "");
}
