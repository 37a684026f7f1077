using MimeKit;
using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>Mails to numbers that answer in their own ways, and the receipts that come back.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class DeliveryTests(DemoServer demo)
{
    private const string T38Fax = "+12025550100";
    private const string AudioFax = "+12025550101";
    private const string Busy = "+12025550102";
    private const string NoAnswer = "+12025550103";
    private const string NotInService = "+12025550108";

    private RunningTrunkline Server => demo.Server;

    [Fact]
    public async Task One_mail_to_four_numbers_is_two_faxes_and_one_receipt_with_four_verdicts()
    {
        var mail = Documents.Mail("The quarter's figures", "Please find the figures attached.", T38Fax, AudioFax, Busy, NotInService)
            .With("figures.pdf", "application/pdf", TinyPdf.Of(["Page one", "Page two", "Page three"]))
            .With("photo.jpg", "image/jpeg", Documents.Jpeg());
        const int pages = 1 + 3 + 1;

        var receipt = await Server.SendAndWaitAsync(mail);

        Assert.Equal(
            [(T38Fax, 'S', "delivered", "delivered", "2.0.0", pages, 1), (AudioFax, 'S', "delivered", "delivered", "2.0.0", pages, 1),
                (Busy, 'F', "busy", "failed", "4.4.1", 0, 2), (NotInService, 'F', "not-in-service", "failed", "5.1.1", 0, 1)],
            receipt.Verdicts.Select(v => (v.To.Split('@')[0], v.Status, v.Outcome, v.Action, v.Code, v.PagesConfirmed, v.Attempts)));
        var calls = Server.CallsOf(receipt);
        Assert.Equal([(T38Fax, true), (AudioFax, false)], calls.Where(c => c.Complete).Select(c => (c.Number, c.T38)).Order());
        Assert.Equal([(Busy, 2), (NotInService, 1)], calls.Where(c => !c.Complete).GroupBy(c => c.Number).Select(g => (g.Key, g.Count())).Order());
        foreach (var fax in calls.Where(c => c.Complete))
        {
            var ink = ReceivedFax.Ink(Path.Combine(Server.Data, fax.File!));
            Assert.Equal(pages, ink.Count);
            Assert.All(ink, black => Assert.True(black > 1000, "a page without writing"));
        }

        AssertIsReceiptOf(mail, receipt);
        Assert.Single(Receipt.All(Server.Data), r => r.Subject.Contains("The quarter's figures", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_where_nobody_answers_is_tried_as_often_as_its_policy_says()
    {
        var receipt = await Server.SendAndWaitAsync(Documents.Mail("Anybody there?", "Hello", NoAnswer));

        Assert.Equal(('F', "no-answer", 2), receipt.Verdicts.Select(v => (v.Status, v.Outcome, v.Attempts)).Single());
        Assert.Equal(["rang until the caller gave up", "rang until the caller gave up"], Server.CallsOf(receipt).Select(c => c.Why));
    }

    [Fact]
    public async Task The_same_number_twice_in_one_mail_is_one_call()
    {
        var receipt = await Server.SendAndWaitAsync(Documents.Mail("Twice", "Hello", T38Fax + "@fax.localhost", "FAX=" + T38Fax + "@localhost", "2025550100@localhost"));

        Assert.Equal('S', receipt.Verdicts.Single().Status);
        Assert.Single(Server.CallsOf(receipt));
    }

    [Fact]
    public async Task Two_mails_to_one_number_never_have_it_on_the_line_at_once()
    {
        var replies = await Task.WhenAll(Enumerable.Range(1, 3).Select(i => Server.SendAsync(Documents.Mail($"One of three: {i}", "Hello", T38Fax))));
        var receipts = await Task.WhenAll(replies.Select(r => Server.ReceiptAsync(RunningTrunkline.SubmissionOf(r))));

        var calls = receipts.SelectMany(r => Server.CallsOf(r)).OrderBy(c => c.Began).ToList();
        Assert.Equal(3, calls.Count);
        Assert.All(calls.Zip(calls.Skip(1)), pair => Assert.True(pair.First.Ended <= pair.Second.Began, $"{pair.First.Call} and {pair.Second.Call} overlap"));
    }

    [Fact]
    public async Task A_PDF_with_a_password_is_answered_by_a_receipt_that_names_it_and_says_why()
    {
        var receipt = await Server.SendAndWaitAsync(
            Documents.Mail("Secret", "See below", T38Fax).With("secret.pdf", "application/pdf", Documents.EncryptedPdf()));

        Assert.Equal(('F', "bad-document", 0), receipt.Verdicts.Select(v => (v.Status, v.Outcome, v.Attempts)).Single());
        Assert.Contains("secret.pdf", receipt.Text, StringComparison.Ordinal);
        Assert.Contains("password", receipt.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Server.CallsOf(receipt));
    }

    [Fact]
    public async Task A_damaged_PDF_is_answered_by_a_receipt_that_names_it_and_says_why()
    {
        var receipt = await Server.SendAndWaitAsync(
            Documents.Mail("Damaged", "See below", T38Fax).With("damaged.pdf", "application/pdf", Documents.BrokenPdf()));

        Assert.Equal(('F', "bad-document", 0), receipt.Verdicts.Select(v => (v.Status, v.Outcome, v.Attempts)).Single());
        Assert.Contains("damaged.pdf", receipt.Text, StringComparison.Ordinal);
        Assert.Empty(Server.CallsOf(receipt));
    }

    private static void AssertIsReceiptOf(MimeMessage mail, Receipt receipt)
    {
        Assert.EndsWith(": " + mail.Subject, receipt.Subject, StringComparison.Ordinal);
        Assert.Equal(mail.MessageId, receipt.Mail.InReplyTo);
        Assert.Contains(mail.MessageId, receipt.Mail.References);
        Assert.Equal("<>", receipt.Mail.Headers[HeaderId.ReturnPath]);
        Assert.Equal("auto-replied", receipt.Mail.Headers[HeaderId.AutoSubmitted]);
        Assert.IsType<MultipartReport>(receipt.Mail.Body);
        var picture = receipt.Mail.BodyParts.OfType<MimePart>().Single(p => p.ContentType.IsMimeType("image", "png"));
        using var png = new MemoryStream();
        picture.Content!.DecodeTo(png);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png.ToArray()[..4]);
        foreach (var number in mail.To.Mailboxes.Select(m => m.Address.Split('@')[0]))
            Assert.Contains(number, receipt.Text, StringComparison.Ordinal);
    }
}
