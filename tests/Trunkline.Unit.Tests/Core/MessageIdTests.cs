using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Core;

public class MessageIdTests
{
    [Fact]
    public void An_id_survives_being_written_and_read() => Gen.Long[0, long.MaxValue].Sample(value =>
        MessageId.TryParse(new MessageId(value).ToString(), out var read) && read.Value == value
        && MessageId.TryParse(new MessageId(value).ToString().ToLowerInvariant(), out read) && read.Value == value);

    [Fact]
    public void Texts_sort_as_ids_do() => Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue]).Sample((a, b) =>
        Math.Sign(string.CompareOrdinal(new MessageId(a).ToString(), new MessageId(b).ToString())) == a.CompareTo(b));

    [Fact]
    public void What_is_no_id_is_not_read()
    {
        Assert.False(MessageId.TryParse("", out _));
        Assert.False(MessageId.TryParse("ZZZZZZZZZZZZZ", out _));
        Assert.False(MessageId.TryParse("0000000000U00", out _));
        Gen.String.Sample(text => MessageId.TryParse(text, out var id) ? id.Value >= 0 : true);
    }

    [Fact]
    public void Ids_grow_also_when_the_clock_goes_back_or_the_millisecond_is_full()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
        var ids = new MessageIdSource(time);
        var last = ids.Next();
        for (var i = 0; i < 10_000; i++)
        {
            var next = ids.Next();
            Assert.True(next > last);
            last = next;
        }
        var restarted = new MessageIdSource(new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero)));
        restarted.Follow(last);
        Assert.True(restarted.Next() > last);
    }

    [Fact]
    public void An_attempt_is_the_message_and_a_number()
    {
        var attempt = new AttemptId(new MessageId(4711), 3);
        Assert.True(AttemptId.TryParse(attempt.ToString(), out var read));
        Assert.Equal(attempt, read);
        Assert.False(AttemptId.TryParse(new MessageId(4711).ToString(), out _));
        Assert.False(AttemptId.TryParse(new MessageId(4711) + "-0", out _));
        Assert.False(AttemptId.TryParse(new MessageId(4711) + "-x", out _));
    }
}
