using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.T38;
using static Trunkline.Telephony.Spandsp.SpandspNative;

namespace Trunkline.Telephony.Spandsp;

/// <summary>A fax machine that speaks T.38 itself, without modems.</summary>
internal sealed unsafe class FaxT38Terminal : IFaxTerminal, IIfpSink
{
    /// <summary>
    /// Packets that one step of time may send; no state of T.38 has more than a handful. Where a confirmation comes twice, and late, spandsp goes on with
    /// the next frame while it sends the one before, loses what kind of data it sends, and sends empty frames without end, which would silence every call
    /// of this thread. It does give up when a packet cannot be sent.
    /// </summary>
    private const int MaxPacketsOfStep = 200;

    private readonly IIfpTransmitter _transmitter;
    private readonly AwarePace? _pace;
    private readonly nint _core;
    private GCHandle _self;
    private nint _state;
    private bool _heardIndicator;
    private int _packetsOfStep;

    /// <param name="options">What it does.</param>
    /// <param name="firstPage">The first page to send, from 1.</param>
    /// <param name="path">What both ends can do.</param>
    /// <param name="transmitter">Takes the packets that it sends.</param>
    /// <param name="events">Who is told.</param>
    public FaxT38Terminal(FaxTerminalOptions options, int firstPage, T38Path path, IIfpTransmitter transmitter, IFaxTerminalEvents events)
    {
        _transmitter = transmitter;
        _pace = path.InternetAware ? new AwarePace(options.IsCaller, options.InternetAwareBitRate, events) : null;
        _self = GCHandle.Alloc(this);
        _state = t38_terminal_init(0, options.IsCaller ? 1 : 0, &OnSend, GCHandle.ToIntPtr(_self));
        if (_state == 0)
        {
            _self.Free();
            throw new InvalidOperationException("libspandsp could not make a T.38 terminal: no memory.");
        }

        _core = t38_terminal_get_t38_core_state(_state);
        t38_set_t38_version(_core, path.Version);
        t38_set_max_datagram_size(_core, path.MaxDatagram);
        t38_set_fastest_image_data_rate(_core, Math.Min(path.MaxBitRate, options.MaxBitRate));
        Engine = new T30Engine(t38_terminal_get_t30_state(_state), options, firstPage, path.MaxBitRate, events, _pace);
    }

    public T30Engine Engine { get; }

    public bool HeardFax => Engine.HeardFrame || _heardIndicator;

    /// <summary>Time passes; what is due to be sent is sent.</summary>
    public void Advance(int samples)
    {
        _pace?.BeginTick(samples);
        Step(samples);
        while (_pace is not null && !Engine.IsOver && _pace.TakeStep(samples))
            Step(samples);
        // Lost for good: another step would begin the same again.
        if (_packetsOfStep > MaxPacketsOfStep)
            Engine.MustEnd = true;
    }

    private void Step(int samples)
    {
        if (_packetsOfStep <= MaxPacketsOfStep)
        {
            _packetsOfStep = 0;
            _ = t38_terminal_send_timeout(_state, samples);
        }
    }

    public void Packet(ushort sequence, ReadOnlySpan<byte> packet)
    {
        // What is neither silence nor CNG comes from a fax machine that answers or sends.
        _heardIndicator |= IfpPacket.Indicator(packet) is not (IfpPacket.NoSignal or IfpPacket.Cng);
        if (Engine.Spoiler is { IsOn: true } spoiler)
        {
            var spoilt = packet.ToArray();
            spoiler.Spoil(spoilt);
            packet = spoilt;
        }
        fixed (byte* first = packet)
            _ = t38_core_rx_ifp_packet(_core, first, packet.Length, sequence);
    }

    public void Dispose()
    {
        if (_state == 0)
            return;
        _ = t38_terminal_free(_state);
        _state = 0;
        Engine.Dispose();
        _self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSend(nint core, nint user, byte* packet, int length, int count)
    {
        var self = (FaxT38Terminal)GCHandle.FromIntPtr(user).Target!;
        if (++self._packetsOfStep > MaxPacketsOfStep)
            return -1;
        self.Engine?.NoteSent();
        var ifp = new ReadOnlySpan<byte>(packet, length);
        var octets = self._transmitter.Transmit(ifp, count);
        self._pace?.NoteSent(ifp, octets);
        return 0;
    }
}
