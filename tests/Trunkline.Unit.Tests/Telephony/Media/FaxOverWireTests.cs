using System.Net;
using System.Net.Sockets;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Unit.Tests.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Media;

public sealed class FaxOverWireTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fax_over_real_UDP_arrives_bit_for_bit(bool t38)
    {
        using var pair = new FaxPair(1, new UdpTestNetwork(), speed: 20);
        if (t38)
            pair.UseT38();
        else
            pair.UseAudio();
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();
        Assert.True(caller.IsComplete, caller.Text);
        Assert.True(called.IsComplete, called.Text);
        pair.Called.Dispose();
        FaxTiff.AssertSame(pair.Sent, pair.Received);
    }

    [Fact]
    public async Task Late_audio_on_the_T38_port_does_no_harm()
    {
        var network = new LoopbackNetwork();
        using var pair = new FaxPair(1, network);
        using var noise = network.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        pair.UseT38();
        pair.Start();
        var late = new byte[172];
        late[0] = 0x80;
        for (ushort i = 0; i < 100; i++)
        {
            late[3] = (byte)i;
            noise.Send(late, pair.Called.LocalEndPoint.Serialize());
        }

        var (caller, called) = await pair.CompleteAsync();
        Assert.True(caller.IsComplete, caller.Text);
        Assert.True(called.IsComplete, called.Text);
    }

    [Fact]
    public async Task Last_frame_that_is_damaged_does_not_keep_the_called_end_on_the_line_for_ever()
    {
        // The cut lies inside DCN; the modem's timers are lost with it, and the caller has nothing more to say.
        var cut = new CutNetwork(new LoopbackNetwork(), after: 108, length: 3);
        using var pair = new FaxPair(1, cut, rows: 200);
        pair.CallerEvents.OnTrace = text => { if (text.StartsWith("sent DCN ", StringComparison.Ordinal)) cut.Arm(); };
        pair.UseAudio();
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();
        Assert.True(caller.IsComplete, caller.Text);
        Assert.True(called.IsComplete, called.Text);
    }

    [Fact]
    public async Task Single_lost_audio_packets_are_bridged_with_error_correction()
    {
        var wire = new LoopbackNetwork();
        var faults = new LinkFaults(Loss: 0.001, Seed: 5);
        using var pair = new FaxPair(2, new ImpairedNetwork(wire, faults), new ImpairedNetwork(wire, faults));
        pair.UseAudio();
        pair.Start();
        var (caller, called) = await pair.CompleteAsync();
        Assert.True(caller.IsComplete, caller.Text);
        Assert.True(called.IsComplete, called.Text);
        pair.Called.Dispose();
        FaxTiff.AssertSame(pair.Sent, pair.Received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Media_thread_allocates_nothing_for_each_frame(bool t38)
    {
        var meter = new AllocationMeter(new LoopbackNetwork());
        using var pair = new FaxPair(1, meter, rows: 1500);
        if (t38)
            pair.UseT38();
        else
            pair.UseAudio();
        pair.Start();
        var (caller, _) = await pair.CompleteAsync();
        Assert.True(caller.IsComplete, caller.Text);

        // Between two packets of the middle of the page nothing is allocated; what is, belongs to the few control frames.
        Assert.True(meter.Gaps > 200, $"{meter.Gaps} gaps were measured");
        Assert.True(meter.CleanGaps > meter.Gaps * 0.97, $"{meter.CleanGaps} of {meter.Gaps} gaps without allocation, {meter.Bytes} bytes");
    }

    [Fact]
    public void Ports_of_the_range_are_even_and_an_empty_range_is_said()
    {
        using var clock = new MediaClock(TimeProvider.System);
        var engine = new MediaEngine(new LoopbackNetwork(), clock, new MediaEngineOptions { FirstPort = 4001, LastPort = 4005 });
        var options = new FaxTerminalOptions { IsCaller = true, LocalIdent = "1" };
        var ports = new[] { engine.OpenFax(options, new RecordedEvents()), engine.OpenFax(options, new RecordedEvents()) }
            .Select(session => session.LocalEndPoint.Port).Order();
        Assert.Equal([4002, 4004], ports);
        Assert.Throws<InvalidOperationException>(() => engine.OpenFax(options, new RecordedEvents()));
    }

    /// <summary>Measures, at each send, what the sending thread allocated since its last send.</summary>
    private sealed class AllocationMeter(IDatagramNetwork inner) : IDatagramNetwork
    {
        private long _last = -1;

        public int Gaps { get; private set; }

        public int CleanGaps { get; private set; }

        public long Bytes { get; private set; }

        public IDatagramSocket Bind(IPEndPoint local) => new Metered(inner.Bind(local), this);

        private void Measure()
        {
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (_last >= 0)
            {
                Gaps++;
                CleanGaps += now == _last ? 1 : 0;
                Bytes += now - _last;
            }

            _last = GC.GetAllocatedBytesForCurrentThread();
        }

        private sealed class Metered(IDatagramSocket socket, AllocationMeter meter) : IDatagramSocket
        {
            public IPEndPoint LocalEndPoint => socket.LocalEndPoint;

            public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
            {
                meter.Measure();
                socket.Send(datagram, to);
            }

            public int TryReceive(Span<byte> buffer, SocketAddress from) => socket.TryReceive(buffer, from);

            public ValueTask WaitAsync(CancellationToken cancellationToken) => socket.WaitAsync(cancellationToken);

            public void Dispose() => socket.Dispose();
        }
    }
}
