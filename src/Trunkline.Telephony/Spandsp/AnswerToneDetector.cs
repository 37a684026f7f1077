using static Trunkline.Telephony.Spandsp.SpandspNative;

namespace Trunkline.Telephony.Spandsp;

/// <summary>
/// Hears whether a fax machine answered: its 2,100 Hz tone (CED) or the preamble of its first V.21 signal (T.30 sections 4.1, 5.3.1).
/// </summary>
internal sealed unsafe class AnswerToneDetector : IDisposable
{
    private const int CedOrPreamble = 7;

    private nint _state = modem_connect_tones_rx_init(0, CedOrPreamble, null, 0);

    /// <summary>True from the moment that one was heard.</summary>
    public bool Heard { get; private set; }

    /// <summary>Listens; costs nothing once it has heard one.</summary>
    public void Hear(ReadOnlySpan<short> samples)
    {
        if (Heard || _state == 0)
            return;
        fixed (short* first = samples)
            _ = modem_connect_tones_rx(_state, first, samples.Length);
        Heard = modem_connect_tones_rx_get(_state) != 0;
    }

    public void Dispose()
    {
        if (_state != 0)
            _ = modem_connect_tones_rx_free(_state);
        _state = 0;
    }
}
