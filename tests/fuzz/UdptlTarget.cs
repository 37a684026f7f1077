using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Spandsp;
using Trunkline.Telephony.T38;

namespace Trunkline.Fuzz;

/// <summary>
/// UDPTL, and behind it the T.38 of libspandsp, native code that a packet must not bring down. Internet-aware, a far end's DIS or DCS decides how fast the
/// terminal's clock runs, and whatever it says, what is sent must keep to the bound.
/// </summary>
internal sealed class UdptlTarget : FuzzTarget
{
    /// <summary>Inputs of one call: a terminal that was hung up on takes no more.</summary>
    private const int InputsOfCall = 300;

    private const int TicksPerSecond = 50;

    /// <summary>Packets that a terminal may send in one step before it is ended, and one more.</summary>
    private const int PacketsOfStep = 201;

    private readonly string _document = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"trunkline-fuzz-{Guid.NewGuid():N}.tif");
    private readonly T38Path _path;
    private readonly Counting _wire = new();
    private UdptlReceiver _receiver = new();
    private FaxT38Terminal _terminal;
    private int _inputs;
    private long _ticks;

    public UdptlTarget(bool isAware)
    {
        Name = isAware ? "aware" : "udptl";
        _path = new T38Path(new IPEndPoint(IPAddress.Loopback, 6000), 0, 14_400, 400, UdptlErrorCorrection.Redundancy, isAware);
        WhitePages.Write(_document);
        _terminal = Open(isCaller: false, _wire);
        Corpus = Record();
    }

    public override string Name { get; }

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override int MaxBytes => 2_000;

    public override void Run(byte[] input)
    {
        if (++_inputs % InputsOfCall == 0)
        {
            _terminal.Dispose();
            _terminal = Open(isCaller: _inputs / InputsOfCall % 2 == 0, _wire);
            _receiver = new UdptlReceiver();
            (_wire.Octets, _wire.Largest, _ticks) = (0, 0, 0);
        }
        _ = _receiver.IsWellFormed(input);
        if (input.Length <= UdptlLimits.MaxDatagram)
            _receiver.Receive(input, _terminal);
        _terminal.Advance(160);
        _terminal.Engine.Advance(160);
        CheckPace();
    }

    /// <summary>A step sends what it has to, so that a tick may go beyond its share by that; the next ticks make up for it.</summary>
    private void CheckPace()
    {
        _ticks++;
        var share = new FaxTerminalOptions { IsCaller = false, LocalIdent = "" }.InternetAwareBitRate / 8 / TicksPerSecond;
        if (_path.InternetAware && _wire.Octets > _ticks * share + PacketsOfStep * _wire.Largest)
            throw new InvalidOperationException($"{_wire.Octets} octets were sent within {_ticks} ticks of {share}, the largest of {_wire.Largest}.");
    }

    public override void Dispose()
    {
        _terminal.Dispose();
        File.Delete(_document);
        base.Dispose();
    }

    private FaxT38Terminal Open(bool isCaller, IIfpTransmitter transmitter) =>
        new(new FaxTerminalOptions { IsCaller = isCaller, LocalIdent = "fuzz", SendTiff = isCaller ? _document : null }, 1, _path, transmitter, new NoEvents());

    /// <summary>What two terminals say to each other within a minute, in each way of repairing losses.</summary>
    private List<byte[]> Record()
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

    /// <summary>Nothing gets to anybody; counts what would go over the wire, with headers and the three packets before.</summary>
    private sealed class Counting : IIfpTransmitter
    {
        private const int Headers = 28;
        private const int Packets = 4;

        public long Octets { get; set; }

        public int Largest { get; set; }

        public int Transmit(ReadOnlySpan<byte> packet, int copies)
        {
            var octets = copies * (Headers + Packets * packet.Length);
            Octets += octets;
            Largest = Math.Max(Largest, octets);
            return octets;
        }
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
