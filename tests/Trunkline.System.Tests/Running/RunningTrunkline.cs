using System.Net;
using System.Text.RegularExpressions;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Trunkline.SystemTests.Running;

/// <summary>A server that is ready, and what a user does with it: send mail, wait for the receipt, look at what the far end got.</summary>
internal sealed partial class RunningTrunkline : IAsyncDisposable
{
    // Nothing here takes as long unless it hangs.
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private RunningTrunkline(TrunklineSetup setup, TrunklineProcess process)
    {
        Setup = setup;
        Process = process;
    }

    public TrunklineSetup Setup { get; }

    public TrunklineProcess Process { get; }

    public string Data => Setup.Data;

    public static string NewData() => Directory.CreateTempSubdirectory("trunkline-system-").FullName;

    /// <summary>Starts it and waits for its ready line.</summary>
    public static async Task<RunningTrunkline> StartAsync(TrunklineSetup setup)
    {
        var process = TrunklineProcess.Start(setup);
        try
        {
            if (!await process.Ready.WaitAsync(Hang))
                throw new InvalidOperationException("It did not start:\n" + process.Output);
            return new RunningTrunkline(setup, process);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a mail as the demo customer does; the server's words at the end of DATA.</summary>
    public async Task<string> SendAsync(MimeMessage mail, string from = "demo@localhost")
    {
        using var client = await ConnectAsync();
        return await client.SendAsync(mail, new MailboxAddress("", from), mail.To.Mailboxes);
    }

    public async Task<SmtpClient> ConnectAsync(SecureSocketOptions security = SecureSocketOptions.None)
    {
        var server = IPEndPoint.Parse(Setup.Smtp);
        var client = new SmtpClient
        {
            // Self-made: it is known by its name, and by nobody's signature.
            ServerCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject.Contains("localhost", StringComparison.Ordinal) == true,
            CheckCertificateRevocation = false,
        };
        await client.ConnectAsync(server.Address.ToString(), server.Port, security);
        return client;
    }

    /// <summary>Sends a mail and waits for its receipt.</summary>
    public async Task<Receipt> SendAndWaitAsync(MimeMessage mail) => await ReceiptAsync(SubmissionOf(await SendAsync(mail)));

    public Task<Receipt> ReceiptAsync(string submission) =>
        WaitForAsync(() => Receipt.All(Data).FirstOrDefault(r => r.Submission == submission), "the receipt of " + submission);

    /// <summary>The id in the words that accept a mail.</summary>
    public static string SubmissionOf(string reply) => AcceptedAs().Match(reply) is { Success: true } match
        ? match.Groups[1].Value
        : throw new InvalidOperationException("Not accepted: " + reply);

    /// <summary>The calls of the messages in a receipt, as the test line in <paramref name="lineData"/> (our own by default) recorded them.</summary>
    public IReadOnlyList<ReceivedCall> CallsOf(Receipt receipt, string? lineData = null)
    {
        var messages = receipt.Verdicts.Select(v => v.Message).ToHashSet();
        return [.. ReceivedCall.All(lineData ?? Data).Where(c => c.Id is { } id && messages.Contains(id.Message)).OrderBy(c => c.Began)];
    }

    /// <summary>Waits until something from outside can be seen.</summary>
    public async Task<T> WaitForAsync<T>(Func<T?> look, string what) where T : class
    {
        using var limit = new CancellationTokenSource(Hang, TimeProvider.System);
        using var timer = new PeriodicTimer(LookInterval);
        while (true)
        {
            if (look() is { } seen)
                return seen;
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"There is no sign of {what}. The log:\n{Log()}");
            }
        }
    }

    public string Log() => string.Concat(Directory.Exists(Path.Combine(Data, "log"))
        ? Directory.EnumerateFiles(Path.Combine(Data, "log")).Order(StringComparer.Ordinal).Select(ReadShared)
        : []);

    /// <summary>Kills it if it still runs, and removes what it kept.</summary>
    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        if (Directory.Exists(Data))
            Directory.Delete(Data, recursive: true);
    }

    private static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("Accepted as ([0-9A-Z]{13})")]
    private static partial Regex AcceptedAs();
}
