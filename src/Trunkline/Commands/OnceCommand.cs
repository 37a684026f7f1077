using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Spectre.Console;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Record;
using Trunkline.Serving;
using Trunkline.TestLine;

namespace Trunkline.Commands;

/// <summary>The demonstration: one e-mail with a PDF, over real SMTP and a real SIP call to a fax machine, and its receipt.</summary>
internal static class OnceCommand
{
    private const string Number = "+12025550100";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Command Build(CommandFrame frame)
    {
        var command = new Command("once", "Send one sample e-mail through a server of its own, show each step, and stop");
        command.SetAction((parsed, cancellationToken) => RunAsync(frame.Configuration(parsed, withDemo: true), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var steps = new Steps();
        AnsiConsole.Write(new Rule("[bold]Trunkline[/]: one e-mail, one fax, one receipt").LeftJustified());
        try
        {
            await using var server = await Server.StartAsync(configuration, steps, limit.Token);
            return await RunAsync(server, steps, limit.Token) ? 0 : 1;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            steps.Bad("gave up", $"nothing came within {Patience.TotalMinutes:0} minutes; the log says more");
            return 1;
        }
    }

    private static async Task<bool> RunAsync(Server server, Steps steps, CancellationToken cancellationToken)
    {
        var options = server.Options;
        steps.Good("started", $"mail in at {options.Smtp}, SIP at {options.Sip}, the test line at {options.Testline}");
        var received = new TaskCompletionSource<TestLineCall>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Services.GetRequiredService<TestLineServer>().CallFinished += (_, call) => received.TrySetResult(call);
        var record = server.Services.GetRequiredService<IRecordStore>();
        var seen = await record.NewestEventAsync(cancellationToken);

        var mail = Mail(options);
        var sender = "demo@" + options.Domain;
        var mailbox = Path.Combine(options.Data, "mail", sender, "new");
        var before = Directory.Exists(mailbox) ? Directory.GetFiles(mailbox).ToHashSet() : [];
        using (var smtp = new SmtpClient())
        {
            var endPoint = ServerOptions.EndPoint("smtp", options.Smtp);
            await smtp.ConnectAsync(endPoint.Address.ToString(), endPoint.Port, SecureSocketOptions.None, cancellationToken);
            var answer = await smtp.SendAsync(mail, cancellationToken);
            steps.Good("mail sent", $"\"{mail.Subject}\" with sample.pdf, from {sender} to {mail.To}");
            steps.Good("accepted", answer);
            await smtp.DisconnectAsync(quit: true, cancellationToken);
        }

        var ended = await FollowAsync(record, seen, steps, cancellationToken);
        var call = await received.Task.WaitAsync(cancellationToken);
        var receipt = Directory.GetFiles(mailbox).First(f => !before.Contains(f));
        return await ConcludeAsync(server, steps, ended, call, receipt, cancellationToken);
    }

    private static MimeMessage Mail(ServerOptions options)
    {
        using var pdf = typeof(OnceCommand).Assembly.GetManifestResourceStream("sample.pdf")!;
        var body = new BodyBuilder
        {
            TextBody = "Hello,\n\nthis e-mail becomes a fax: first this text, then the pages of the attached PDF.\n\nYours,\nthe demonstration\n",
        };
        body.Attachments.Add("sample.pdf", pdf, new ContentType("application", "pdf"));
        var mail = new MimeMessage { Subject = "Trunkline at work", Body = body.ToMessageBody() };
        mail.From.Add(new MailboxAddress("Demo", "demo@" + options.Domain));
        mail.To.Add(new MailboxAddress("", $"{Number}@fax.{options.Domain}"));
        return mail;
    }

    /// <summary>Shows what the gateway records, until the receipt is delivered.</summary>
    private static async Task<MessageOverview> FollowAsync(IRecordStore record, long seen, Steps steps, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            foreach (var happened in await record.EventsAsync(seen, 100, cancellationToken))
            {
                seen = happened.Number;
                switch (happened.Code)
                {
                    case "prepared":
                        steps.Good("pages made", $"{happened.Detail}, in the sandbox");
                        break;
                    case "acknowledged":
                        steps.Good("exchanged", "over the resource protocol, as " + happened.Detail);
                        break;
                    case "deferred":
                        steps.Bad("to be tried again", happened.Detail);
                        break;
                    case "ended":
                        steps.Note("settled", happened.Detail);
                        break;
                    case "mail-delivered":
                        steps.Good("receipt delivered", happened.Detail);
                        return (await record.MessagesAsync(null, happened.Submission, 1, cancellationToken))[0];
                }
            }
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<bool> ConcludeAsync(
        Server server, Steps steps, MessageOverview message, TestLineCall call, string receipt, CancellationToken cancellationToken)
    {
        var isSent = message.Status == MessageStatus.Sent && call.Complete && call.Pages == message.Pages;
        AnsiConsole.Write(new Rule().RuleStyle("grey"));
        if (call.File is { } file)
        {
            Show("received fax", file);
            for (var page = 1; page <= call.Pages; page++)
            {
                var picture = Path.ChangeExtension(file, string.Create(CultureInfo.InvariantCulture, $"{page}.png"));
                await File.WriteAllBytesAsync(picture, await server.Services.GetRequiredService<IFaxRenderer>().PreviewAsync(file, page, 900, cancellationToken), cancellationToken);
                Show(page == 1 ? "its pages" : "", picture);
            }
        }
        Show("receipt", receipt);
        if (isSent)
            steps.Good("done", $"the receipt says sent, and all {call.Pages} pages arrived");
        else
            steps.Bad("not well", $"status {message.Status}, {call.Pages} of {message.Pages} pages arrived: {call.Why}");
        return isSent;
    }

    // A path stays on one line, however long: it is there to be copied.
    private static void Show(string what, string path) => Console.WriteLine($"  {what,-13} {Path.GetFullPath(path)}");

    /// <summary>Prints steps as they happen, with the seconds since the start.</summary>
    private sealed class Steps : CallWatch
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly Lock _gate = new();

        public void Good(string what, string detail) => Write("green", "✓", what, detail);

        public void Bad(string what, string detail) => Write("red", "✗", what, detail);

        public void Note(string what, string detail) => Write("blue", "·", what, detail);

        public override void Dialing(Telephony.Calls.FaxCall call) => Note("dialling", call.To.E164);

        public override void Answered() => Note("answered", "the far end picked up");

        public override void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38) => Note("fax to fax",
            string.Create(CultureInfo.InvariantCulture, $"{(t38 ? "T.38" : "G.711")}, {bitRate} bit/s{(ecm ? ", ECM" : "")}{(remoteIdent.Length > 0 ? $", with \"{remoteIdent.Trim()}\"" : "")}"));

        public override void PageConfirmed(int page, int pages) =>
            Note("page confirmed", string.Create(CultureInfo.InvariantCulture, $"{page} of {pages}  {new string('█', page * 20 / pages)}{new string('░', 20 - page * 20 / pages)}"));

        public override void Ended(Telephony.Calls.FaxCallResult result) =>
            Note("hung up", string.Create(CultureInfo.InvariantCulture, $"{CallOutcomes.Of(result.Outcome).Sentence} {result.Duration.TotalSeconds:0} s on the line"));

        private void Write(string colour, string mark, string what, string detail)
        {
            lock (_gate)
            {
                // Not wrapped at 80 columns where there is no terminal that has as many.
                AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 200);
                AnsiConsole.MarkupLine(string.Create(CultureInfo.InvariantCulture,
                    $"[grey]{Stopwatch.GetElapsedTime(_start).TotalSeconds,6:0.0} s[/]  [{colour}]{mark}[/] [bold]{what,-18}[/] {Markup.Escape(detail)}"));
            }
        }
    }
}
