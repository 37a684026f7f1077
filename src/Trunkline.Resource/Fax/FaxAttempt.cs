using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Channels;
using Trunkline.Resource.Spool;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Resource.Fax;

/// <summary>One message from Inbox to Outbox: at most one call, and always a receipt, if not by this run then by the next.</summary>
internal sealed class FaxAttempt(
    ResourceOptions options, MessageSpool spool, ITrunk trunk, IFaxRenderer renderer, NumberMemory numbers, CallRecordShelf records, Action receiptReady,
    TimeProvider time, ILogger log)
{
    /// <summary>Places the call; never throws.</summary>
    /// <param name="channel">Given back as soon as the call is over, before the receipt can leave, so that the receipt tells of it.</param>
    /// <param name="hangUp">Ends the call; the journal then decides.</param>
    public async Task RunAsync(SpooledMessage message, ChannelLease channel, CancellationToken hangUp)
    {
        try
        {
            spool.BeginProcess(message);
            await CallAsync(message, channel, hangUp);
        }
        catch (OperationCanceledException) when (hangUp.IsCancellationRequested)
        {
            channel.Dispose();
            await SettleAsync(message, TimeSpan.Zero);
        }
        catch (Exception fault)
        {
            // Whatever it was, the line is free again, and the journal knows whether a call was placed.
            ResourceLog.CallFault(log, message.Id, fault);
            channel.Dispose();
            await SettleAsync(message, options.FaultDelay);
        }
    }

    /// <summary>
    /// Ends a message in Process, or puts it back: by what this run knows of its call, or else by what its journal says. Never throws; while the
    /// disk refuses, the message stays in Process until <see cref="SpooledMessage.NotBefore"/>.
    /// </summary>
    /// <param name="delay">How long it rests when it is put back.</param>
    public async Task SettleAsync(SpooledMessage message, TimeSpan delay)
    {
        try
        {
            if (message.Place == SpoolPlace.Inbox)
            {
                message.NotBefore = time.GetUtcNow() + delay;
                return;
            }
            if (message.Place == SpoolPlace.Outbox)
            {
                // The fault came after the receipt was written: all that is left to do is to send it.
                receiptReady();
                return;
            }
            var journal = message.Call ?? JournalRecord.Read(spool.Paths.Journal(message));
            if (RecoveryRule.Decide(journal) is { } result)
            {
                ResourceLog.Recovered(log, message.Id, result.Outcome.Code(), result.Detail);
                await FinishAsync(message, result, journal.LastAt ?? time.GetUtcNow(), channel: null, journal);
            }
            else
            {
                ResourceLog.Returned(log, message.Id);
                spool.ReturnToInbox(message, time.GetUtcNow() + delay);
            }
        }
        catch (Exception fault)
        {
            message.NotBefore = time.GetUtcNow() + options.FaultDelay;
            ResourceLog.NotSettled(log, message.Id, options.FaultDelay.TotalSeconds, fault);
        }
    }

    /// <summary>Ends a message in Inbox whose time is over; never throws.</summary>
    public async Task ExpireAsync(SpooledMessage message)
    {
        try
        {
            await FinishAsync(message, NotPlaced(message, CallOutcome.Expired, "no call could be begun in time"), time.GetUtcNow(), channel: null);
        }
        catch (Exception fault)
        {
            ResourceLog.CallFault(log, message.Id, fault);
            message.NotBefore = time.GetUtcNow() + options.FaultDelay;
        }
    }

    private async Task CallAsync(SpooledMessage message, ChannelLease channel, CancellationToken hangUp)
    {
        var (call, error) = await FaxDelivery.ReadAsync(spool.Paths.Message(message), spool.Paths.Document(message), options.LocalIdent, hangUp);
        if (call is null)
        {
            await FinishAsync(message, NotPlaced(message, CallOutcome.BadDocument, error), time.GetUtcNow(), channel);
            return;
        }
        var plan = numbers.PlanFor(call.To);
        call = plan.Apply(call);
        if (plan != FaxPlan.Best)
            ResourceLog.OtherWay(log, message.Id, call.To.Shortened, plan.Words());
        ResourceLog.Calling(log, message.Id, call.To.Shortened, channel.Number, call.FirstPage, call.Pages);
        using var limit = new CancellationTokenSource(options.MaxCallDuration, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hangUp, limit.Token);
        FaxCallResult result;
        bool isCutOff;
        using (var journal = spool.OpenJournal(message))
        {
            try
            {
                result = await trunk.SendFaxAsync(call, new FaxJournal(journal, call), either.Token);
                // Hung up by us: what the trunk says of it tells nothing of the document, the journal does.
                isCutOff = either.IsCancellationRequested && result.Outcome is not (CallOutcome.Delivered or CallOutcome.Uncertain);
                if (!isCutOff)
                    journal.Ended(result);
            }
            finally
            {
                // From here on the file is only for the next run: this one knows more when the disk did not take every line.
                message.Call = journal.Record;
            }
        }
        if (isCutOff)
        {
            channel.Dispose();
            await SettleAsync(message, TimeSpan.Zero);
            return;
        }
        numbers.Learn(call, plan.Way, result);
        await FinishAsync(message, result, time.GetUtcNow(), channel, message.Call, plan.Words());
    }

    private async Task FinishAsync(
        SpooledMessage message, FaxCallResult result, DateTimeOffset endedAt, ChannelLease? channel, JournalRecord? journal = null, string way = "")
    {
        // Before the receipt: who reads that a call failed finds its record.
        if (result.CallPlaced)
            records.Put(CallRecordWriter.Of(message, journal ?? new JournalRecord(), way, result, endedAt));
        var delivery = FaxDelivery.ReadHead(spool.Paths.Message(message));
        var receipt = ReceiptWriter.Write(delivery, result, endedAt, await PreviewAsync(message));
        // The picture was still made under the channel, which bounds how many are made at once.
        channel?.Dispose();
        spool.Finish(message, receipt);
        ResourceLog.Ended(log, message.Id, result.Outcome.Code(), result.PagesConfirmed, result.Duration.TotalSeconds, result.Detail,
            receipt.MessageStatus!.Value.Code());
        receiptReady();
    }

    private async Task<ReadOnlyMemory<byte>> PreviewAsync(SpooledMessage message)
    {
        var tiff = spool.Paths.Document(message);
        if (!File.Exists(tiff))
            return default;
        using var limit = new CancellationTokenSource(options.PreviewTimeout, time);
        try
        {
            return await renderer.PreviewAsync(tiff, 1, options.PreviewWidth, limit.Token);
        }
        catch (Exception fault)
        {
            // A picture is a courtesy; the receipt is not late or lost for want of it.
            ResourceLog.NoPreview(log, message.Id, fault);
            return default;
        }
    }

    private FaxCallResult NotPlaced(SpooledMessage message, CallOutcome outcome, string detail) =>
        new() { Outcome = outcome, Detail = detail, PagesConfirmed = FaxDelivery.PagesBefore(spool.Paths.Message(message)) };
}
