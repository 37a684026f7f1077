using System.Collections.Concurrent;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core.Protocol;
using Trunkline.Core;
using Trunkline.Resource;
using Trunkline.Resource.Spool;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>An answer of NA is the proof that a router may send the message anew; whatever is less than certain is another code than 200.</summary>
public sealed class EnquiryTests
{
    [Fact]
    public async Task Message_is_known_at_every_step_of_its_way()
    {
        await using var router = await FakeRouter.StartAsync();
        var steps = new ConcurrentQueue<(string Step, EnquiryKind Kind)>();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, before: server =>
        {
            server.BeforeStep = step => steps.Enqueue(("before " + step, server.Spool!.Enquire("M-1").Kind));
            server.AfterStep = step => steps.Enqueue(("after " + step, server.Spool!.Enquire("M-1").Kind));
        });
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await router.NextReceiptAsync();
        await Patience.UntilAsync(() => steps.Any(step => step.Step == "after outbox removed"));

        Assert.Equal(("before inbox synced", EnquiryKind.InDoubt), steps.First());
        Assert.All(steps.Skip(1), step => Assert.Equal((step.Step, EnquiryKind.Known), step));
        Assert.Equal(MessageStatus.Sent, (await rig.ExchangeAsync(ResourceRig.Enquiry("M-1"))).Message!.MessageStatus);
    }

    [Fact]
    public async Task Delivery_that_comes_after_its_enquiry_was_answered_NA_is_refused_for_good()
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);

        var enquiry = await rig.ExchangeAsync(ResourceRig.Enquiry("M-1"));
        Assert.Equal((200, null), (enquiry.Code, enquiry.Message!.MessageStatus));
        Assert.Equal(400, (await rig.ExchangeAsync(ResourceRig.Delivery("M-1"))).Code);
        Assert.Null((await rig.ExchangeAsync(ResourceRig.Enquiry("M-1"))).Message!.MessageStatus);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-2"));
        Assert.Equal("M-2", (await router.NextReceiptAsync()).MessageId);
        Assert.Single(trunk.Calls);
    }

    [Fact]
    public async Task Delivery_whose_file_may_lie_in_inbox_is_in_doubt_until_it_is_deleted()
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        var broken = new ConcurrentDictionary<string, bool> { ["inbox synced"] = true, ["inbox undone"] = true };
        await using var rig = await ResourceRig.StartAsync(trunk, router, before: server => server.BeforeStep = step =>
        {
            if (broken.ContainsKey(step))
                throw new IOException("Input/output error");
        });

        Assert.Equal(500, (await rig.ExchangeAsync(ResourceRig.Delivery("M-1"))).Code);
        Assert.Single(Directory.GetFiles(Path.Combine(rig.Directory, "Inbox")));
        Assert.Equal(409, (await rig.ExchangeAsync(ResourceRig.Enquiry("M-1"))).Code);
        Assert.Equal(409, (await rig.ExchangeAsync(ResourceRig.Delivery("M-1"))).Code);

        broken.Clear();
        var enquiry = await rig.ExchangeAsync(ResourceRig.Enquiry("M-1"));
        Assert.Equal((200, null), (enquiry.Code, enquiry.Message!.MessageStatus));
        Assert.Empty(Directory.GetFiles(Path.Combine(rig.Directory, "Inbox")));
        Assert.Empty(trunk.Calls);
    }

    [Fact]
    public async Task Delivery_that_failed_is_taken_back_at_once_when_the_disk_lets_it()
    {
        await using var router = await FakeRouter.StartAsync();
        var faults = new HashSet<string> { "inbox synced" };
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, before: server => server.BeforeStep = step =>
        {
            if (faults.Remove(step))
                throw new IOException("Input/output error");
        });
        Assert.Equal(500, (await rig.ExchangeAsync(ResourceRig.Delivery("M-1"))).Code);
        Assert.Empty(Directory.GetFiles(Path.Combine(rig.Directory, "Inbox")));
        Assert.Equal(200, (await rig.ExchangeAsync(ResourceRig.Delivery("M-1"))).Code);
        Assert.Equal(MessageStatus.Sent, (await router.NextReceiptAsync()).MessageStatus);
    }

    [Fact]
    public async Task Resource_that_is_not_running_answers_no_enquiry()
    {
        var options = new ResourceOptions
        {
            ResourceId = "R1", Password = ResourceRig.OwnPassword, RouterAddress = new Uri("http://127.0.0.1:1/router"), DataDirectory = ResourceRig.NewDirectory(),
        };
        Directory.CreateDirectory(Path.Combine(options.DataDirectory, "jfaxom"));
        await File.WriteAllTextAsync(Path.Combine(options.DataDirectory, "jfaxom", "password"), ResourceRig.RouterPassword + "\n");
        await using var server = new ResourceServer(options, new FakeTrunk(), new FakeRenderer(), TimeProvider.System, NullLoggerFactory.Instance);

        Assert.Equal((503, false), await AskAsync());
        await server.StartAsync(CancellationToken.None);
        Assert.Equal((200, true), await AskAsync());

        // One whose end has not come when the resource stops.
        var slow = new Pipe();
        await slow.Writer.WriteAsync("Password="u8.ToArray());
        var asked = server.ExchangeAsync(slow.Reader, CancellationToken.None);
        await server.StopAsync(CancellationToken.None);
        Assert.Equal((503, null), ((await asked).Code, (await asked).Message));
        Assert.Equal((503, false), await AskAsync());

        async Task<(int Code, bool HasMessage)> AskAsync()
        {
            var answer = await server.ExchangeAsync(
                PipeReader.Create(new MemoryStream(ResourceMessageFormat.Write(ResourceRig.Enquiry("M-1")))), CancellationToken.None);
            return (answer.Code, answer.Message is not null);
        }
    }

    [Fact]
    public async Task Resource_with_as_many_exchanges_as_it_may_have_answers_no_enquiry()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, change: o => o with { MaxExchanges = 1 });
        using (await rig.BeginDeliveryAsync("M-1"))
        {
            foreach (var id in new[] { "M-1", "M-2" })
            {
                var enquiry = await rig.ExchangeAsync(ResourceRig.Enquiry(id));
                Assert.Equal((503, null), (enquiry.Code, enquiry.Message));
            }
        }
    }

    [Theory, InlineData(ResourceMode.Draining), InlineData(ResourceMode.Paused)]
    public async Task Enquiry_is_answered_while_no_new_messages_are_taken(ResourceMode mode)
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await router.NextReceiptAsync();
        rig.Server.Mode = mode;
        Assert.Equal(503, (await rig.ExchangeAsync(ResourceRig.Delivery("M-2"))).Code);
        Assert.Equal(MessageStatus.Sent, (await rig.ExchangeAsync(ResourceRig.Enquiry("M-1"))).Message!.MessageStatus);
        Assert.Null((await rig.ExchangeAsync(ResourceRig.Enquiry("M-2"))).Message!.MessageStatus);
    }
}
