using System.Diagnostics;

namespace Trunkline.Unit.Tests.Mail.Smtp;

public sealed class SmtpTlsTests
{
    [Fact]
    public async Task Commands_injected_behind_STARTTLS_are_thrown_away()
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.GreetAsync();
        await client.SendRawAsync("STARTTLS\r\nEHLO injected.example\r\nMAIL FROM:<evil@example.org>\r\n");
        Assert.StartsWith("220", await client.ReadReplyAsync());
        await client.StartTlsAsync();
        // Were the injected commands kept, their replies would come first; and the EHLO of before does not count.
        Assert.StartsWith("503 5.5.1", await client.AskAsync("MAIL FROM:<a@example.org>"));
        Assert.DoesNotContain("STARTTLS", await client.AskAsync("EHLO client.example"));
        Assert.StartsWith("503", await client.AskAsync("STARTTLS"));
        await client.SendAsync("MAIL FROM:<a@example.org>", "RCPT TO:<1@fax.example>", "DATA");
        for (var i = 0; i < 3; i++)
            await client.ReadReplyAsync();
        Assert.StartsWith("250", await client.AskAsync("secret\r\n."));
        Assert.Contains("with ESMTPS id", Assert.Single(server.Backend.Mails).Trace);
        Assert.StartsWith("221", await client.AskAsync("QUIT"));
    }

    [Fact]
    public async Task Password_is_not_asked_for_in_the_clear_from_elsewhere()
    {
        await using var server = await TestSmtpServer.StartAsync(pretendRemote: true);
        await using var client = await server.ConnectAsync();
        Assert.DoesNotContain("AUTH", await client.GreetAsync());
        Assert.StartsWith("538 5.7.11", await client.AskAsync("AUTH PLAIN AGRlbW9AbG9jYWxob3N0AGRlbW8ta2V5"));
        Assert.StartsWith("220", await client.AskAsync("STARTTLS"));
        await client.StartTlsAsync();
        Assert.Contains("AUTH PLAIN LOGIN", await client.AskAsync("EHLO client.example"));
        Assert.StartsWith("235", await client.AskAsync("AUTH PLAIN AGRlbW9AbG9jYWxob3N0AGRlbW8ta2V5"));
    }

    [Fact]
    public async Task STARTTLS_is_not_offered_without_a_certificate()
    {
        await using var server = await TestSmtpServer.StartAsync(tls: false);
        await using var client = await server.ConnectAsync();
        Assert.DoesNotContain("STARTTLS", await client.GreetAsync());
        Assert.StartsWith("502", await client.AskAsync("STARTTLS"));
    }

    [Fact]
    public async Task Swaks_logs_in_inside_TLS_and_delivers()
    {
        Assert.SkipUnless(await CanSwaksSpeakTlsAsync(), "The Debian packages swaks and libnet-ssleay-perl are not installed.");
        await using var server = await TestSmtpServer.StartAsync();
        using var swaks = Process.Start(new ProcessStartInfo("/usr/bin/swaks",
            ["--server", $"127.0.0.1:{server.Port}", "--tls", "--auth", "LOGIN", "--auth-user", "demo@localhost", "--auth-password", "demo-key",
             "--from", "demo@localhost", "--to", "12025550100@fax.localhost", "--body", "Hello\n.\nend"]) { RedirectStandardOutput = true })!;
        var output = await swaks.StandardOutput.ReadToEndAsync();
        await swaks.WaitForExitAsync();
        Assert.True(swaks.ExitCode == 0, output);
        var mail = Assert.Single(server.Backend.Mails);
        Assert.Equal("demo@localhost", mail.Envelope.Connection.Identity);
        Assert.Contains("with ESMTPSA id", mail.Trace);
        Assert.Contains("Hello\r\n.\r\nend", mail.Text);
    }

    private static async Task<bool> CanSwaksSpeakTlsAsync()
    {
        if (!File.Exists("/usr/bin/swaks"))
            return false;
        using var swaks = Process.Start(new ProcessStartInfo("/usr/bin/swaks", ["--support"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var support = await swaks.StandardOutput.ReadToEndAsync() + await swaks.StandardError.ReadToEndAsync();
        await swaks.WaitForExitAsync();
        return support.Contains("=== TLS supported", StringComparison.Ordinal);
    }
}
