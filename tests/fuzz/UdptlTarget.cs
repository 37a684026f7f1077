using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Spandsp;
using Trunkline.Telephony.T38;

namespace Trunkline.Fuzz;

/// <summary>UDPTL, and behind it the T.38 of libspandsp, native code that a packet must not bring down.</summary>
internal sealed class UdptlTarget : FuzzTarget
{
    /// <summary>Inputs of one call: a terminal that was hung up on takes no more.</summary>
    private const int InputsOfCall = 300;

    private static readonly T38Path Path = new(new IPEndPoint(IPAddress.Loopback, 6000), 0, 14_400, 400, UdptlErrorCorrection.Redundancy);

    private UdptlReceiver _receiver = new();
    private FaxT38Terminal _terminal = Open(isCaller: false, new Silent());
    private int _inputs;

    public override string Name => "udptl";

    public override IReadOnlyList<byte[]> Corpus { get; } = Record();

    public override int MaxBytes => 2_000;

    public override void Run(byte[] input)
    {
        if (++_inputs % InputsOfCall == 0)
        {
            _terminal.Dispose();
            _terminal = Open(isCaller: _inputs / InputsOfCall % 2 == 0, new Silent());
            _receiver = new UdptlReceiver();
        }
        _ = _receiver.IsWellFormed(input);
        if (input.Length <= UdptlLimits.MaxDatagram)
            _receiver.Receive(input, _terminal);
        _terminal.Advance(160);
        _terminal.Engine.Advance(160);
    }

    public override void Dispose()
    {
        _terminal.Dispose();
        base.Dispose();
    }

    private static FaxT38Terminal Open(bool isCaller, IIfpTransmitter transmitter) =>
        new(new FaxTerminalOptions { IsCaller = isCaller, LocalIdent = "fuzz" }, 1, Path, transmitter, new NoEvents());

    /// <summary>What two terminals say to each other within a minute, in each way of repairing losses.</summary>
    private static List<byte[]> Record()
    {
        List<byte[]> packets = [];
        var (toCalled, toCaller) = (new Wire(packets), new Wire(packets));
        using var caller = Open(isCaller: true, toCalled);
        using var called = Open(isCaller: false, toCaller);
        (toCalled.To, toCaller.To) = (called, caller);
        for (var i = 0; i < 3_000; i++)
        {
            caller.Advance(160);
            called.Advance(160);
            toCalled.Deliver();
            toCaller.Deliver();
        }
        List<byte[]> datagrams = [];
        foreach (var correction in Enum.GetValues<UdptlErrorCorrection>())
        {
            var sender = new UdptlSender(correction, 400, 3);
            var buffer = new byte[UdptlLimits.MaxDatagram];
            foreach (var packet in packets.Take(60))
            {
                var length = sender.Write(packet, buffer);
                if (length > 0)
                    datagrams.Add(buffer[..length]);
            }
        }
        return datagrams;
    }

    private sealed class Wire(List<byte[]> packets) : IIfpTransmitter
    {
        private readonly Queue<byte[]> _waiting = new();
        private ushort _sequence;

        public IIfpSink? To { get; set; }

        public int Transmit(ReadOnlySpan<byte> packet, int copies)
        {
            packets.Add(packet.ToArray());
            _waiting.Enqueue(packet.ToArray());
            return copies * packet.Length;
        }

        public void Deliver()
        {
            while (_waiting.TryDequeue(out var packet))
                To!.Packet(_sequence++, packet);
        }
    }

    private sealed class Silent : IIfpTransmitter
    {
        public int Transmit(ReadOnlySpan<byte> packet, int copies) => 0;
    }

    private sealed class NoEvents : IFaxTerminalEvents
    {
        public void TransferBegins(string remoteIdent, int bitRate, bool ecm)
        {
        }

        public void PageDone(int page)
        {
        }

        public void Trace(string layer, string text)
        {
        }
    }
}
