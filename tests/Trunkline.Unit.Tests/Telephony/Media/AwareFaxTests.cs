using System.Net;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;

namespace Trunkline.Unit.Tests.Telephony.Media;

/// <summary>Two ends that are Internet-aware, or one that is and one that is not; moved on by hand tick by tick, so that each run is the same.</summary>
public sealed class AwareFaxTests : IDisposable
{
    private const int TicksPerSecond = 50;
    private const int MostTicks = 20 * 60 * TicksPerSecond;
    private const int HeaderOctets = 28;

    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-aware-").FullName;

    private string Sent => Path.Combine(_directory, "sent.tif");

    private string Received => Path.Combine(_directory, "received.tif");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(true, UdptlErrorCorrection.Redundancy)]
    [InlineData(true, UdptlErrorCorrection.Fec)]
    [InlineData(false, UdptlErrorCorrection.Redundancy)]
    public void Pages_take_a_few_seconds_between_two_that_are_aware(bool ecm, UdptlErrorCorrection correction)
    {
        var slow = Send(new Case(false, false) { Pages = 3, Ecm = ecm, Correction = correction });
        var fast = Send(new Case(true, true) { Pages = 3, Ecm = ecm, Correction = correction });
        Assert.Equal((false, false), (slow.Caller.InternetAware, slow.Called.InternetAware));
        Assert.Equal((true, true), (fast.Caller.InternetAware, fast.Called.InternetAware));
        Assert.Equal(ecm, fast.Caller.Ecm);
        Assert.True(fast.Ticks * 5 < slow.Ticks, $"{fast.Ticks} ticks, against {slow.Ticks}");
    }

    [Fact]
    public void Far_end_whose_DIS_does_not_say_it_gets_its_time()
    {
        var slow = Send(new Case(false, false));
        var half = Send(new Case(IsCallerAware: true, IsCalledAware: false));
        Assert.Equal((false, false), (half.Caller.InternetAware, half.Called.InternetAware));
        Assert.Equal(slow.Ticks, half.Ticks);
    }

    [Fact]
    public void Caller_whose_DCS_does_not_say_it_gets_its_time_from_there_on()
    {
        var slow = Send(new Case(false, false));
        var half = Send(new Case(IsCallerAware: false, IsCalledAware: true));
        Assert.Equal((false, false), (half.Caller.InternetAware, half.Called.InternetAware));
        Assert.Contains(half.CalledEvents.Lines, line => line.Contains("not Internet-aware after all", StringComparison.Ordinal));
        // The tone and DIS, which came before.
        Assert.InRange(slow.Ticks - half.Ticks, 3 * TicksPerSecond, 7 * TicksPerSecond);
    }

    [Theory]
    [InlineData(256_000)]
    [InlineData(512_000)]
    public void No_second_takes_more_of_the_line_than_is_allowed(int bitRate)
    {
        var sent = Send(new Case(true, true) { BitRate = bitRate, Rows = 2000 }).OctetsOfTick;
        // One step of a terminal may go beyond, and so may what is sent again; both are taken off what follows. A signal ends with three copies.
        const int Beyond = 2_000;
        for (var from = 0; from + TicksPerSecond <= sent.Count; from++)
            Assert.InRange(sent.Skip(from).Take(TicksPerSecond).Sum(), 0, bitRate / 8 + Beyond);
        Assert.True(sent.Max() <= bitRate / 8 / TicksPerSecond + Beyond, $"{sent.Max()} octets in a tick");
    }

    [Theory]
    [InlineData(0.03, 1, true)]
    [InlineData(0.10, 1, true)]
    [InlineData(0.10, 3, true)]
    [InlineData(0.03, 1, false)]
    public void What_is_lost_is_repaired_as_with_any_far_end(double loss, double burst, bool ecm)
    {
        // Of two thousand calls with such bursts one loses a signal with all its copies; of those that keep to the time of modems, eleven.
        for (var seed = 101; seed <= 105; seed++)
        {
            var call = Send(new Case(true, true) { Loss = loss, Burst = burst, Ecm = ecm, Seed = seed, MustBeSame = ecm, Pages = 2 });
            Assert.True(call.Caller.Media.Repaired + call.Called.Media.Repaired > 0, $"{call.Caller.Media}, {call.Called.Media}");
        }
    }

    [Fact]
    public void Training_that_is_refused_is_trained_again()
    {
        var call = Send(new Case(true, true) { RefuseTrainings = 2 });
        Assert.Equal([9600], call.CallerEvents.Transfers.Select(transfer => transfer.BitRate));
        Assert.True(call.Caller.InternetAware);
    }

    [Fact]
    public void Page_in_which_the_called_end_drops_is_not_taken_for_sent()
    {
        var call = Run(new Case(true, true) { Pages = 3, DropAtPage = 2, Ecm = false });
        Assert.Equal((false, 1), (call.Caller.IsComplete, call.Caller.Pages));
        Assert.Equal(1, call.Called.Pages);
    }

    private Outcome Send(Case how)
    {
        var call = Run(how);
        Assert.True(call.Caller.IsComplete, $"{how}: {call.Caller.Text}\n{string.Join('\n', call.CallerEvents.Lines)}");
        Assert.True(call.Called.IsComplete, $"{how}: {call.Called.Text}\n{string.Join('\n', call.CalledEvents.Lines)}");
        if (how.MustBeSame)
            FaxTiff.AssertSame(Sent, Received);
        return call;
    }

    private Outcome Run(Case how)
    {
        File.Delete(Received);
        FaxTiff.Write(Sent, how.Pages, how.Rows);
        var wire = new Meter(new LoopbackNetwork());
        var line = new ImpairedNetwork(wire, new LinkFaults(how.Loss, Seed: how.Seed) { MeanBurst = how.Burst });
        var range = new MediaEngineOptions { FirstPort = 0 };
        var (callerEvents, calledEvents) = (new RecordedEvents(), new RecordedEvents());
        var callerSocket = line.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var calledSocket = line.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var options = new FaxTerminalOptions { IsCaller = true, LocalIdent = "+1 202 555 0190", Ecm = how.Ecm, InternetAwareBitRate = how.BitRate };
        var caller = new FaxMediaSession(callerSocket, options with { SendTiff = Sent }, callerEvents, range);
        var called = new FaxMediaSession(
            calledSocket,
            options with { IsCaller = false, ReceiveTiff = Received, RefuseTrainings = how.RefuseTrainings, DropAtPage = how.DropAtPage },
            calledEvents, range);
        try
        {
            caller.UseT38(new T38Path(called.LocalEndPoint, 0, 14400, 400, how.Correction, how.IsCallerAware));
            called.UseT38(new T38Path(caller.LocalEndPoint, 0, 14400, 400, how.Correction, how.IsCalledAware));
            caller.Start();
            called.Start();
            var ticks = 0;
            var octets = new List<int>();
            for (; ticks < MostTicks && !(caller.Completion.IsCompleted && called.Completion.IsCompleted); ticks++)
            {
                wire.Octets = 0;
                caller.Tick();
                octets.Add(wire.Octets);
                called.Tick();
                // Whoever drops the line hangs up.
                if (how.DropAtPage > 0 && called.Completion.IsCompleted)
                    caller.FarEndHungUp();
            }
            return new Outcome(ticks, caller.Completion.Result, called.Completion.Result, callerEvents, calledEvents, octets);
        }
        finally
        {
            caller.Abandon("the test is over");
            called.Abandon("the test is over");
        }
    }

    private sealed record Case(bool IsCallerAware, bool IsCalledAware)
    {
        public int Pages { get; init; } = 1;

        public int Rows { get; init; } = 1000;

        public bool Ecm { get; init; } = true;

        public UdptlErrorCorrection Correction { get; init; } = UdptlErrorCorrection.Redundancy;

        public double Loss { get; init; }

        public double Burst { get; init; } = 1;

        public int Seed { get; init; } = 1;

        public bool MustBeSame { get; init; } = true;

        public int BitRate { get; init; } = FaxTerminalOptions.DefaultInternetAwareBitRate;

        public int RefuseTrainings { get; init; }

        public int DropAtPage { get; init; }
    }

    private sealed record Outcome(
        int Ticks, FaxReport Caller, FaxReport Called, RecordedEvents CallerEvents, RecordedEvents CalledEvents, IReadOnlyList<int> OctetsOfTick);

    /// <summary>Counts what is sent, with the headers of UDP and IP.</summary>
    private sealed class Meter(IDatagramNetwork inner) : IDatagramNetwork
    {
        public int Octets { get; set; }

        public IDatagramSocket Bind(IPEndPoint local) => new Metered(inner.Bind(local), this);

        private sealed class Metered(IDatagramSocket socket, Meter meter) : IDatagramSocket
        {
            public IPEndPoint LocalEndPoint => socket.LocalEndPoint;

            public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
            {
                meter.Octets += datagram.Length + HeaderOctets;
                socket.Send(datagram, to);
            }

            public int TryReceive(Span<byte> buffer, SocketAddress from) => socket.TryReceive(buffer, from);

            public ValueTask WaitAsync(CancellationToken cancellationToken) => socket.WaitAsync(cancellationToken);

            public void Dispose() => socket.Dispose();
        }
    }
}
