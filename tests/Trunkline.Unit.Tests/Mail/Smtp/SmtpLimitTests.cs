using Trunkline.Mail.Smtp;

namespace Trunkline.Unit.Tests.Mail.Smtp;

public sealed class SmtpLimitTests
{
    [Fact]
    public async Task Message_that_is_too_large_is_refused_at_its_end_and_the_next_is_taken()
    {
        await using var server = await TestSmtpServer.StartAsync(options => options with { MaxMessageBytes = 65536 });
        await using var client = await server.ConnectAsync();
        await client.BeginDataAsync();
        await client.SendRawAsync(string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 70)) + ".\r\n");
        Assert.StartsWith("552 5.3.4", await client.ReadReplyAsync());
        await client.SendAsync("MAIL FROM:<>", "RCPT TO:<1@fax.example>", "DATA");
        for (var i = 0; i < 3; i++)
            await client.ReadReplyAsync();
        Assert.StartsWith("250", await client.AskAsync("small\r\n."));
        Assert.Single(server.Backend.Mails);
    }

    [Fact]
    public async Task Large_message_goes_through_a_file_that_is_gone_afterwards()
    {
        await using var server = await TestSmtpServer.StartAsync(options => options with { MemoryThresholdBytes = 4096 });
        await using var client = await server.ConnectAsync();
        await client.BeginDataAsync();
        var text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i}\r\n"));
        await client.SendRawAsync(text + ".\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync());
        var mail = Assert.Single(server.Backend.Mails);
        Assert.Equal(text, mail.Text);
        Assert.NotNull(mail.Path);
        Assert.StartsWith("250", await client.AskAsync("NOOP"));
        Assert.Empty(Directory.EnumerateFiles(server.SpillDirectory));
    }

    [Fact]
    public async Task Lost_connection_leaves_no_file_and_ends_the_transaction()
    {
        await using var server = await TestSmtpServer.StartAsync(options => options with { MemoryThresholdBytes = 4096 });
        await using (var client = await server.ConnectAsync())
        {
            await client.BeginDataAsync();
            await client.SendRawAsync(new string('x', 5000) + "\r\n");
        }
        await server.StopAsync();
        Assert.Empty(Directory.EnumerateFiles(server.SpillDirectory));
        Assert.Equal(1, server.Backend.Ended);
        Assert.Empty(server.Backend.Mails);
    }

    [Fact]
    public async Task Spill_that_finds_no_directory_is_a_temporary_failure()
    {
        await using var server = await TestSmtpServer.StartAsync(options => options with { MemoryThresholdBytes = 4096 });
        Directory.Delete(server.SpillDirectory);
        await using var client = await server.ConnectAsync();
        await client.BeginDataAsync();
        await client.SendRawAsync(new string('x', 5000) + "\r\n.\r\n");
        Assert.StartsWith("452 4.3.1", await client.ReadReplyAsync());
    }

    [Fact]
    public async Task Data_line_beyond_the_limit_is_refused()
    {
        await using var server = await TestSmtpServer.StartAsync(options => options with { MaxDataLineBytes = 1000 });
        await using var client = await server.ConnectAsync();
        await client.BeginDataAsync();
        await client.SendRawAsync(new string('x', 1001) + "\r\n.\r\n");
        Assert.StartsWith("550 5.5.2", await client.ReadReplyAsync());
    }

    [Fact]
    public async Task Command_line_beyond_the_limit_closes_the_connection()
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.GreetAsync();
        await client.SendRawAsync("NOOP " + new string('x', 2100));
        Assert.StartsWith("500 5.5.2", await client.ReadReplyAsync());
        client.HalfClose();
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task Commands_and_transactions_on_a_connection_are_counted()
    {
        await using var server = await TestSmtpServer.StartAsync(options => options with { MaxCommands = 4, MaxTransactions = 1 });
        await using var client = await server.ConnectAsync();
        await client.GreetAsync();
        await client.AskAsync("MAIL FROM:<>");
        await client.AskAsync("RSET");
        Assert.StartsWith("421 4.7.0 Too many messages", await client.AskAsync("MAIL FROM:<>"));

        await using var second = await server.ConnectAsync();
        await second.GreetAsync();
        for (var i = 0; i < 3; i++)
            Assert.StartsWith("250", await second.AskAsync("NOOP"));
        Assert.StartsWith("421 4.7.0 Too many commands", await second.AskAsync("NOOP"));
    }

    [Fact]
    public async Task Third_failed_login_ends_the_connection_and_each_is_slow()
    {
        var time = new WatchedTime();
        await using var server = await TestSmtpServer.StartAsync(options => options with { FailedLoginDelay = TimeSpan.FromSeconds(2) }, time);
        await using var client = await server.ConnectAsync();
        await client.GreetAsync();
        foreach (var expected in (string[])["535", "535", "421 4.7.0"])
        {
            await client.SendAsync("AUTH PLAIN AGRlbW9AbG9jYWxob3N0AHdyb25n");
            var reply = client.ReadReplyAsync();
            await time.PassAsync(TimeSpan.FromSeconds(2), reply);
            Assert.StartsWith(expected, await reply);
        }
    }

    [Fact]
    public async Task Connections_are_limited_in_all_and_by_address()
    {
        await using var server = await TestSmtpServer.StartAsync(options => options with { MaxConnectionsPerAddress = 1 });
        await using (var first = await server.ConnectAsync())
        {
            await first.GreetAsync();
            await using var second = await server.ConnectAsync();
            Assert.StartsWith("421 4.7.0", await second.ReadReplyAsync());
            Assert.Null(await second.ReadLineAsync());
        }

        await using var full = await TestSmtpServer.StartAsync(options => options with { MaxConnections = 1 });
        await using var only = await full.ConnectAsync();
        await only.GreetAsync();
        await using var other = await full.ConnectAsync();
        Assert.StartsWith("421 4.3.2", await other.ReadReplyAsync());
    }

    [Fact]
    public async Task Silent_client_hears_421_after_five_minutes()
    {
        var time = new WatchedTime();
        await using var server = await TestSmtpServer.StartAsync(options => options with { LingerTimeout = TimeSpan.FromHours(1) }, time);
        await using var client = await server.ConnectAsync();
        await client.GreetAsync();
        var reply = client.ReadReplyAsync();
        await time.PassAsync(TimeSpan.FromMinutes(5), reply);
        Assert.StartsWith("421 4.4.2", await reply);
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task Message_that_trickles_for_too_long_is_given_up()
    {
        var time = new WatchedTime();
        await using var server = await TestSmtpServer.StartAsync(options => options with { DataTimeout = TimeSpan.FromMinutes(1), LingerTimeout = TimeSpan.FromHours(1) }, time);
        await using var client = await server.ConnectAsync();
        await client.BeginDataAsync();
        await client.SendAsync("x");
        var reply = client.ReadReplyAsync();
        await time.PassAsync(TimeSpan.FromMinutes(1), reply);
        Assert.StartsWith("421 4.4.2", await reply);
        Assert.Empty(server.Backend.Mails);
    }

    [Fact]
    public async Task Shutdown_lets_a_transaction_end_and_turns_others_away()
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var idle = await server.ConnectAsync();
        await idle.GreetAsync();
        await using var busy = await server.ConnectAsync();
        await busy.BeginDataAsync();
        await busy.SendRawAsync("first half\r\n");

        var stopping = server.StopAsync();
        Assert.StartsWith("421 4.3.2", await idle.ReadReplyAsync());
        await busy.SendRawAsync("second half\r\n.\r\n");
        Assert.StartsWith("250", await busy.ReadReplyAsync());
        Assert.StartsWith("421 4.3.2", await busy.ReadReplyAsync());
        await stopping;
        Assert.Equal("first half\r\nsecond half\r\n", Assert.Single(server.Backend.Mails).Text);
    }

    [Fact]
    public async Task Client_that_closes_its_half_still_gets_its_replies()
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.SendAsync("HELO client.example", "MAIL FROM:<>", "RCPT TO:<1@fax.example>", "DATA", "text", ".");
        client.HalfClose();
        foreach (var code in (string[])["220", "250", "250", "250", "354", "250"])
            Assert.StartsWith(code, await client.ReadReplyAsync());
        Assert.Contains("with SMTP id", Assert.Single(server.Backend.Mails).Trace);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_with_a_sentence()
    {
        var options = new SmtpServerOptions { HostName = "gw.example", SpillDirectory = "spill", MaxRecipients = 0 };
        Assert.Contains("MaxRecipients must be at least 1", Assert.Throws<ArgumentException>(options.Validate).Message);
    }
}
