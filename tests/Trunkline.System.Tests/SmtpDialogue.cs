using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Trunkline.SystemTests;

/// <summary>SMTP spoken line by line, to see each reply as it is.</summary>
internal sealed class SmtpDialogue : IDisposable
{
    private readonly TcpClient _client;
    private readonly StreamReader _reader;

    private SmtpDialogue(TcpClient client)
    {
        _client = client;
        _reader = new StreamReader(client.GetStream(), Encoding.UTF8);
    }

    /// <summary>Connects and says EHLO.</summary>
    public static async Task<SmtpDialogue> OpenAsync(string endPoint)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(endPoint));
        var dialogue = new SmtpDialogue(client);
        await dialogue.ReplyAsync();
        await dialogue.SayAsync("EHLO tests.example");
        return dialogue;
    }

    /// <summary>Sends a line and reads the whole reply to it, its lines joined.</summary>
    public async Task<string> SayAsync(string line)
    {
        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
        return await ReplyAsync();
    }

    /// <summary>A mail from MAIL FROM to the dot: the first reply that is a refusal, or the last.</summary>
    public async Task<string> SendAsync(string from, string to, string content)
    {
        foreach (var line in (string[])[$"MAIL FROM:<{from}>", $"RCPT TO:<{to}>", "DATA"])
        {
            var reply = await SayAsync(line);
            if (reply[0] is '4' or '5')
                return reply;
        }
        return await SayAsync(content.ReplaceLineEndings("\r\n") + "\r\n.");
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }

    private async Task<string> ReplyAsync()
    {
        var reply = new StringBuilder();
        while (await _reader.ReadLineAsync() is { } line)
        {
            reply.Append(reply.Length == 0 ? line : "\n" + line);
            if (line.Length < 4 || line[3] != '-')
                break;
        }
        return reply.ToString();
    }
}
