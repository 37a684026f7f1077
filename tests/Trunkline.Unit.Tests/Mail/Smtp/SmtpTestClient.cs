using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Trunkline.Unit.Tests.Mail.Smtp;

/// <summary>Sends bytes as they are and reads replies, a line at a time. A reply that never comes ends the test by this client's own limit.</summary>
internal sealed class SmtpTestClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private Stream _stream;

    private SmtpTestClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public static async Task<SmtpTestClient> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new SmtpTestClient(socket);
    }

    /// <summary>Sends the text as Latin-1, without adding anything.</summary>
    public async Task SendRawAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    public Task SendAsync(params string[] lines) => SendRawAsync(string.Concat(lines.Select(line => line + "\r\n")));

    /// <summary>A line without CRLF, or null when the server closed the connection.</summary>
    public async Task<string?> ReadLineAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var line = new List<byte>();
        var one = new byte[1];
        while (true)
        {
            try
            {
                if (await _stream.ReadAsync(one, limit.Token) == 0)
                    return null;
            }
            catch (IOException)
            {
                return null;
            }
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
    }

    /// <summary>A whole reply, its lines joined by line feeds; null when the server closed the connection.</summary>
    public async Task<string?> ReadReplyAsync()
    {
        var reply = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            reply.Append(reply.Length > 0 ? "\n" : "").Append(line);
            if (line.Length < 4 || line[3] != '-')
                return reply.ToString();
        }
        return null;
    }

    public async Task<string?> AskAsync(string line)
    {
        await SendAsync(line);
        return await ReadReplyAsync();
    }

    /// <summary>Reads the banner and says EHLO.</summary>
    public async Task<string?> GreetAsync()
    {
        await ReadReplyAsync();
        return await AskAsync("EHLO client.example");
    }

    /// <summary>Up to and with the 354.</summary>
    public async Task BeginDataAsync()
    {
        await GreetAsync();
        await SendAsync("MAIL FROM:<a@example.org>", "RCPT TO:<12025550100@fax.example>", "DATA");
        await ReadReplyAsync();
        await ReadReplyAsync();
        Assert.StartsWith("354", await ReadReplyAsync());
    }

    public async Task<SslStream> StartTlsAsync()
    {
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate?.Subject.Contains("gw.example", StringComparison.Ordinal) == true);
        await tls.AuthenticateAsClientAsync("gw.example");
        _stream = tls;
        return tls;
    }

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();
}
