using System.Text;
using CsCheck;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Settling;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>Messages without pages, from the queue to their end.</summary>
public class UnpagedMessageTests : IAsyncLifetime
{
    private const string Sentence = "One two three four five six seven eight nine ten.";
    private readonly GatewayRig _rig = new();
    private ScriptedResource _resource = null!;

    public async ValueTask InitializeAsync() => _resource = await ScriptedResource.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _resource.DisposeAsync();
    }

    [Fact]
    public async Task A_voice_message_waits_for_a_voice_resource_and_is_sent_by_it()
    {
        await _rig.AddResourceAsync(_resource.Address);
        await _rig.StartAsync();
        await _rig.StartPreparingAsync();
        var plain = Submission(MessageType.Voice, [Text(Sentence), Sound()]);
        var submission = plain with { Messages = [plain.Messages[0] with { Reference = "Order 77" }] };
        await _rig.Intake.AcceptAsync(submission, CancellationToken.None);
        var id = submission.Messages[0].Id;
        await _rig.UntilStatusAsync(id, MessageStatus.Ready);

        await _rig.AddResourceAsync(_resource.Address, "voice1", 2, MessageType.Voice);
        await _rig.UntilStatusAsync(id, MessageStatus.Acknowledged);
        var delivery = Assert.Single(_resource.Deliveries);
        Assert.Equal(("voice1", "+12025550104"), (delivery.ResourceId, delivery.MessageDestination));
        var mime = await MimeMessage.LoadAsync(new MemoryStream(delivery.Message.ToArray()));
        Assert.Equal(("voice", "6", "en"), (mime.Headers[MessageHeaders.Type], mime.Headers[MessageHeaders.Duration], mime.Headers[MessageHeaders.Language]));
        Assert.Null(mime.Headers[MessageHeaders.Pages]);
        var parts = mime.BodyParts.ToList();
        Assert.Equal(["text/plain", "audio/wav"], parts.Select(p => p.ContentType.MimeType));
        Assert.Equal(Sentence, ((TextPart)parts[0]).Text);
        using var sound = new MemoryStream();
        await ((MimePart)parts[1]).Content!.DecodeToAsync(sound);
        Assert.Equal(Wav(16000), sound.ToArray());

        var answer = await _rig.Desk.ReceiveAsync(GatewayRig.Receipt(new AttemptId(id, 1).ToString(), MessageStatus.Sent, name: "voice1"), CancellationToken.None);
        Assert.IsType<ReceiptAnswer.Acknowledged>(answer);
        Assert.Equal(MessageStatus.Sent, (await _rig.StateAsync(id)).Status);
        var ended = Assert.Single(Assert.Single(await _rig.Receipts.DueAsync(10, CancellationToken.None)).Messages);
        Assert.Equal((TimeSpan.FromSeconds(42), 0, "Order 77"), (ended.Duration, ended.Pages, ended.Reference));
        Assert.Equal(("Order 77", 42L), await _rig.Database.ReadAsync(s => s.First("SELECT reference, seconds FROM call_detail", r => (r.GetString(0), r.GetInt64(1))), CancellationToken.None));
    }

    [Fact]
    public async Task A_message_without_a_resource_of_its_type_expires()
    {
        await _rig.StartAsync();
        await _rig.StartPreparingAsync();
        var submission = Submission(MessageType.Voice, [Text(Sentence)]);
        await _rig.Intake.AcceptAsync(submission, CancellationToken.None);
        await _rig.UntilStatusAsync(submission.Messages[0].Id, MessageStatus.Ready);
        await _rig.UntilStatusAsync(submission.Messages[0].Id, MessageStatus.Expired, TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task A_page_shows_the_subject_and_the_text_of_the_mail_fitted_to_its_length()
    {
        _rig.Options.PageLength = 40;
        await _rig.AddResourceAsync(_resource.Address, "pager1", 3, MessageType.Notification);
        await _rig.StartAsync();
        await _rig.StartPreparingAsync();
        var html = new NewFragment("the text of the mail", "text/html", "utf-8", true,
            GatewayRig.Content("<html><head><title>no</title></head><body><p>The <b>server</b> is&nbsp;down.</p><script>no</script><p>Come at once, please.</p></body></html>"));
        var submission = Submission(MessageType.Notification, [html]);
        await _rig.Intake.AcceptAsync(submission, CancellationToken.None);
        await _rig.UntilStatusAsync(submission.Messages[0].Id, MessageStatus.Acknowledged);
        var mime = await MimeMessage.LoadAsync(new MemoryStream(_resource.Deliveries.Single().Message.ToArray()));
        Assert.Equal("Hello The server is down. Come at once…", Assert.IsType<TextPart>(mime.BodyParts.Single()).Text);
    }

    [Fact]
    public async Task A_page_for_a_pager_carries_what_its_terminal_must_know()
    {
        await _rig.AddResourceAsync(_resource.Address, "pager1", 3, MessageType.Notification);
        await _rig.StartAsync();
        await _rig.StartPreparingAsync();
        var plain = Submission(MessageType.Notification, [Text("not this")]);
        var submission = plain with
        {
            Messages = [plain.Messages[0] with { PageText = "DISK FULL", Pager = new PagerTarget("mine", "tap", "4711", "0815", "alphanumeric") }],
        };
        await _rig.Intake.AcceptAsync(submission, CancellationToken.None);
        await _rig.UntilStatusAsync(submission.Messages[0].Id, MessageStatus.Acknowledged);
        var mime = await MimeMessage.LoadAsync(new MemoryStream(_resource.Deliveries.Single().Message.ToArray()));
        Assert.Equal("DISK FULL", Assert.IsType<TextPart>(mime.BodyParts.Single()).Text);
        Assert.Equal(("tap", "4711", "0815", "alphanumeric"), (mime.Headers[MessageHeaders.PagerType], mime.Headers[MessageHeaders.PagerNumber],
            mime.Headers[MessageHeaders.PagerPin], mime.Headers[MessageHeaders.PagerDisplay]));
    }

    [Fact]
    public async Task What_would_take_too_long_is_refused_when_it_is_prepared()
    {
        _rig.Options.MaxDuration = TimeSpan.FromSeconds(3);
        await _rig.StartPreparingAsync();
        var submission = Submission(MessageType.Voice, [Text(Sentence)]);
        await _rig.Intake.AcceptAsync(submission, CancellationToken.None);
        await _rig.UntilStatusAsync(submission.Messages[0].Id, MessageStatus.Failed);
        Assert.Equal(CallOutcome.BadDocument.Code(), (await _rig.StateAsync(submission.Messages[0].Id)).Outcome);
    }

    [Fact]
    public async Task A_message_gets_the_fragments_of_its_type_and_the_texts()
    {
        var plain = Submission(MessageType.Voice, [Text("hello"), Sound()]);
        var submission = plain with { Fragments = [.. plain.Fragments, new NewFragment("plan.pdf", "application/pdf", null, false, GatewayRig.Content("%PDF-")) { MessageType = MessageType.Fax }] };
        await _rig.Intake.AcceptAsync(submission, CancellationToken.None);
        async Task<IEnumerable<string>> Of(MessageType type) => (await _rig.Preparing.FragmentsAsync(submission.Id, type, CancellationToken.None)).Select(f => f.ContentType);
        Assert.Equal(["text/plain", "audio/wav"], await Of(MessageType.Voice));
        Assert.Equal(["text/plain", "application/pdf"], await Of(MessageType.Fax));
        Assert.Equal(["text/plain"], await Of(MessageType.Notification));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("one two three four five", 2)]
    [InlineData("one, two -- three... four five!", 2)]
    [InlineData("電話回線の確認をします。", 2)]
    public void Speech_takes_a_second_for_two_and_a_half_words(string text, int seconds) => Assert.Equal(seconds, Math.Round(UnpagedPress.Spoken(text).TotalSeconds));

    [Theory]
    [InlineData("audio/wav", 16000, 2)]
    [InlineData("audio/wav", 8000, 1)]
    public void A_wave_file_says_how_long_it_is(string type, int bytes, int seconds)
    {
        var wav = Wav(bytes);
        Assert.Equal(seconds, AudioLength.Of(type, wav, wav.Length).TotalSeconds);
        // A header that claims more than there is does not count.
        BitConverter.TryWriteBytes(wav.AsSpan(40), uint.MaxValue);
        Assert.Equal(seconds, AudioLength.Of(type, wav, wav.Length).TotalSeconds);
    }

    [Fact]
    public void Other_sounds_are_as_long_as_their_headers_and_sizes_say()
    {
        byte[] au = [.. ".snd"u8, 0, 0, 0, 24, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0, 0, 0x1F, 0x40, 0, 0, 0, 1, .. new byte[24000]];
        Assert.Equal(3, AudioLength.Of("audio/basic", au, au.Length).TotalSeconds);
        Assert.Equal(10, AudioLength.Of("audio/gsm", [0xD0], 500 * 33).TotalSeconds);
        // 64 kbit/s behind a tag of 200 bytes.
        byte[] mp3 = [.. "ID3"u8, 4, 0, 0, 0, 0, 1, 72, .. new byte[200], 0xFF, 0xFB, 0x50, 0];
        Assert.Equal(5, AudioLength.Of("audio/mpeg", mp3, 40_000).TotalSeconds);
    }

    [Fact]
    public void No_bytes_throw_and_no_length_is_negative() => Check.Sample(
        Gen.Select(Gen.OneOf(Gen.Const("audio/wav"), Gen.Const("audio/basic"), Gen.Const("audio/mpeg"), Gen.Const("audio/gsm")),
            Gen.OneOf(Gen.Const(Wav(10)), Gen.Const("ID3\u0004"u8.ToArray()), Gen.Const(".snd"u8.ToArray())),
            Gen.Byte.Array[0, 80]),
        (type, head, tail) => AudioLength.Of(type, [.. head[..Math.Min(head.Length, 36)], .. tail], head.Length + tail.Length) >= TimeSpan.Zero);

    private NewSubmission Submission(MessageType type, NewFragment[] fragments)
    {
        var fax = _rig.Submission("+12025550104");
        return fax with { Fragments = fragments, Messages = [fax.Messages[0] with { Type = type }] };
    }

    private static NewFragment Text(string text) => new("the text of the mail", "text/plain", "utf-8", true, GatewayRig.Content(text));

    private static NewFragment Sound()
    {
        var wav = Wav(16000);
        return new NewFragment("a.wav", "audio/wav", null, false, new MailContent(wav.Length, System.Security.Cryptography.SHA256.HashData(wav), wav, null)) { MessageType = MessageType.Voice };
    }

    // 8,000 bytes a second.
    private static byte[] Wav(int bytes)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(36 + bytes);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)7);
        writer.Write((short)1);
        writer.Write(8000);
        writer.Write(8000);
        writer.Write((short)1);
        writer.Write((short)8);
        writer.Write("data"u8);
        writer.Write(bytes);
        writer.Write(new byte[bytes]);
        return memory.ToArray();
    }
}
