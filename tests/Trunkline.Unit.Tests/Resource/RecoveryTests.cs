using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Spool;
using Trunkline.Telephony.Calls;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>What a resource finds on its disk after a crash, and what it makes of it.</summary>
public sealed class RecoveryTests
{
    private const string At = "2026-11-23T13:00:01.000Z ";
    private const string Dialing = At + "dialing 1 3\n";
    private const string Answered = Dialing + At + "answered\n";
    private const string Transfer = Answered + At + "transfer 14400 ecm t38 +1 202 555 0100\n";

    public static TheoryData<string, string, int> Rows => new()
    {
        { Dialing, "interrupted", 0 },
        { Dialing + At + "answe", "interrupted", 0 },
        { Answered, "interrupted", 0 },
        { Answered + At + "transfer 14400 ec", "interrupted", 0 },
        { Transfer, "interrupted", 0 },
        { Transfer + At + "page 1\n", "interrupted", 1 },
        { Transfer + At + "page 1\n" + At + "page 2", "interrupted", 1 },
        { Transfer + At + "page 1\n" + At + "page 2\n", "uncertain", 2 },
        { Transfer + At + "page 1\n" + At + "page 2\n" + At + "page 3\n", "delivered", 3 },
        // A resumed call: the pages before its first were confirmed by another.
        { At + "dialing 3 3\n" + At + "answered\n", "interrupted", 2 },
        { At + "dialing 3 3\n" + At + "answered\n" + At + "transfer 9600 no-ecm g711 \n", "uncertain", 2 },
        { At + "dialing 2 3\n" + At + "answered\n" + At + "transfer 9600 no-ecm g711 \n", "interrupted", 1 },
        // One page: as soon as the transfer has begun, it may be there.
        { At + "dialing 1 1\n" + At + "answered\n" + At + "transfer 9600 no-ecm g711 \n", "uncertain", 0 },
        // The end was recorded and the receipt was not.
        { Answered + At + "ended busy {\"Outcome\":\"Busy\",\"Detail\":\"486 Busy Here\",\"PagesConfirmed\":0,\"CallPlaced\":true}\n", "busy", 0 },
        { Transfer + At + "ended dropped {\"Outcome\":\"Dropped\",\"Detail\":\"gone\",\"PagesConfirmed\":2,\"CallPlaced\":true}\n", "dropped", 2 },
        // A line that is whole and cannot be read: a page may have been confirmed there, so nothing but the last page's confirmation is certain.
        { Transfer + At + "page 1\n" + At + "ended dropped {torn\n", "uncertain", 1 },
        { Transfer + "\0\0\0\0\n" + At + "page 1\n", "uncertain", 1 },
        { Transfer + At + "page one\n", "uncertain", 0 },
        { Answered + At + "\0\0\n", "uncertain", 0 },
        { "\0\0\0\0\n" + At + "answered\n", "uncertain", 0 },
        { Transfer + "\0\0\0\0\n" + At + "page 3\n", "delivered", 3 },
    };

    [Theory, MemberData(nameof(Rows))]
    public async Task Message_in_process_is_settled_by_its_journal_and_not_called_again(string journal, string outcome, int pages)
    {
        var directory = ResourceRig.NewDirectory();
        await PutAsync(directory, "Process", "M-1", journal);
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router, directory);

        var receipt = await router.NextReceiptAsync();
        Assert.Equal("M-1", receipt.MessageId);
        Assert.True(CallOutcomes.TryParse(outcome, out var expected));
        Assert.Equal(Trunkline.Resource.Fax.ReceiptWriter.StatusOf(expected), receipt.MessageStatus);
        Assert.Equal(pages, receipt.MessageLength);
        var text = System.Text.Encoding.UTF8.GetString(receipt.Message.Span);
        Assert.Contains($"{MessageHeaders.Outcome}: {outcome}\r\n", text, StringComparison.Ordinal);
        Assert.Contains($"{MessageHeaders.CallPlaced}: true\r\n", text, StringComparison.Ordinal);
        await rig.UntilForgottenAsync();
        Assert.Empty(trunk.Calls);
        Assert.Empty(Directory.GetFiles(Path.Combine(directory, "Process")));
    }

    [Theory, InlineData(null), InlineData(""), InlineData("2026-11-23T13:00:01.000Z dialing 1 3")]
    public async Task Message_in_process_without_a_call_goes_back_and_is_called(string? journal)
    {
        var directory = ResourceRig.NewDirectory();
        await PutAsync(directory, "Process", "M-1", journal);
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router, directory);

        Assert.Equal(MessageStatus.Sent, (await router.NextReceiptAsync()).MessageStatus);
        Assert.Single(trunk.Calls);
    }

    [Fact]
    public async Task Message_in_two_places_belongs_to_the_later_one()
    {
        var directory = ResourceRig.NewDirectory();
        await PutAsync(directory, "Inbox", "M-1", null);
        await PutAsync(directory, "Process", "M-1", Answered);
        await PutAsync(directory, "Process", "M-2", Answered);
        await PutAsync(directory, "Outbox", "M-2", null, MessageStatus.Uncertain);
        await PutAsync(directory, "Outbox", "M-3", null, MessageStatus.Sent);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "Done")).FullName, "20261123.log"), "M-3 S\n");
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 14, 0, 0, TimeSpan.Zero));
        await using var rig = await ResourceRig.StartAsync(trunk, router, directory, time: clock);

        var receipts = new[] { await router.NextReceiptAsync(), await router.NextReceiptAsync() }.ToDictionary(r => r.MessageId!, r => r.MessageStatus);
        Assert.Equal(MessageStatus.Deferred, receipts["M-1"]);
        Assert.Equal(MessageStatus.Uncertain, receipts["M-2"]);
        await rig.UntilForgottenAsync();
        Assert.False(router.HasMoreReceipts);
        Assert.Empty(trunk.Calls);
        Assert.Equal(MessageStatus.Sent, (await rig.ExchangeAsync(ResourceRig.Enquiry("M-3"))).Message!.MessageStatus);
    }

    [Fact]
    public async Task Damaged_file_beyond_inbox_is_set_aside_and_counts_as_uncertain()
    {
        var directory = ResourceRig.NewDirectory();
        var process = Directory.CreateDirectory(Path.Combine(directory, "Process")).FullName;
        await File.WriteAllTextAsync(Path.Combine(process, "1764000000000_M-1.msg"), "not a message");
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router, directory);

        Assert.Equal(MessageStatus.Uncertain, (await rig.ExchangeAsync(ResourceRig.Delivery("M-1"))).Message!.MessageStatus);
        Assert.Single(Directory.GetFiles(Path.Combine(directory, "Bad")));
        Assert.Empty(trunk.Calls);
    }

    [Fact]
    public async Task Damaged_file_is_remembered_as_uncertain_before_it_is_set_aside()
    {
        var directory = ResourceRig.NewDirectory();
        var process = Directory.CreateDirectory(Path.Combine(directory, "Process")).FullName;
        await File.WriteAllTextAsync(Path.Combine(process, "1764000000000_M-1.msg"), "not a message");
        // Something in the way, so that the file cannot be moved: the start ends there as a crash would.
        Directory.CreateDirectory(Path.Combine(directory, "Bad", "1764000000000_M-1.msg"));
        await using var router = await FakeRouter.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => ResourceRig.StartAsync(new FakeTrunk(), router, directory));
        Assert.Equal("M-1 U\n", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(directory, "Done")))));
    }

    [Fact]
    public async Task Second_process_on_the_same_spool_does_not_start()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router);
        await Assert.ThrowsAsync<IOException>(() => ResourceRig.StartAsync(new FakeTrunk(), router, rig.Directory));
    }

    /// <summary>
    /// One message goes its whole way while the directory is copied after each step on the disk, with what the line and the router knew by then.
    /// A resource that starts on any of the copies neither loses the message nor calls a second time, and says the same as any earlier receipt.
    /// </summary>
    [Theory, InlineData(1), InlineData(3)]
    public async Task Crash_after_any_step_neither_loses_nor_repeats_a_call(int pages)
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        var directory = ResourceRig.NewDirectory();
        var copies = new List<(string Step, string Directory, bool HasDialed)>();
        var hasDialed = false;
        await using (var rig = await ResourceRig.StartAsync(trunk, router, directory, before: server => server.AfterStep = Copy))
        {
            await rig.ExchangeAsync(ResourceRig.Delivery("M-1", pages: pages));
            await router.NextReceiptAsync();
            await rig.UntilForgottenAsync();
        }
        Assert.Equal(
            ["inbox", "process", "journal dialing", "journal answered", "journal transfer", .. Enumerable.Repeat("journal page", pages), "journal ended",
                "outbox", "process removed", "done", "outbox removed"],
            copies.Select(copy => copy.Step));

        foreach (var copy in copies)
        {
            var line = new FakeTrunk();
            await using var rig = await ResourceRig.StartAsync(line, router, copy.Directory);
            // The router was never answered as far as it knows: it repeats the delivery.
            var answer = (await rig.ExchangeAsync(ResourceRig.Delivery("M-1", pages: pages))).Message!;
            var isOver = copy.Step is "done" or "outbox removed";
            var end = isOver ? answer.MessageStatus : (await router.NextReceiptAsync()).MessageStatus;
            Assert.True(end!.Value.IsFinal() || end == MessageStatus.Deferred, $"{copy.Step}: {end}");
            await rig.UntilForgottenAsync();
            Assert.Equal(copy.HasDialed ? 0 : 1, line.Calls.Count);
            if (copy.Step is "journal ended" or "outbox" or "process removed" or "done" or "outbox removed")
                Assert.Equal(MessageStatus.Sent, end);
        }
        Assert.False(router.HasMoreReceipts);

        void Copy(string step)
        {
            hasDialed |= step == "journal dialing";
            var to = ResourceRig.NewDirectory();
            foreach (var file in Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
            {
                var target = Path.Combine(to, Path.GetRelativePath(directory, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
            copies.Add((step, to, hasDialed));
        }
    }

    [Fact]
    public async Task Fault_before_the_call_puts_the_message_back_and_a_fault_after_it_does_not_call_again()
    {
        var trunk = new FakeTrunk();
        var faults = new HashSet<string> { "process", "journal answered" };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router,
            change: o => o with { FaultDelay = TimeSpan.Zero },
            before: server => server.AfterStep = step =>
            {
                if (faults.Remove(step))
                    throw new IOException("No space left on device");
            });

        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        var receipt = await router.NextReceiptAsync();
        Assert.Equal(MessageStatus.Deferred, receipt.MessageStatus);
        Assert.Contains("interrupted", System.Text.Encoding.UTF8.GetString(receipt.Message.Span), StringComparison.Ordinal);
        Assert.Single(trunk.Calls);
    }

    [Fact]
    public async Task Call_that_never_ends_is_hung_up_and_counts_by_its_journal()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 13, 0, 0, TimeSpan.Zero));
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var trunk = new FakeTrunk
        {
            FarEnd = async (call, observer, hangUp) =>
            {
                await observer.DialingAsync(hangUp);
                await observer.AnsweredAsync(hangUp);
                observer.TransferBegins("", 14400, true, true);
                observer.PageConfirmed(1);
                observer.PageConfirmed(2);
                confirmed.SetResult();
                var hungUp = new TaskCompletionSource();
                await using var registration = hangUp.Register(hungUp.SetResult);
                await hungUp.Task;
                return new FaxCallResult { Outcome = CallOutcome.Cancelled, Detail = "hung up", PagesConfirmed = 2, CallPlaced = true };
            },
        };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router, change: o => o with { MaxCallDuration = TimeSpan.FromHours(4) }, time: clock);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await confirmed.Task;
        clock.Advance(TimeSpan.FromHours(4));
        var receipt = await router.NextReceiptAsync();
        Assert.Equal((MessageStatus.Uncertain, 2), (receipt.MessageStatus!.Value, receipt.MessageLength!.Value));
        await rig.UntilIdleAsync();
    }

    [Fact]
    public async Task Call_hung_up_by_a_stop_is_settled_by_its_journal()
    {
        var answered = new TaskCompletionSource();
        var trunk = new FakeTrunk
        {
            FarEnd = async (call, observer, hangUp) =>
            {
                await observer.DialingAsync(hangUp);
                await observer.AnsweredAsync(hangUp);
                observer.TransferBegins("", 14400, true, true);
                observer.PageConfirmed(1);
                answered.SetResult();
                var hungUp = new TaskCompletionSource();
                await using var registration = hangUp.Register(hungUp.SetResult);
                await hungUp.Task;
                return new FaxCallResult { Outcome = CallOutcome.Cancelled, Detail = "hung up", PagesConfirmed = 1, CallPlaced = true };
            },
        };
        await using var router = await FakeRouter.StartAsync();
        var directory = ResourceRig.NewDirectory();
        await using (var rig = await ResourceRig.StartAsync(trunk, router, directory, change: o => o with { StopTimeout = TimeSpan.Zero }))
        {
            await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
            await answered.Task;
        }
        await using var again = await ResourceRig.StartAsync(trunk, router, directory);
        var receipt = await router.NextReceiptAsync();
        Assert.Equal((MessageStatus.Deferred, 1), (receipt.MessageStatus!.Value, receipt.MessageLength!.Value));
        Assert.Single(trunk.Calls);
    }

    private static async Task PutAsync(string directory, string place, string id, string? journal, MessageStatus status = MessageStatus.Exchanged)
    {
        var name = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, place)).FullName, "1764000000000_" + id);
        await File.WriteAllBytesAsync(name + ".msg", ResourceMessageFormat.Write(
            ResourceRig.Delivery(id, expiry: TimeSpan.FromDays(40000)) with { Password = null, MessageStatus = status }));
        if (journal is not null)
            await File.WriteAllTextAsync(name + ".journal", journal);
    }
}
