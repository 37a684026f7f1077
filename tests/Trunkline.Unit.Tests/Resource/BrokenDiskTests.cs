using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Spool;
using Trunkline.Telephony.Calls;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>A disk that refuses during or after a call: what is known of the call counts, and is never thrown away for what the disk took of it.</summary>
public sealed class BrokenDiskTests
{
    private static readonly string[] JournalOfTransfer = ["journal transfer", "journal page", "journal ended"];

    [Fact]
    public async Task Result_counts_even_if_no_line_of_the_transfer_could_be_written()
    {
        var trunk = new FakeTrunk { FarEnd = DropsAfterTwoPages };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router, before: server => server.BeforeStep = Refuse(JournalOfTransfer.Contains));

        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        var receipt = await router.NextReceiptAsync();
        Assert.Equal((MessageStatus.Deferred, 2), (receipt.MessageStatus!.Value, receipt.MessageLength!.Value));
        Assert.Contains($"{MessageHeaders.Outcome}: dropped\r\n", System.Text.Encoding.UTF8.GetString(receipt.Message.Span), StringComparison.Ordinal);
        Assert.Single(trunk.Calls);
    }

    [Fact]
    public async Task Pages_of_a_call_that_was_cut_off_count_even_if_they_could_not_be_written()
    {
        var trunk = new FakeTrunk
        {
            FarEnd = async (call, observer, hangUp) =>
            {
                await DropsAfterTwoPages(call, observer, hangUp);
                throw new InvalidOperationException("a fault of the trunk");
            },
        };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router, before: server => server.BeforeStep = Refuse(JournalOfTransfer.Contains));

        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        var receipt = await router.NextReceiptAsync();
        Assert.Equal((MessageStatus.Uncertain, 2), (receipt.MessageStatus!.Value, receipt.MessageLength!.Value));
    }

    [Fact]
    public async Task Receipt_is_tried_again_until_the_disk_takes_it_and_holds_no_channel_meanwhile()
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        var refusals = 3;
        var channels = new List<string>();
        await using var rig = await ResourceRig.StartAsync(trunk, router,
            change: o => o with { FaultDelay = TimeSpan.FromMilliseconds(20) },
            before: server => server.BeforeStep = step =>
            {
                if (step == "outbox")
                    channels.Add(server.Snapshot().Channels);
                if (step == "journal ended" || (step == "outbox" && refusals-- > 0))
                    throw new IOException("Input/output error");
            });

        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        Assert.Equal(MessageStatus.Sent, (await router.NextReceiptAsync()).MessageStatus);
        await rig.UntilForgottenAsync();
        Assert.Equal(["0000", "0000", "0000", "0000"], channels);
        Assert.Single(trunk.Calls);
    }

    [Fact]
    public async Task Message_of_an_earlier_run_that_could_not_be_settled_at_the_start_is_settled_later()
    {
        var directory = ResourceRig.NewDirectory();
        var name = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "Process")).FullName, "1764000000000_M-1");
        await File.WriteAllBytesAsync(name + ".msg", ResourceMessageFormat.Write(ResourceRig.Delivery("M-1") with { Password = null }));
        await File.WriteAllTextAsync(name + ".journal", "2026-11-23T13:00:01.000Z dialing 1 3\n");
        var refusals = 2;
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, directory,
            change: o => o with { FaultDelay = TimeSpan.FromMilliseconds(20) },
            before: server => server.BeforeStep = Refuse(step => step == "outbox" && refusals-- > 0));

        Assert.Equal(MessageStatus.Deferred, (await router.NextReceiptAsync()).MessageStatus);
    }

    [Fact]
    public async Task Result_that_waits_for_the_disk_is_written_at_the_stop()
    {
        var trunk = new FakeTrunk { FarEnd = DropsAfterTwoPages };
        await using var router = await FakeRouter.StartAsync();
        var directory = ResourceRig.NewDirectory();
        var isBroken = true;
        var refused = new TaskCompletionSource();
        await using (var rig = await ResourceRig.StartAsync(trunk, router, directory,
            change: o => o with { FaultDelay = TimeSpan.FromHours(1) },
            before: server => server.BeforeStep = step =>
            {
                if (!isBroken || (step != "outbox" && !JournalOfTransfer.Contains(step)))
                    return;
                if (step == "outbox")
                    refused.TrySetResult();
                throw new IOException("Input/output error");
            }))
        {
            await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
            await refused.Task;
            await rig.UntilIdleAsync();
            Volatile.Write(ref isBroken, false);
        }
        await using var again = await ResourceRig.StartAsync(trunk, router, directory);
        var receipt = await router.NextReceiptAsync();
        Assert.Equal((MessageStatus.Deferred, 2), (receipt.MessageStatus!.Value, receipt.MessageLength!.Value));
        Assert.Single(trunk.Calls);
    }

    [Fact]
    public async Task Line_that_the_disk_did_not_take_is_written_with_the_next()
    {
        var path = Path.Combine(ResourceRig.NewDirectory(), "journal");
        await using var sync = new JournalSync(NullLogger.Instance);
        var refusals = 2;
        using (var journal = new CallJournal(path, sync, TimeProvider.System,
            Refuse(step => step is "journal transfer" or "journal page" && refusals-- > 0), static _ => { }))
        {
            journal.Dialing(1, 3);
            journal.Answered();
            journal.TransferBegins("", 14400, ecm: true, t38: true);
            journal.PageConfirmed(1);
            Assert.Equal(1, journal.Record.PagesConfirmed);
            Assert.Equal((false, 0), (JournalRecord.Read(path).HasTransferBegun, JournalRecord.Read(path).PagesConfirmed));
            journal.PageConfirmed(2);
        }
        var record = JournalRecord.Read(path);
        Assert.Equal((true, 2, false), (record.HasTransferBegun, record.PagesConfirmed, record.HasLostLine));
        Assert.Equal(5, (await File.ReadAllLinesAsync(path)).Length);
    }

    [Fact]
    public async Task Receipt_leaves_although_the_message_could_not_be_removed_from_process()
    {
        var faults = new HashSet<string> { "process removed" };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, before: server => server.AfterStep = Refuse(faults.Remove));
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        Assert.Equal(MessageStatus.Sent, (await router.NextReceiptAsync()).MessageStatus);
    }

    private static Action<string> Refuse(Func<string, bool> isRefused) => step =>
    {
        if (isRefused(step))
            throw new IOException("Input/output error");
    };

    private static async Task<FaxCallResult> DropsAfterTwoPages(FaxCall call, IFaxCallObserver observer, CancellationToken cancellationToken)
    {
        await observer.DialingAsync(cancellationToken);
        await observer.AnsweredAsync(cancellationToken);
        observer.TransferBegins("", 14400, ecm: true, t38: true);
        observer.PageConfirmed(1);
        observer.PageConfirmed(2);
        return new FaxCallResult { Outcome = CallOutcome.Dropped, Detail = "gone", PagesConfirmed = 2, CallPlaced = true };
    }
}
