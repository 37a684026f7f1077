using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Telephony.Net;
using Trunkline.TestLine;
using Trunkline.Unit.Tests.Resource;
using Trunkline.Unit.Tests.Telephony.Media;

namespace Trunkline.Unit.Tests.TestLine;

/// <summary>A resource, a real trunk and a number with faults: what was confirmed stays, and each attempt tries what may help.</summary>
public sealed class ResumedFaxTests : IAsyncDisposable
{
    private const int Pages = 5;
    private readonly string _tiff = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".tif");
    private readonly FakeTrunk _trunk = new();
    private readonly List<TestLineCall> _received = [];

    public ResumedFaxTests() => FaxTiff.Write(_tiff, Pages);

    public ValueTask DisposeAsync()
    {
        File.Delete(_tiff);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Fax_to_a_machine_that_drops_three_times_arrives_page_for_page_and_none_twice()
    {
        await using var line = await StartAsync(new TestNumber("+12025550106", TestAnswer.Fax)
        {
            Description = "of the test", DropAtPage = 2, DropTimes = 3,
        });
        var receipts = await SendUntilItEndsAsync(line, "+12025550106");

        Assert.Equal([(MessageStatus.Deferred, 1), (MessageStatus.Deferred, 2), (MessageStatus.Deferred, 3), (MessageStatus.Sent, 5)],
            receipts.Select(receipt => (receipt.MessageStatus!.Value, receipt.MessageLength!.Value)));
        Assert.Equal([1, 2, 3, 4], _trunk.Calls.Select(call => call.FirstPage));
        // The second call in a row that was dropped makes the third go by G.711.
        Assert.Equal([true, true, false, false], _received.Select(call => call.T38));
        Assert.All(_trunk.Calls, call => Assert.Equal(("From Trunkline", "+1 202 555 0190", Pages), (call.HeaderLine, call.LocalIdent, call.Pages)));
        AssertEachPageOnce();
    }

    [Fact]
    public async Task Fax_to_a_slow_machine_without_error_correction_goes_on_where_it_was_dropped()
    {
        await using var line = await StartAsync(new TestNumber("+12025550107", TestAnswer.Fax)
        {
            Description = "of the test", Ecm = false, MaxBitRate = 4800, DropAtPage = 3, DropTimes = 1,
        });
        var receipts = await SendUntilItEndsAsync(line, "+12025550107");

        Assert.Equal([(MessageStatus.Deferred, 2), (MessageStatus.Sent, 5)], receipts.Select(receipt => (receipt.MessageStatus!.Value, receipt.MessageLength!.Value)));
        Assert.All(_received, call => Assert.Equal((4800, false), (call.BitRate, call.Ecm)));
        AssertEachPageOnce();
    }

    private static Task<TestLineRig> StartAsync(TestNumber number) => TestLineRig.StartAsync(new LoopbackNetwork(), numbers: [number]);

    /// <summary>Does as the gateway does: after each receipt that says later, another attempt from the first page that is not confirmed.</summary>
    private async Task<List<ResourceMessage>> SendUntilItEndsAsync(TestLineRig line, string number)
    {
        await using var trunk = line.OpenTrunk();
        _trunk.FarEnd = trunk.SendFaxAsync;
        await using var router = await FakeRouter.StartAsync();
        await using var resource = await ResourceRig.StartAsync(_trunk, router);
        var tiff = await File.ReadAllBytesAsync(_tiff);
        var receipts = new List<ResourceMessage>();
        for (var first = 1; receipts.Count < 6; first = receipts[^1].MessageLength!.Value + 1)
        {
            await resource.ExchangeAsync(ResourceRig.Delivery($"m1-{receipts.Count + 1}", number, Pages, first, tiff: tiff));
            receipts.Add(await router.NextReceiptAsync());
            _received.Add(await line.FinishedAsync());
            if (receipts[^1].MessageStatus != MessageStatus.Deferred)
                break;
        }
        return receipts;
    }

    private void AssertEachPageOnce()
    {
        var sent = FaxTiff.Read(_tiff);
        var received = _received.Where(call => call.File is not null).SelectMany(call => FaxTiff.Read(call.File!)).ToList();
        Assert.Equal(sent.Count, received.Count);
        for (var page = 0; page < sent.Count; page++)
        {
            // The header line stands above.
            var above = received[page].Length - sent[page].Length;
            Assert.InRange(above, 0, 40);
            for (var row = 0; row < sent[page].Length; row++)
                Assert.True(sent[page][row].AsSpan().SequenceEqual(received[page][row + above]), $"page {page + 1}, row {row} differs");
        }
    }
}
