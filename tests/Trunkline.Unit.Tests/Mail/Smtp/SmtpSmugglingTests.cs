namespace Trunkline.Unit.Tests.Mail.Smtp;

/// <summary>Endings of a message that some servers see and others do not: with us, none but CRLF . CRLF ends one.</summary>
public sealed class SmtpSmugglingTests
{
    public static TheoryData<string> RefusedEndings =>
        ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\n.\r", "\r.\n", "\r.\r\n", "\r\n\r.\r\n", "\r\n.\r\r\n", "\r\0\n.\r\n", "\r\n.\r\0\n", "\n\n.\r\n"];

    [Theory]
    [MemberData(nameof(RefusedEndings))]
    public async Task Message_with_a_bare_line_ending_is_refused_and_the_connection_closed(string ending)
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.BeginDataAsync();
        await client.SendRawAsync("Subject: one\r\n\r\ntext" + ending);
        await client.SendRawAsync("MAIL FROM:<evil@example.org>\r\nRCPT TO:<2@fax.example>\r\nDATA\r\nsmuggled\r\n.\r\nQUIT\r\n");
        Assert.StartsWith("550 5.5.2", await client.ReadReplyAsync());
        client.HalfClose();
        Assert.Null(await client.ReadLineAsync());
        Assert.Empty(server.Backend.Mails);
    }

    [Theory]
    [InlineData("\r\n.\0\r\n")]
    [InlineData("\r\n\0.\r\n")]
    [InlineData("\r\n. \r\n")]
    [InlineData("\r\n .\r\n")]
    [InlineData("\r\n..\r\n")]
    public async Task Line_that_only_looks_like_the_end_is_part_of_the_message(string ending)
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.BeginDataAsync();
        await client.SendRawAsync("text" + ending + "more\r\n.\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync());
        var mail = Assert.Single(server.Backend.Mails);
        var unstuffed = ending.StartsWith("\r\n.", StringComparison.Ordinal) ? "\r\n" + ending[3..] : ending;
        Assert.Equal("text" + unstuffed + "more\r\n", mail.Text);
    }

    [Theory]
    [InlineData("NOOP\nMAIL FROM:<a@example.org>\r\n")]
    [InlineData("NOOP\rMAIL FROM:<a@example.org>\r\n")]
    [InlineData("NOOP\r\r\n")]
    public async Task Command_with_a_bare_line_ending_is_refused_and_the_connection_closed(string command)
    {
        await using var server = await TestSmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.GreetAsync();
        await client.SendRawAsync(command);
        Assert.StartsWith("500 5.5.2", await client.ReadReplyAsync());
        client.HalfClose();
        Assert.Null(await client.ReadLineAsync());
    }
}
