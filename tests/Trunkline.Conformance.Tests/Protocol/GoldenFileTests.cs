using System.Text;
using CsCheck;
using Trunkline.Core;
using Trunkline.Core.Protocol;

namespace Trunkline.Conformance.Tests.Protocol;

/// <summary>
/// The resource protocol byte for byte: each file beside this one is a message as it goes over the wire, and here stands what it means.
/// docs/reference/resource-protocol.md shows the same files.
/// </summary>
public sealed class GoldenFileTests
{
    private static readonly ResourceMessage State = new()
    {
        Password = "own-secret",
        MessageId = "01JD9Z-1",
        MessageSourceCsid = "+1 202 555 0190",
        MessageDestination = "+12025550100",
        ResourceId = "R1",
        IsResourceActive = true,
        ResourceExpiryDuration = TimeSpan.FromMinutes(60),
        ResourceQueueOutStatus = 1,
        ResourceChannelMax = 16,
    };

    private static readonly ResourceMessage Delivery = new()
    {
        Password = "open-sesame",
        MessageId = "01JD9Z-1",
        MessageStatus = MessageStatus.Exchanged,
        MessageSourceCsid = "+1 202 555 0190",
        IsAttached = true,
        MessageDestination = "+12025550100",
        ResourceId = "R1",
        ResourceLastCommTimeStamp = At(12, 59, 59),
        ResourceExpiryDuration = TimeSpan.FromMinutes(60),
        MessageBoundary = "=_part",
    };

    private static readonly ResourceMessage Receipt = State with
    {
        MessageStatus = MessageStatus.Sent,
        MessageSentTimeStamp = At(13, 1, 42),
        MessageDuration = TimeSpan.FromSeconds(73),
        MessageLength = 1,
        MessageRemoteCsid = "+1 202 555 0100",
        ResourceLastCommTimeStamp = At(13, 1, 43),
        ResourceQueueInStatus = 0,
        ResourceChannelStatus = "0000000000000000",
    };

    private static readonly Dictionary<string, ResourceMessage> Expected = new()
    {
        ["delivery"] = Delivery,
        ["delivery-crlf"] = Delivery,
        ["acknowledgement"] = State with
        {
            MessageStatus = MessageStatus.Acknowledged,
            ResourceLastCommTimeStamp = At(13, 0, 1),
            ResourceQueueInStatus = 2,
            ResourceChannelStatus = "0000000111000001",
        },
        ["enquiry"] = new() { Password = "open-sesame", MessageId = "01JD9Z-1", ResourceId = "R1" },
        ["enquiry-state"] = new() { Password = "open-sesame", ResourceId = "R1" },
        ["all-na"] = new(),
        ["receipt"] = Receipt,
        ["receipt-with-reply"] = Receipt with { IsAttached = true, MessageBoundary = "trunk-01JD9Z-1" },
    };

    public static TheoryData<string> Names => [.. Expected.Keys];

    [Theory, MemberData(nameof(Names))]
    public void File_is_read_as_what_it_means(string name)
    {
        Assert.True(ResourceMessageFormat.TryRead(Golden(name), out var message, out var error), error);
        Assert.Equal(Expected[name], message with { Message = default });
        Assert.Equal(message.IsAttached, message.Message.Length > 0);
        if (message.IsAttached)
            Assert.StartsWith("MIME-Version: 1.0\r\n", Encoding.ASCII.GetString(message.Message.Span), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void What_was_read_is_written_as_it_was(string name)
    {
        Assert.True(ResourceMessageFormat.TryRead(Golden(name), out var message, out _));
        var written = ResourceMessageFormat.Write(message);
        Assert.Equal(Encoding.UTF8.GetString(Golden(name.Replace("-crlf", "", StringComparison.Ordinal))), Encoding.UTF8.GetString(written));
    }

    [Fact]
    public void Fields_stand_in_the_order_of_the_source()
    {
        var names = Encoding.UTF8.GetString(Golden("all-na")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]);
        Assert.Equal(ResourceMessageFormat.FieldNames, names);
        Assert.Equal(20, ResourceMessageFormat.FieldNames.Count);
    }

    [Fact]
    public void Idle_channels_are_the_zeros_of_the_bitmap()
    {
        Assert.Equal(12, Expected["acknowledgement"].FreeChannels);
        Assert.Equal(0, Expected["all-na"].FreeChannels);
    }

    [Theory]
    [InlineData("Password=NA", "Passwort=NA", "Line 1: Password= with at most 1024 characters of UTF-8 was expected.")]
    [InlineData("MessageID=01JD9Z-1\n", "", "Line 2: MessageID= with at most 1024 characters of UTF-8 was expected.")]
    [InlineData("MessageStatus=X", "MessageStatus=Q", "MessageStatus=Q is no status; it is one of P H D R X A S F E C U.")]
    [InlineData("MessageStatus=X", "messagestatus=X", "Line 3: MessageStatus= with at most 1024 characters of UTF-8 was expected.")]
    [InlineData("MessageSentTimeStamp=NA", "MessageSentTimeStamp=133126000000", "MessageSentTimeStamp is no MMDDYYhhmmss.")]
    [InlineData("MessageSentTimeStamp=NA", "MessageSentTimeStamp=2026-11-23", "MessageSentTimeStamp is no MMDDYYhhmmss.")]
    [InlineData("MessageDuration=NA", "MessageDuration=-1", "MessageDuration is no number of seconds.")]
    [InlineData("MessageLength=NA", "MessageLength=1.5", "MessageLength is no number of pages.")]
    [InlineData("MessageAttachStatus=A", "MessageAttachStatus=Y", "MessageAttachStatus is neither A nor NA.")]
    [InlineData("MessageAttachStatus=A", "MessageAttachStatus=NA", "A message follows, but MessageAttachStatus is NA.")]
    [InlineData("ResourceStatus=NA", "ResourceStatus=P", "ResourceStatus is neither A nor I nor NA.")]
    [InlineData("ResourceLastCommTimeStamp=112326125959", "ResourceLastCommTimeStamp=023026125959", "ResourceLastCommTimeStamp is no MMDDYYhhmmss.")]
    [InlineData("ResourceExpiryDuration=60", "ResourceExpiryDuration=1h", "ResourceExpiryDuration is no number of minutes.")]
    [InlineData("ResourceQueueInStatus=NA", "ResourceQueueInStatus=x", "ResourceQueueInStatus, ResourceQueueOutStatus and ResourceChannelMax are counts.")]
    [InlineData("ResourceChannelMax=NA", "ResourceChannelMax=99999999999", "ResourceQueueInStatus, ResourceQueueOutStatus and ResourceChannelMax are counts.")]
    [InlineData("ResourceChannelStatus=NA", "ResourceChannelStatus=0120", "ResourceChannelStatus is a row of 0 and 1, one for each channel.")]
    [InlineData("Message=\n", "Message=MIME-Version: 1.0\n", "The message begins on the line after Message=.")]
    public void Error_is_told_in_one_line(string good, string bad, string expected)
    {
        var text = Encoding.UTF8.GetString(Golden("delivery")).Replace("open-sesame", "NA", StringComparison.Ordinal);
        var changed = text.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        Assert.False(ResourceMessageFormat.TryRead(Encoding.UTF8.GetBytes(changed), out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Cut_at_any_byte_of_its_fields_it_is_refused_with_the_line()
    {
        var whole = Golden("acknowledgement");
        // Without its last newline, and so without anything after "Message=", it is whole.
        for (var length = 0; length < whole.Length - 1; length++)
        {
            Assert.False(ResourceMessageFormat.TryRead(whole.AsMemory(0, length), out _, out var error));
            Assert.Matches("^Line [0-9]+: [^\n]+$", error);
        }
        Assert.True(ResourceMessageFormat.TryRead(whole.AsMemory(0, whole.Length - 1), out _, out _));
    }

    [Fact]
    public void Value_that_is_too_long_or_no_utf8_is_refused()
    {
        Assert.False(ResourceMessageFormat.TryRead(Encoding.UTF8.GetBytes("Password=" + new string('x', 1025) + "\n"), out _, out _));
        Assert.False(ResourceMessageFormat.TryRead(new byte[] { (byte)'P', (byte)'a', 0xff, (byte)'\n' }, out _, out _));
        Assert.Equal(-1, ResourceMessageFormat.HeadLength("Password=NA\n"u8));
        var golden = Golden("delivery");
        Assert.StartsWith("MIME-Version", Encoding.ASCII.GetString(golden, ResourceMessageFormat.HeadLength(golden), 12), StringComparison.Ordinal);
    }

    [Fact]
    public void Message_survives_writing_and_reading() => AnyMessage.Sample(message =>
    {
        var bytes = ResourceMessageFormat.Write(message);
        Assert.True(ResourceMessageFormat.TryRead(bytes, out var read, out var error), error);
        Assert.Equal(message with { Message = default }, read with { Message = default });
        Assert.True(message.Message.Span.SequenceEqual(read.Message.Span));
        Assert.InRange(ResourceMessageFormat.HeadLength(bytes), 1, ResourceMessageFormat.MaxHeadLength);
        Assert.Equal(bytes.Length - message.Message.Length, ResourceMessageFormat.HeadLength(bytes));
    });

    [Fact]
    public void Whatever_text_a_field_holds_the_written_message_can_be_read() => Gen.Char.Array[0, 1500].Select(c => new string(c)).Sample(text =>
    {
        var bytes = ResourceMessageFormat.Write(new ResourceMessage { MessageRemoteCsid = text, MessageDestination = text });
        Assert.True(ResourceMessageFormat.TryRead(bytes, out _, out var error), error);
    });

    [Fact]
    public void Any_bytes_are_read_or_refused_in_one_line() => Gen.OneOf(Gen.Byte.Array[0, 300], Mutated).Sample(bytes =>
    {
        if (!ResourceMessageFormat.TryRead(bytes, out _, out var error))
            Assert.Matches("^[^\r\n]+$", error);
    });

    private static Gen<byte[]> Mutated { get; } =
        from name in Gen.Int[0, Expected.Count - 1].Select(index => Expected.Keys.ElementAt(index))
        from position in Gen.Int[0, 400]
        from value in Gen.Byte
        select Mutate(Golden(name), position, value);

    private static Gen<string?> Text { get; } = Gen.Char[' ', '\u024f'].Array[0, 40].Select(c => new string(c))
        .Select(text => text.Any(char.IsControl) || text.Trim() != text || text.Length == 0 || text == "NA" ? null : text);

    private static Gen<DateTimeOffset?> Date { get; } = Gen.Long[946684800, 4102444799].Nullable(0.2)
        .Select(seconds => seconds is { } s ? DateTimeOffset.FromUnixTimeSeconds(s) : (DateTimeOffset?)null);

    private static Gen<int?> Number { get; } = Gen.Int[0, int.MaxValue].Nullable(0.2);

    private static Gen<ResourceMessage> AnyMessage { get; } =
        from texts in Text.Array[7]
        from status in Gen.Enum<MessageStatus>().Nullable(0.2)
        from dates in Date.Array[2]
        from numbers in Number.Array[6]
        from active in Gen.Bool.Nullable(0.2)
        from bitmap in Gen.Bool.Array[1, 32]
        from attached in Gen.Bool
        from body in Gen.Byte.Array[0, 200]
        select new ResourceMessage
        {
            Password = texts[0],
            MessageId = texts[1],
            MessageStatus = status,
            MessageSentTimeStamp = dates[0],
            MessageDuration = numbers[0] is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            MessageLength = numbers[1],
            MessageRemoteCsid = texts[2],
            MessageSourceCsid = texts[3],
            IsAttached = attached,
            MessageDestination = texts[4],
            ResourceId = texts[5],
            IsResourceActive = active,
            ResourceLastCommTimeStamp = dates[1],
            ResourceExpiryDuration = numbers[2] is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            ResourceQueueInStatus = numbers[3],
            ResourceQueueOutStatus = numbers[4],
            ResourceChannelMax = numbers[5],
            ResourceChannelStatus = string.Concat(bitmap.Select(busy => busy ? '1' : '0')),
            MessageBoundary = texts[6],
            Message = attached ? body : default,
        };

    private static byte[] Mutate(byte[] bytes, int position, byte value)
    {
        bytes[position % bytes.Length] = value;
        return bytes;
    }

    private static byte[] Golden(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Protocol", name + ".txt"));

    private static DateTimeOffset At(int hour, int minute, int second) => new(2026, 11, 23, hour, minute, second, TimeSpan.Zero);
}
