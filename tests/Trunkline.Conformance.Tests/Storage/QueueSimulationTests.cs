using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>Everything that can happen to messages, in an order that a seed decides, with the process ending in between.</summary>
public sealed class QueueSimulationTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Numbers = ["+12025550100", "+12025550101", "+12025550102", "+12025550103"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_message_is_lost_or_doubled_whatever_happens_in_whatever_order(int seed)
    {
        await using var rig = new StoreRig();
        var random = new Random(seed);
        var now = StoreRig.Start;
        var held = new List<QueuedMessage>();
        var open = new List<AttemptId>();
        for (var step = 0; step < 1200; step++)
        {
            now += TimeSpan.FromSeconds(random.Next(20));
            switch (random.Next(14))
            {
                case 0:
                    await rig.Intake.AcceptAsync(Submission(rig, random, now), None);
                    break;
                case 1 or 2:
                    held.AddRange(await rig.ClaimAsync(random.GetItems([Lane.Prepare, Lane.Fax, Lane.Ask], 1)[0], now, 3));
                    break;
                case 3 or 4 when held.Count > 0:
                    await WorkAsync(rig, Take(held, random), open, now, random);
                    break;
                case 5 or 6 when open.Count > 0:
                    var attempt = open[random.Next(open.Count)];
                    await rig.Settling.SettleAsync(attempt, StoreRig.Resource.Id, StoreRig.Report(CallOutcome.Busy, 0), now, _ => random.Next(2) == 0
                        ? new Settlement(MessageStatus.Deferred, CallOutcome.Busy, now.AddSeconds(30), "Busy.") : new Settlement(MessageStatus.Failed, CallOutcome.NotInService, null, "Busy."), None);
                    break;
                case 7:
                    await rig.Queue.PromoteAsync(now, 5, None);
                    break;
                case 8:
                    await rig.Queue.ReclaimAsync(now, ofThisNode: false, None);
                    break;
                case 9 when random.Next(10) == 0:
                    await rig.ReopenAsync();
                    await rig.Queue.ReclaimAsync(now, ofThisNode: true, None);
                    break;
                case 10:
                    await rig.Queue.ExpireAsync(now, 5, None);
                    break;
                case 11 or 12 or 13:
                    await OperateAsync(rig, now, random);
                    break;
            }
            await rig.AssertEveryMessageHasItsPlaceAsync();
        }
        Assert.True((await rig.Record.MessagesAsync(null, null, 1000, None)).Count(m => m.Status.IsFinal()) > 5);
    }

    private static NewSubmission Submission(StoreRig rig, Random random, DateTimeOffset now)
    {
        var numbers = random.GetItems(Numbers, random.Next(1, 4)).Distinct().ToArray();
        var submission = rig.SubmissionOf(random.Next(1, 4), random.GetItems(Enum.GetValues<Priority>(), 1)[0], numbers) with { ReceivedAt = now };
        return random.Next(4) > 0 ? submission
            : submission with { Messages = [.. submission.Messages.Select(m => m with { NotBefore = now.AddSeconds(random.Next(200)) })] };
    }

    /// <summary>What people do, to any message in any state.</summary>
    private static async Task OperateAsync(StoreRig rig, DateTimeOffset now, Random random)
    {
        var messages = await rig.Record.MessagesAsync(null, null, 40, None);
        if (messages.Count == 0)
            return;
        var message = messages[random.Next(messages.Count)];
        long? customer = random.Next(3) == 0 ? 1 : null;
        var answer = random.Next(7) switch
        {
            0 => await rig.Operations.HoldAsync(message.Id, customer, now, None),
            1 or 2 => await rig.Operations.ReleaseAsync(message.Id, customer, now, None),
            3 => await rig.Operations.CancelAsync(message.Id, customer, now, None),
            4 => await rig.Operations.SetPriorityAsync(message.Id, customer, random.GetItems(Enum.GetValues<Priority>(), 1)[0], now, None),
            5 => await rig.Operations.SetTimeAsync(message.Id, customer, now.AddSeconds(random.Next(100)), now, None),
            _ => await AgainAsync(rig, message.Id, now),
        };
        Assert.True(answer.Result is not (OperationResult.Refused or OperationResult.Asked) || answer.Reason.Length > 0);
    }

    private static async Task<OperationAnswer> AgainAsync(StoreRig rig, MessageId id, DateTimeOffset now)
    {
        var again = await rig.Operations.ResendAsync(id, null, evenUncertain: true, 10, _ => null, rig.NextId, now, None);
        Assert.Equal(again.Result == OperationResult.Done, again.Submission is not null);
        return new OperationAnswer(id, again.Result, null, again.Reason);
    }

    private static async Task WorkAsync(StoreRig rig, QueuedMessage message, List<AttemptId> open, DateTimeOffset now, Random random)
    {
        if (random.Next(4) == 0)
        {
            await rig.Queue.ReleaseAsync(message, now.AddSeconds(random.Next(-10, 30)), None);
            return;
        }
        switch (message.Lane)
        {
            case Lane.Prepare:
                await rig.Preparing.PreparedAsync(message, "key", 1, Estimate.Free, None);
                break;
            case Lane.Ask:
                await rig.Dispatch.AskLaterAsync(message, now.AddSeconds(30), None);
                break;
            default:
                var (start, begun) = await rig.Dispatch.BeginAttemptAsync(message, StoreRig.Resource, AttemptRates.None, now, None);
                if (start != AttemptStart.Begun)
                    break;
                open.Add(begun.Attempt);
                if (random.Next(3) > 0)
                    await rig.Dispatch.AcknowledgedAsync([new Acknowledgement(begun.Attempt, now, now.AddSeconds(60))], None);
                else if (random.Next(2) == 0)
                    await rig.Dispatch.NotTakenAsync(begun, "503", now, now.AddSeconds(10), None);
                break;
        }
    }

    private static QueuedMessage Take(List<QueuedMessage> held, Random random)
    {
        var index = random.Next(held.Count);
        var message = held[index];
        held.RemoveAt(index);
        return message;
    }
}
