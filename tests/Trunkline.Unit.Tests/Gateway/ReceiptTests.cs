using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MimeKit;
using Trunkline.Core;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Receipts;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>The receipt as its sender's mail program reads it.</summary>
public class ReceiptTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly GatewayRig _rig = new(o => o.Domain = "gateway.example");

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

    private ReceiptComposer Composer()
    {
        var options = Options.Create(_rig.Options);
        return new ReceiptComposer(new FakePages(), new DocumentPress(new FakePages(), _rig.Preparing, _rig.Clock, options), new MessageIdSource(_rig.Clock),
            _rig.Clock, options, NullLogger<ReceiptComposer>.Instance);
    }

    private async Task<MimeMessage> ComposeAsync(EndedSubmission submission)
    {
        var outgoing = await Composer().ComposeAsync(submission, CancellationToken.None);
        Assert.NotNull(outgoing);
        return Load(outgoing);
    }

    private static MimeMessage Load(OutgoingMail mail) => MimeMessage.Load(new MemoryStream(mail.Content.Inline.ToArray()));

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
