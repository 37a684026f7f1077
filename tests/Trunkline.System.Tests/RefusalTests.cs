using MailKit.Security;
using MimeKit;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Trunkline.SystemTests.Running;

namespace Trunkline.SystemTests;

/// <summary>What cannot be delivered is refused while the sender is connected, with a code and a sentence, and leaves nothing behind.</summary>
[Collection(SystemTestGroup.Name)]
public sealed class RefusalTests(DemoServer demo)
{
    private const string Fax = "+12025550100@fax.localhost";
    private RunningTrunkline Server => demo.Server;

    [Theory]
    [InlineData("stranger@example.org", Fax, "550 5.7.1", "no customer")]
    [InlineData("demo@localhost", "+12025550100@fax.example.org", "550 5.7.1", "fax.localhost")]
    [InlineData("demo@localhost", "+12025550100@telegraph.localhost", "550 5.1.2", "no telegraph.localhost here")]
    [InlineData("demo@localhost", "12ab34@fax.localhost", "550 5.1.3", "country code")]
    [InlineData("", Fax, "550 5.7.1", "null return path")]
    [InlineData("stranger@example.org", "nobody@localhost", "550 5.1.1", "Nobody here")]
    public async Task A_recipient_is_refused_at_once(string from, string to, string code, string words)
    {
        var before = Remains();
        using var smtp = await SmtpDialogue.OpenAsync(Server.Setup.Smtp);
        AssertReply(code, words, await smtp.SendAsync(from, to, "Subject: x\n\nHello"));
        Assert.Equal(before, Remains());
    }

    [Fact]
    public async Task A_zip_file_is_refused_with_the_kinds_that_can_be_faxed()
    {
        var mail = Documents.Mail("Zipped", "See below", Fax).With("all.zip", "application/zip", Encoding.ASCII.GetBytes("PK\x03\x04 and so on"));
        await AssertContentIsRefusedAsync(mail, "554 5.6.1", "all.zip");
    }

    [Fact]
    public async Task A_PDF_that_is_none_is_refused()
    {
        var mail = Documents.Mail("Not a PDF", "See below", Fax).With("letter.pdf", "application/pdf", Encoding.ASCII.GetBytes("MZ this is a program"));
        await AssertContentIsRefusedAsync(mail, "554 5.6.1", "letter.pdf");
    }

    [Fact]
    public async Task A_mail_with_nothing_in_it_is_refused() =>
        await AssertContentIsRefusedAsync(Documents.Mail("Empty", " \r\n", Fax), "554 5.6.1", "Nothing in this mail can be faxed");

    [Fact]
    public async Task A_mail_that_says_it_is_too_large_is_refused_before_it_is_sent()
    {
        using var smtp = await SmtpDialogue.OpenAsync(Server.Setup.Smtp);
        AssertReply("552 5.3.4", "", await smtp.SayAsync("MAIL FROM:<demo@localhost> SIZE=999999999"));
    }

    [Fact]
    public async Task A_mail_that_turns_out_too_large_is_refused_and_leaves_nothing()
    {
        var before = Remains();
        using var smtp = await SmtpDialogue.OpenAsync(Server.Setup.Smtp);
        var line = new string('x', 70) + "\n";
        AssertReply("552 5.3.4", "", await smtp.SendAsync("demo@localhost", Fax, "Subject: x\n\n" + string.Concat(Enumerable.Repeat(line, 500_000))));
        Assert.Equal(before, Remains());
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        using var smtp = await SmtpDialogue.OpenAsync(Server.Setup.Smtp);
        AssertReply("535 5.7.8", "", await smtp.SayAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes("\0demo@localhost\0wrong"))));
    }

    [Fact]
    public async Task Inside_TLS_a_customer_proves_itself_and_may_write_from_any_address()
    {
        using var client = await Server.ConnectAsync(SecureSocketOptions.StartTls);
        Assert.True(client.IsSecure);
        await client.AuthenticateAsync("demo@localhost", "demo-key");
        var mail = Documents.Mail("From elsewhere", "Hello", "+12025550108");
        mail.From.Clear();
        mail.From.Add(new MailboxAddress("Elsewhere", "someone@example.org"));
        Assert.Contains("1 fax", await client.SendAsync(mail), StringComparison.Ordinal);
        await client.DisconnectAsync(quit: true);
    }

    [Fact]
    public async Task A_suspended_customer_is_refused_and_told_why()
    {
        var setup = new TrunklineSetup { Data = RunningTrunkline.NewData(), Roles = "gateway" };
        await using (var first = TrunklineProcess.Start(setup))
        {
            Assert.True(await first.Ready);
            Assert.Equal(0, await first.StopAsync());
        }
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(setup.Data, "trunkline.db")};Pooling=false"))
        {
            connection.Open();
            using var suspend = connection.CreateCommand();
            suspend.CommandText = "UPDATE customer SET status = 'suspended' WHERE emailaddress = 'demo@localhost'";
            Assert.Equal(1, suspend.ExecuteNonQuery());
        }
        await using var server = await RunningTrunkline.StartAsync(setup);
        using var smtp = await SmtpDialogue.OpenAsync(setup.Smtp);
        AssertReply("550 5.7.1", "suspended", await smtp.SendAsync("demo@localhost", Fax, "Subject: x\n\nHello"));
    }

    private async Task AssertContentIsRefusedAsync(MimeMessage mail, string code, string words)
    {
        var before = Remains();
        using var content = new MemoryStream();
        await mail.WriteToAsync(content);
        using var smtp = await SmtpDialogue.OpenAsync(Server.Setup.Smtp);
        AssertReply(code, words, await smtp.SendAsync("demo@localhost", Fax, Encoding.UTF8.GetString(content.ToArray())));
        Assert.Equal(before, Remains());
    }

    private static void AssertReply(string code, string words, string reply)
    {
        Assert.StartsWith(code + " ", reply, StringComparison.Ordinal);
        Assert.Contains(words, reply, StringComparison.OrdinalIgnoreCase);
        Assert.True(reply.Length > code.Length + 20, "a code without a sentence: " + reply);
    }

    /// <summary>Everything that an accepted mail would leave: rows and files.</summary>
    private string Remains()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Server.Data, "trunkline.db")};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT (SELECT count(*) FROM submission) || ' ' || (SELECT count(*) FROM message) || ' ' || (SELECT count(*) FROM fragment)";
        var files = Directory.EnumerateFiles(Path.Combine(Server.Data, "incoming"), "*", SearchOption.AllDirectories).Count();
        return string.Create(CultureInfo.InvariantCulture, $"{count.ExecuteScalar()}, {files} files");
    }
}
