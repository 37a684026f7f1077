using System.Collections.Concurrent;
using System.Text;
using Trunkline.Mail.Smtp;

namespace Trunkline.Unit.Tests.Mail.Smtp;

/// <summary>Accepts what a gateway would, by simple rules, and remembers what came.</summary>
internal sealed class RecordingBackend : ISmtpBackend
{
    public ConcurrentQueue<ReceivedMail> Mails { get; } = new();

    /// <summary>Completed to let ReceiveAsync return.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Completes when a message waits at the gate.</summary>
    public TaskCompletionSource AtGate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Ended;

    public ValueTask<SmtpLogin> AuthenticateAsync(SmtpConnection connection, string user, string password, CancellationToken cancellationToken)
    {
        if (user == "boom@localhost")
            throw new InvalidOperationException("The customer table is gone.");
        var isRight = user == "demo@localhost" && password == "demo-key";
        connection.Identity = isRight ? user : null;
        return new(isRight ? SmtpLogin.Accepted : user == "guessed@localhost" ? SmtpLogin.NotNow : SmtpLogin.Refused);
    }

    public ValueTask<SmtpReply> CheckSenderAsync(SmtpEnvelope envelope, CancellationToken cancellationToken) => new(
        envelope.Sender.StartsWith("stranger", StringComparison.Ordinal)
            ? new SmtpReply(550, "5.7.1", "Nobody here knows you, please ask for an account")
            : SmtpReply.SenderOk);

    public ValueTask<SmtpReply> CheckRecipientAsync(SmtpEnvelope envelope, SmtpRecipient recipient, CancellationToken cancellationToken)
    {
        if (recipient.Address.StartsWith("boom", StringComparison.Ordinal))
            throw new InvalidOperationException("The number table is gone.");
        recipient.State = recipient.Address.Length;
        return new(recipient.Address.StartsWith("bad", StringComparison.Ordinal)
            ? new SmtpReply(550, "5.1.1", "That is no number")
            : SmtpReply.RecipientOk);
    }

    public ValueTask<SmtpReply> BeginDataAsync(SmtpEnvelope envelope, CancellationToken cancellationToken) => new(SmtpReply.StartData);

    public async ValueTask<SmtpReply> ReceiveAsync(SmtpEnvelope envelope, ReceivedData data, CancellationToken cancellationToken)
    {
        if (Gate is { } gate)
        {
            AtGate.TrySetResult();
            await gate.Task;
        }
        await using var stream = data.OpenRead();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, cancellationToken);
        Mails.Enqueue(new ReceivedMail(envelope, Encoding.Latin1.GetString(copy.ToArray()), Encoding.UTF8.GetString(data.TraceHeader.Span), data.Path, data.Size));
        return SmtpReply.Ok;
    }

    public ValueTask EndTransactionAsync(SmtpEnvelope envelope)
    {
        Interlocked.Increment(ref Ended);
        return ValueTask.CompletedTask;
    }
}

internal sealed record ReceivedMail(SmtpEnvelope Envelope, string Text, string Trace, string? Path, long Size);
