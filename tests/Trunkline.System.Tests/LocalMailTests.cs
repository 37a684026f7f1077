using MimeKit;
using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>Mail to people here, and what is never answered.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class LocalMailTests(DemoServer demo)
{
    private RunningTrunkline Server => demo.Server;

    [Fact]
    public async Task Mail_to_a_customer_lands_in_its_Maildir()
    {
        using var smtp = await SmtpDialogue.OpenAsync(Server.Setup.Smtp);
        Assert.StartsWith("250", await smtp.SendAsync("friend@example.org", "demo@localhost", "From: friend@example.org\nSubject: Lunch?\n\nAt noon.\n"),
            StringComparison.Ordinal);

        var mail = await Server.WaitForAsync(() => Arrived("Lunch?"), "the mail");
        Assert.Equal("At noon.", mail.TextBody!.Trim());
        Assert.Equal("<friend@example.org>", mail.Headers[HeaderId.ReturnPath]);
        Assert.Contains(mail.Headers, h => h.Id == HeaderId.Received);
    }

    [Fact]
    public async Task A_mail_without_a_return_path_is_delivered_and_never_answered()
    {
        // With AUTH even a null sender may send a fax; there is nobody to have a receipt.
        using var smtp = await SmtpDialogue.OpenAsync(Server.Setup.Smtp);
        Assert.StartsWith("235", await smtp.SayAsync("AUTH PLAIN " + Convert.ToBase64String("\0demo@localhost\0demo-key"u8)), StringComparison.Ordinal);
        var reply = await smtp.SendAsync("", "+12025550108@fax.localhost", "From: demo@localhost\nSubject: No answer wanted\n\nHello\n");
        var submission = RunningTrunkline.SubmissionOf(reply);
        await Server.WaitForAsync(() => Server.Log().Contains($"Receipt of {submission} written; it has a recipient: false", StringComparison.OrdinalIgnoreCase) ? "" : null,
            "the end of " + submission);

        // Receipts leave in order: when this later one is there, the other one would be too.
        await Server.SendAndWaitAsync(Documents.Mail("Answer wanted", "Hello", "+12025550108"));
        Assert.DoesNotContain(Receipt.All(Server.Data), r => r.Submission == submission);
        Assert.Null(Arrived("No answer wanted"));
    }

    private MimeMessage? Arrived(string subject) =>
        Receipt.Mailbox(Server.Data, "demo@localhost").FirstOrDefault(m => m.Subject?.Contains(subject, StringComparison.Ordinal) == true);
}
