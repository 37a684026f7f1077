using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Spandsp;
using Trunkline.Telephony.T38;
using Trunkline.Unit.Tests.Telephony.Media;

namespace Trunkline.Unit.Tests.Telephony.T38;

/// <summary>Two T.38 terminals, moved on by hand tick by tick, so that each run is the same to the packet.</summary>
public sealed class FaxT38TerminalTests : IDisposable
{
    private const int TickSamples = 160;
    private const int MostPacketsOfTick = 200;
    private const int MostTicks = 200 * 50;

    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-t38-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>
    /// From the first MPS on the line back is slower than the patience of T.30 (3.4 s): the confirmation is asked for again and comes twice, the second
    /// time while the command after the next page is being sent. spandsp then sends empty frames without end within one tick.
    /// </summary>
    [Theory]
    [InlineData(4800, 170)]
    [InlineData(4800, 172)]
    [InlineData(14400, 170)]
    [InlineData(14400, 172)]
    public async Task A_terminal_that_sends_without_end_is_stopped(int bitRate, int delayTicks)
    {
        // Beside the test: without the guard the library does not come back, and the run must end all the same.
        var call = Task.Run(() => Call(bitRate, delayTicks));
        var (most, mustEnd, report) = await call.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);

        Assert.Equal((MostPacketsOfTick, true), (most, mustEnd));
        Assert.False(report.IsComplete);
        Assert.InRange(report.Pages, 1, 2);
    }

    [Fact]
    public void A_terminal_that_knows_its_way_sends_a_handful_at_once()
    {
        var (most, mustEnd, report) = Call(14400, 0);
        Assert.InRange(most, 1, 10);
        Assert.Equal((false, true, 3), (mustEnd, report.IsComplete, report.Pages));
    }

    /// <summary>Sends three pages without error correction; says how many packets the caller sent within one tick at most, and what came of it.</summary>
    private (int MostOfTick, bool MustEnd, FaxReport Report) Call(int bitRate, int delayTicks)
    {
        var sent = Path.Combine(_directory, "sent.tif");
        FaxTiff.Write(sent, pages: 3, rows: 100);
        var there = new Line();
        var back = new Line();
        var events = new RecordedEvents { OnTrace = text => back.Delay = text.StartsWith("sent MPS ", StringComparison.Ordinal) ? delayTicks : back.Delay };
        var path = new T38Path(new IPEndPoint(IPAddress.Loopback, 1), 0, bitRate, 400, UdptlErrorCorrection.Redundancy);
        using var caller = new FaxT38Terminal(
            new FaxTerminalOptions { IsCaller = true, LocalIdent = "+1 202 555 0190", SendTiff = sent, Ecm = false }, 1, path, there, events);
        using var called = new FaxT38Terminal(
            new FaxTerminalOptions { IsCaller = false, LocalIdent = "+1 202 555 0100", ReceiveTiff = Path.Combine(_directory, "received.tif"), Ecm = false },
            1, path, back, new RecordedEvents());
        var most = 0;
        for (var tick = 0; tick < MostTicks && !caller.Engine.MustEnd && !(caller.Engine.IsOver && called.Engine.IsOver); tick++)
        {
            back.Deliver(caller);
            there.Deliver(called);
            caller.Advance(TickSamples);
            called.Advance(TickSamples);
            most = Math.Max(most, there.NextTick());
            back.NextTick();
        }

        var mustEnd = caller.Engine.MustEnd;
        if (!caller.Engine.IsOver)
            caller.Engine.End();
        return (most, mustEnd, caller.Engine.Report(heardTone: false));
    }

    /// <summary>One way of a line that loses nothing and may be slow.</summary>
    private sealed class Line : IIfpTransmitter
    {
        private readonly Queue<(int Due, ushort Sequence, byte[] Packet)> _packets = new();
        private int _tick;
        private int _ofTick;
        private ushort _sequence;

        public int Delay { get; set; }

        public int Transmit(ReadOnlySpan<byte> packet, int copies)
        {
            // A terminal that is not stopped must not fill the memory either.
            if (++_ofTick <= MostPacketsOfTick)
                _packets.Enqueue((_tick + Delay, _sequence++, packet.ToArray()));
            return copies * packet.Length;
        }

        /// <summary>Time goes on; returns how many packets were sent since it last did.</summary>
        public int NextTick()
        {
            var sent = _ofTick;
            _ofTick = 0;
            _tick++;
            return sent;
        }

        public void Deliver(FaxT38Terminal to)
        {
            while (_packets.TryPeek(out var next) && next.Due <= _tick)
                to.Packet(next.Sequence, _packets.Dequeue().Packet);
        }
    }
}
