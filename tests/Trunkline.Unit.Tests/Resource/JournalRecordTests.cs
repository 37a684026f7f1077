using Trunkline.Resource.Spool;

namespace Trunkline.Unit.Tests.Resource;

public sealed class JournalRecordTests
{
    [Fact]
    public void Call_began_when_the_first_carrier_was_tried()
    {
        var record = new JournalRecord().With("2026-11-30T08:17:11.600Z dialing 2 3").With("2026-11-30T08:17:17.600Z dialing 2 3").With("2026-11-30T08:17:18.100Z answered");
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 8, 17, 11, 600, TimeSpan.Zero), record.DialedAt);
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 8, 17, 18, 100, TimeSpan.Zero), record.AnsweredAt);
        Assert.Equal((2, 3, 1), (record.FirstPage, record.Pages, record.PagesConfirmed));
    }
}
