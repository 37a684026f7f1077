using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Rtp;

namespace Trunkline.Unit.Tests.Telephony.Hearing;

public sealed class LineListenerTests
{
    private const int Tick = 160;

    public static TheoryData<LineSound, bool> Tones()
    {
        var tones = new TheoryData<LineSound, bool>();
        foreach (var sound in Enum.GetValues<LineSound>().Where(sound => sound.EndsCall()))
        {
            tones.Add(sound, false);
            tones.Add(sound, true);
        }
        return tones;
    }

    [Theory]
    [MemberData(nameof(Tones))]
    public void Each_tone_of_a_network_is_known_through_noise_whenever_it_is_joined(LineSound sound, bool isEuropean)
    {
        for (var joined = 0; joined < 5; joined++)
        {
            var listener = new LineListener();
            using var tone = new ToneTerminal(ToneTerminal.Score(sound, isEuropean));
            Skip(tone, joined * 13);
            // Joined within its first second the special information tone is known when it comes again; noise is known as such after two.
            Hear(listener, tone, TimeSpan.FromSeconds(8), noise: joined % 2 == 0 ? 50 : 300);
            Assert.Equal(sound, listener.Tone);
            Assert.Equal(sound, listener.Heard);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ringing_is_ringing_and_no_other_tone(bool isEuropean)
    {
        var listener = new LineListener();
        using var tone = new ToneTerminal(ToneTerminal.Score(LineSound.RingingTone, isEuropean));
        Hear(listener, tone, TimeSpan.FromSeconds(30), noise: 100);
        Assert.Equal([LineSound.RingingTone], News(listener));
        Assert.Equal(LineSound.Nothing, listener.Heard);
    }

    [Fact]
    public void British_ringing_with_its_two_beats_is_not_busy()
    {
        var listener = new LineListener();
        using var tone = new ToneTerminal([new(400, 400, 450), new(200), new(400, 400, 450), new(2000)]);
        Hear(listener, tone, TimeSpan.FromSeconds(30), noise: 50);
        Assert.Equal([LineSound.RingingTone], News(listener));
    }

    [Theory]
    [InlineData(480, 480, LineSound.BusyTone)]
    [InlineData(375, 375, LineSound.BusyTone)]
    [InlineData(240, 240, LineSound.CongestionTone)]
    [InlineData(200, 200, LineSound.CongestionTone)]
    [InlineData(1500, 3500, LineSound.Nothing)]
    [InlineData(60_000, 0, LineSound.Nothing)]
    public void Countries_differ_by_some_tenths(int on, int off, LineSound expected)
    {
        var listener = new LineListener();
        using var tone = new ToneTerminal([new(on, 425), new(off)]);
        Hear(listener, tone, TimeSpan.FromSeconds(12), noise: 100);
        Assert.Equal(expected, listener.Tone);
    }

    [Fact]
    public void Busy_tone_is_known_though_the_pauses_are_not_sent()
    {
        var listener = new LineListener();
        using var tone = new ToneTerminal(ToneTerminal.Score(LineSound.BusyTone, isEuropean: true));
        Span<short> samples = stackalloc short[Tick];
        for (var i = 0; i < 300; i++)
        {
            tone.Speak(samples);
            if (samples.ContainsAnyExcept((short)0))
                listener.Hear(samples);
            else
                listener.HearNothing(Tick);
        }
        Assert.Equal(LineSound.BusyTone, listener.Tone);
    }

    [Fact]
    public void Tone_is_known_though_packets_are_lost()
    {
        var listener = new LineListener();
        using var tone = new ToneTerminal(ToneTerminal.Score(LineSound.BusyTone, isEuropean: false));
        var random = new Random(3);
        Span<short> samples = stackalloc short[Tick];
        for (var i = 0; i < 600; i++)
        {
            tone.Speak(samples);
            if (random.NextDouble() < 0.03)
                listener.HearNothing(Tick);
            else
                listener.Hear(samples);
        }
        Assert.Equal(LineSound.BusyTone, listener.Tone);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(300)]
    public void Person_is_told_from_an_answering_machine_and_both_from_nobody(int noise)
    {
        var person = new LineListener();
        using (var sound = new PersonTerminal())
            Hear(person, sound, TimeSpan.FromSeconds(8), noise);
        Assert.Equal(LineSound.Person, person.Heard);

        var machine = new LineListener();
        using (var sound = new VoiceMailTerminal())
            Hear(machine, sound, TimeSpan.FromSeconds(12), noise);
        Assert.Equal(LineSound.VoiceMail, machine.Heard);
        Assert.Equal([LineSound.Voice, LineSound.Beep], News(machine));

        var nobody = new LineListener();
        using (var sound = new ToneTerminal([new(1000)]))
            Hear(nobody, sound, TimeSpan.FromSeconds(30), noise: 600);
        Assert.Equal(LineSound.Nothing, nobody.Heard);
    }

    [Fact]
    public void Long_speech_without_a_beep_is_a_machine()
    {
        var listener = new LineListener();
        using var machine = new VoiceMailTerminal();
        Hear(listener, machine, TimeSpan.FromSeconds(6), noise: 50);
        Assert.Equal(LineSound.VoiceMail, listener.Heard);
        Assert.Equal([LineSound.Voice], News(listener));
    }

    [Fact]
    public void What_was_said_before_the_answer_tells_nothing_of_who_answers()
    {
        var listener = new LineListener();
        using (var announcement = new VoiceMailTerminal())
            Hear(listener, announcement, TimeSpan.FromSeconds(9), noise: 50);
        listener.CallAnswered();
        Assert.Equal(LineSound.Nothing, listener.Heard);
        using (var person = new PersonTerminal())
            Hear(listener, person, TimeSpan.FromSeconds(5), noise: 50);
        Assert.Equal(LineSound.Person, listener.Heard);
        Assert.Equal([LineSound.Voice], News(listener));
    }

    [Fact]
    public void Voice_is_never_a_tone()
    {
        var listener = new LineListener();
        Span<short> samples = stackalloc short[Tick];
        for (var at = 0; at < 60 * 8000; at += Tick)
        {
            for (var i = 0; i < Tick; i++)
                samples[i] = VoiceSound.At((at + i) % VoiceSound.WordLength);
            listener.Hear(samples);
        }
        Assert.Equal(LineSound.Nothing, listener.Tone);
    }

    [Fact]
    public void Listening_allocates_nothing()
    {
        var listener = new LineListener();
        using var tone = new ToneTerminal(ToneTerminal.Score(LineSound.CongestionTone, isEuropean: false));
        Hear(listener, tone, TimeSpan.FromSeconds(1), noise: 0);
        Span<short> samples = stackalloc short[Tick];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            tone.Speak(samples);
            listener.Hear(samples);
            listener.HearNothing(Tick / 2);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>Through G.711, with noise of this amplitude.</summary>
    private static void Hear(LineListener listener, IMediaTerminal terminal, TimeSpan time, int noise)
    {
        var random = new Random(noise);
        var samples = new short[Tick];
        var payload = new byte[Tick];
        for (var i = 0; i < time / MediaClock.TickPeriod; i++)
        {
            terminal.Speak(samples);
            for (var n = 0; n < samples.Length; n++)
                samples[n] += (short)random.Next(-noise, noise + 1);
            G711.Encode(G711Law.ALaw, samples, payload);
            G711.Decode(G711Law.ALaw, payload, samples);
            listener.Hear(samples);
        }
    }

    private static void Skip(ToneTerminal tone, int ticks)
    {
        Span<short> samples = stackalloc short[Tick];
        for (var i = 0; i < ticks; i++)
            tone.Speak(samples);
    }

    private static List<LineSound> News(LineListener listener)
    {
        List<LineSound> news = [];
        while (listener.TryTakeNews(out var sound))
            news.Add(sound);
        return news;
    }
}
