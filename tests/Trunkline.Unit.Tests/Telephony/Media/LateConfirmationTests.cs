using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Unit.Tests.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Media;

/// <summary>
/// A confirmation that is later than the patience of T.30 is asked for again and comes twice. spandsp then lost its way and sent empty frames
/// without end, with the media thread of every call in its hands.
/// </summary>
public sealed class LateConfirmationTests
{
    public static TheoryData<int> Looks => [.. Enumerable.Range(0, 24).Select(i => 140 + i * 5)];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Confirmation_that_is_late_and_comes_twice_ends_this_call_at_worst(int looks)
    {
        var loopback = new LoopbackNetwork();
        var late = new LateNetwork(loopback, looks);
        using var pair = new FaxPair(2, late, loopback, called: o => o with { Ecm = false, MaxBitRate = 4800 }, rows: 200);
        pair.CallerEvents.OnTrace = text => { if (text is "sent MPS" or "sent EOP") late.Arm(); };
        pair.UseT38();
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();
        Assert.True(caller.Pages <= 2 && called.Pages <= 3, $"{caller.Text}, {called.Text}");
    }
}
