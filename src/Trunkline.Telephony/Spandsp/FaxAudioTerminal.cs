using Trunkline.Telephony.Media;
using static Trunkline.Telephony.Spandsp.SpandspNative;

namespace Trunkline.Telephony.Spandsp;

/// <summary>A fax machine on an audio line: spandsp's modems and its T.30.</summary>
internal sealed unsafe class FaxAudioTerminal : IFaxTerminal, IMediaTerminal
{
    private readonly AnswerToneDetector? _detector;
    private nint _state;

    /// <param name="options">What it does.</param>
    /// <param name="firstPage">The first page to send, from 1.</param>
    /// <param name="events">Who is told.</param>
    public FaxAudioTerminal(FaxTerminalOptions options, int firstPage, IFaxTerminalEvents events)
    {
        _state = fax_init(0, options.IsCaller ? 1 : 0);
        if (_state == 0)
            throw new InvalidOperationException("libspandsp could not make a fax terminal: no memory.");
        fax_set_transmit_on_idle(_state, 1);
        Engine = new T30Engine(fax_get_t30_state(_state), options, firstPage, int.MaxValue, events);
        _detector = options.IsCaller ? new AnswerToneDetector() : null;
    }

    public T30Engine Engine { get; }

    public bool HeardFax => Engine.HeardFrame || _detector is { Heard: true };

    public void Hear(Span<short> samples)
    {
        if (!Engine.HeardFrame)
            _detector?.Hear(samples);
        Engine.Spoiler?.Spoil(samples);
        fixed (short* first = samples)
            _ = fax_rx(_state, first, samples.Length);
    }

    public void HearNothing(int samples) => _ = fax_rx_fillin(_state, samples);

    public void Speak(Span<short> samples)
    {
        int made;
        fixed (short* first = samples)
            made = fax_tx(_state, first, samples.Length);
        samples[Math.Clamp(made, 0, samples.Length)..].Clear();
        if (samples.ContainsAnyExcept((short)0))
            Engine.NoteSent();
    }

    public void Dispose()
    {
        if (_state == 0)
            return;
        _ = fax_free(_state);
        _state = 0;
        Engine.Dispose();
        _detector?.Dispose();
    }
}
