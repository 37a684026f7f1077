using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Trunkline.SystemTests.Running;

namespace Trunkline.Crash;

/// <summary>A mail that the server has taken responsibility for: it said 250.</summary>
internal sealed record AcceptedMail(string Submission, string Subject, IReadOnlyList<string> Numbers);

/// <summary>
/// Steady load: clients that send mails of their own text one after the other. A mail counts as accepted only when 250 was read; one that broke off
/// is written down as in doubt and never sent again.
/// </summary>
internal sealed partial class MailLoad(CrashOptions options, string endPoint, string data)
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenMails = TimeSpan.FromMilliseconds(150);

    // Three fax machines, each with one call at a time, set the pace; the others fail in their own ways.
    private static readonly string[][] Recipients =
    [
        ["+12025550100"], ["+12025550101"], ["+12025550107"], ["+12025550100", "+12025550101"], ["+12025550102"], ["+12025550101", "+12025550108"],
        ["+12025550100", "+12025550107", "+12025550102"], ["+12025550112"],
    ];

    private readonly IPEndPoint _server = IPEndPoint.Parse(endPoint);
    private int _sequence;

    public ConcurrentBag<AcceptedMail> Accepted { get; } = [];

    /// <summary>Subjects of mails whose end of DATA was never answered.</summary>
    public ConcurrentBag<string> InDoubt { get; } = [];

    /// <summary>Replies that are neither 250 nor a connection that broke.</summary>
    public ConcurrentBag<string> Refused { get; } = [];

    /// <summary>Raised right after each 250.</summary>
    public event Action? MailAccepted;

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, options.Clients).Select(_ => SendAsync(stop)));

    private async Task SendAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (Accepted.Count - Answered() > options.MaxOpen)
            {
                await PauseAsync(AfterFault, stop);
                continue;
            }
            using var client = new SmtpClient { Timeout = 30_000 };
            try
            {
                await client.ConnectAsync(_server.Address.ToString(), _server.Port, SecureSocketOptions.None, stop);
            }
            catch (Exception fault) when (fault is SocketException or IOException or OperationCanceledException or SmtpProtocolException or ServiceNotConnectedException)
            {
                // Nothing was begun: the server is down just now.
                await PauseAsync(AfterFault, stop);
                continue;
            }
            while (!stop.IsCancellationRequested && client.IsConnected && Accepted.Count - Answered() <= options.MaxOpen && await SendOneAsync(client))
                await PauseAsync(BetweenMails, stop);
        }
    }

    private async Task<bool> SendOneAsync(SmtpClient client)
    {
        var number = Interlocked.Increment(ref _sequence);
        // By the number alone, so that a seed makes the same mails whoever sends them.
        var random = new Random(unchecked(options.Seed * 31 + number));
        var numbers = Recipients[random.Next(Recipients.Length)];
        var subject = string.Create(CultureInfo.InvariantCulture, $"crash-{options.Seed}-{number}");
        using var mail = Compose(subject, random.Next(1, 4), random.Next(4) == 0, numbers);
        try
        {
            // Not cancelled: a mail that was begun is brought to its end, so that we know it.
            var reply = await client.SendAsync(mail, CancellationToken.None);
            Accepted.Add(new AcceptedMail(SubmissionInReply().Match(reply).Groups[1].Value, subject, numbers));
            MailAccepted?.Invoke();
            return true;
        }
        catch (SmtpCommandException refused)
        {
            Refused.Add($"{(int)refused.StatusCode} {refused.Message}");
            return client.IsConnected;
        }
        catch (Exception fault) when (fault is SocketException or IOException or SmtpProtocolException or ServiceNotConnectedException or TimeoutException)
        {
            InDoubt.Add(subject);
            return false;
        }
    }

    private static MimeMessage Compose(string id, int pages, bool asPdf, string[] recipients)
    {
        const int linesOfPage = 75;
        // Beyond what is kept in memory and in the database, so that files are made on the way.
        const int largePdf = 200 * 1024;
        var body = new BodyBuilder();
        if (asPdf)
            body.Attachments.Add("crash.pdf", TinyPdf.Of([.. Enumerable.Range(1, pages).Select(p => $"{id}, {p}")], largePdf), new ContentType("application", "pdf"));
        else
            body.TextBody = string.Concat(Enumerable.Range(1, (pages - 1) * linesOfPage + 3).Select(line => $"{id}, line {line}\n"));
        var mail = new MimeMessage { Subject = id, Body = body.ToMessageBody() };
        mail.From.Add(new MailboxAddress("Demo", "demo@localhost"));
        mail.To.AddRange(recipients.Select(r => new MailboxAddress("", r + "@fax.localhost")));
        return mail;
    }

    private int Answered()
    {
        var mailbox = Path.Combine(data, "mail", "demo@localhost", "new");
        return Directory.Exists(mailbox) ? Directory.EnumerateFiles(mailbox).Count() : 0;
    }

    private static Task PauseAsync(TimeSpan time, CancellationToken stop) =>
        Task.Delay(time, TimeProvider.System, stop).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    [GeneratedRegex("Accepted as ([0-9A-Z]{13})")]
    private static partial Regex SubmissionInReply();
}
