using System.Buffers;

namespace Trunkline.Mail.Smtp;

/// <summary>Takes the data of a message, off the wire and to the backend.</summary>
internal sealed class SmtpDataReceiver(SmtpChannel channel, SmtpConnection connection, SmtpServer server, CancellationToken abort)
{
    /// <summary>Messages that were taken over.</summary>
    public int Messages { get; private set; }

    /// <summary>A reply alone goes on; with an end, the connection closes after it; without a reply, the client is gone.</summary>
    public async ValueTask<(SmtpReply? Reply, string? End)> ReceiveAsync(SmtpEnvelope envelope)
    {
        using var spool = new MessageSpool(server.Options, envelope.Id);
        var verdict = await FillAsync(spool);
        switch (verdict)
        {
            case SmtpDataVerdict.Complete:
                return (await HandOverAsync(envelope, spool), null);
            case SmtpDataVerdict.BareLineEnding:
                return (SmtpReplies.BareInData, "bare line ending");
            case SmtpDataVerdict.LineTooLong:
                return (SmtpReplies.DataLineTooLong, "line too long");
            case SmtpDataVerdict.More when spool.IsTooLarge:
                return (server.Greeting.TooLarge, "message too large");
            case SmtpDataVerdict.More when channel.TimedOut:
                return (SmtpReplies.TimedOut, "data too slow");
            case SmtpDataVerdict.More:
                return (null, "the client left in the middle of a message");
        }
        throw new InvalidOperationException("A verdict is not handled.");
    }

    private async ValueTask<SmtpDataVerdict> FillAsync(MessageSpool spool)
    {
        var decoder = new SmtpDataDecoder(server.Options.MaxDataLineBytes);
        var started = server.Time.GetTimestamp();
        while (true)
        {
            var left = server.Options.DataTimeout - server.Time.GetElapsedTime(started);
            if (await channel.ReadAsync(left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1)) is not { } result)
                return SmtpDataVerdict.More;

            var verdict = Decode(result.Buffer, ref decoder, spool, out var consumed);
            channel.Advance(consumed);
            // A client that goes on for as much again after the limit never meant to hear our 552.
            if (verdict != SmtpDataVerdict.More || spool.Size > 2 * server.Options.MaxMessageBytes)
                return verdict;
        }
    }

    private static SmtpDataVerdict Decode(
        in ReadOnlySequence<byte> buffer, ref SmtpDataDecoder decoder, MessageSpool spool, out SequencePosition consumed)
    {
        var offset = 0L;
        foreach (var segment in buffer)
        {
            var verdict = decoder.Decode(segment.Span, spool, out var taken);
            offset += taken;
            if (verdict != SmtpDataVerdict.More)
            {
                consumed = buffer.GetPosition(offset);
                return verdict;
            }
        }
        consumed = buffer.End;
        return SmtpDataVerdict.More;
    }

    private async ValueTask<SmtpReply> HandOverAsync(SmtpEnvelope envelope, MessageSpool spool)
    {
        if (spool.IsTooLarge)
            return server.Greeting.TooLarge;

        var data = spool.Complete(TraceHeader.Write(envelope, server.Options.HostName, server.Time.GetUtcNow()));
        if (spool.Fault is { } fault)
        {
            SmtpLog.SpillFault(server.Log, fault, connection.Id);
            return SmtpReplies.DiskFault;
        }

        SmtpReply reply;
        try
        {
            reply = await server.Backend.ReceiveAsync(envelope, data, abort);
        }
        catch (Exception e) when (!abort.IsCancellationRequested)
        {
            SmtpLog.BackendFault(server.Log, e, connection.Id, "the message");
            reply = SmtpReply.LocalFault;
        }
        if (reply.IsAccepted)
            Messages++;
        SmtpLog.Message(server.Log, connection.Id, envelope.Id, data.Size, envelope.Sender, envelope.Recipients.Count, reply.ForLog);
        return reply;
    }
}
