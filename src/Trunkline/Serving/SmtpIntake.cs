using System.Security.Cryptography;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Mail.Dkim;
using Trunkline.Gateway.Receipts;
using Trunkline.Mail.Mime;
using Trunkline.Mail.Smtp;
using Trunkline.Mail.Spf;

namespace Trunkline.Serving;

/// <summary>What stands behind the SMTP server: the intake desk of the gateway.</summary>
internal sealed class SmtpIntake(IntakeDesk desk, LoginDesk logins, DkimCheck dkim, SpfCheck spf, string temporaryDirectory) : ISmtpBackend
{
    /// <inheritdoc />
    public async ValueTask<SmtpLogin> AuthenticateAsync(SmtpConnection connection, string user, string password, CancellationToken cancellationToken)
    {
        var answer = await logins.AuthenticateAsync(user, password, connection.RemoteEndPoint.Address, cancellationToken);
        connection.Identity = (answer as LoginAnswer.Accepted)?.Sender;
        return answer switch
        {
            LoginAnswer.Accepted => SmtpLogin.Accepted,
            LoginAnswer.TooMany => SmtpLogin.NotNow,
            _ => SmtpLogin.Refused,
        };
    }

    /// <inheritdoc />
    public ValueTask<SmtpReply> CheckSenderAsync(SmtpEnvelope envelope, CancellationToken cancellationToken)
    {
        var intake = new IntakeEnvelope
        {
            RemoteAddress = envelope.Connection.RemoteEndPoint.Address,
            Authenticated = envelope.Connection.Identity as Sender,
            Sender = envelope.Sender,
            EnvelopeId = envelope.EnvelopeId,
        };
        envelope.State = intake;
        var verdict = desk.VerifySender(intake);
        return ValueTask.FromResult(verdict.IsAccepted ? SmtpReply.SenderOk : Reply(verdict, 550));
    }

    /// <inheritdoc />
    public ValueTask<SmtpReply> CheckRecipientAsync(SmtpEnvelope envelope, SmtpRecipient recipient, CancellationToken cancellationToken)
    {
        var intake = (IntakeEnvelope)envelope.State!;
        if (recipient.Notify != SmtpNotify.Unspecified || recipient.OriginalRecipient is not null)
            intake.Reports[recipient.Address] = new ReportRequest(Wishes(recipient.Notify), recipient.OriginalRecipient);
        var verdict = desk.VerifyRecipient(intake, recipient.Address);
        return ValueTask.FromResult(verdict.IsAccepted ? SmtpReply.RecipientOk : Reply(verdict, 550));
    }

    private static ReportWishes Wishes(SmtpNotify notify) =>
        (notify.HasFlag(SmtpNotify.Success) ? ReportWishes.Success : ReportWishes.Default)
        | (notify.HasFlag(SmtpNotify.Failure) ? ReportWishes.Failure : ReportWishes.Default)
        | (notify.HasFlag(SmtpNotify.Delay) ? ReportWishes.Delay : ReportWishes.Default)
        | (notify.HasFlag(SmtpNotify.Never) ? ReportWishes.Never : ReportWishes.Default);

    /// <inheritdoc />
    public ValueTask<SmtpReply> BeginDataAsync(SmtpEnvelope envelope, CancellationToken cancellationToken) => ValueTask.FromResult(SmtpReply.StartData);

    /// <inheritdoc />
    public async ValueTask<SmtpReply> ReceiveAsync(SmtpEnvelope envelope, ReceivedData data, CancellationToken cancellationToken)
    {
        MailReadResult result;
        if (data.Path is null)
            result = MailReader.Read(data.Memory, MimeLimits.Default, temporaryDirectory, cancellationToken);
        else
        {
            await using var stream = data.OpenRead();
            result = MailReader.Read(stream, MimeLimits.Default, temporaryDirectory, cancellationToken);
        }
        if (result is not MailReadResult.Read { Mail: var mail })
            return new SmtpReply(554, "5.6.0", ((MailReadResult.Refused)result).Cause);
        string? rawFile = null;
        try
        {
            var intake = (IntakeEnvelope)envelope.State!;
            intake.Evidence = new MailEvidence(dkim, spf, envelope, data);
            var verdict = await desk.AcceptAsync(intake, mail, data.Size, () => Raw(data, out rawFile), cancellationToken);
            return Reply(verdict, verdict.EnhancedCode == "5.7.1" ? 550 : 554);
        }
        finally
        {
            // What was kept was moved away; what is still here was refused.
            foreach (var path in mail.Parts.Select(p => p.Content.Path).Append(rawFile))
            {
                if (path is not null)
                    File.Delete(path);
            }
        }
    }

    /// <summary>The whole mail with our trace header, for people at our domain.</summary>
    private MailContent Raw(ReceivedData data, out string? file)
    {
        file = null;
        if (data.Path is null)
        {
            byte[] bytes = [.. data.TraceHeader.Span, .. data.Memory.Span];
            return new MailContent(bytes.Length, SHA256.HashData(bytes), bytes, null);
        }
        file = Path.Combine(temporaryDirectory, Guid.NewGuid().ToString("N"));
        using var to = File.Create(file);
        to.Write(data.TraceHeader.Span);
        using (var from = data.OpenRead())
            from.CopyTo(to);
        to.Position = 0;
        return new MailContent(to.Length, SHA256.HashData(to), default, file);
    }

    private static SmtpReply Reply(IntakeVerdict verdict, int permanentCode) => new(
        verdict.IsAccepted ? 250 : verdict.IsPermanent ? permanentCode : verdict.EnhancedCode == "4.3.1" ? 452 : 451, verdict.EnhancedCode, verdict.Text);
}
