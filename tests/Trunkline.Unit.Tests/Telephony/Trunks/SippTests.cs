using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;
using Trunkline.Unit.Tests.Telephony.Calls;
using Trunkline.Unit.Tests.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Trunks;

/// <summary>Calls over real UDP and TCP to a SIP stack that is not ours.</summary>
public class SippTests
{
    private const string Sipp = "/usr/bin/sipp";

    private static readonly FaxReport Good = new(true, 0, "OK", 1, "peer", 14400, true, "T.6", HeardFax: true, PageBegun: true);

    [Theory]
    [InlineData(SipTransport.Udp)]
    [InlineData(SipTransport.Tcp)]
    public async Task Sipp_answers_refuses_t38_and_hangs_up(SipTransport transport)
    {
        var result = await CallAsync("answers-and-hangs-up.xml", allowT38: true, session => session.WhenHungUp = Good, transport);
        Assert.Equal((CallOutcome.Delivered, false), (result.Outcome, result.T38));
        Assert.Contains(result.Events, e => e.Text == "BYE received");
    }

    [Fact]
    public async Task Sipp_is_busy()
    {
        var result = await CallAsync("busy.xml", allowT38: true, _ => { });
        Assert.Equal((CallOutcome.Busy, "SIP 486 Busy Here (Q.850 cause 17)"), (result.Outcome, result.Detail));
    }

    [Fact]
    public async Task Sipp_asks_for_credentials_and_finds_them_right()
    {
        var result = await CallAsync("asks-for-credentials.xml", allowT38: false, session => session.Complete(Good));
        Assert.Equal(CallOutcome.Delivered, result.Outcome);
    }

    private static async Task<FaxCallResult> CallAsync(string scenario, bool allowT38, Action<FakeMediaSession> opened, SipTransport transport = SipTransport.Udp)
    {
        Assert.SkipUnless(File.Exists(Sipp), "sipp (Debian package sip-tester) is not installed");
        var port = FreePort();
        using var sipp = Start(scenario, port, transport);
        if (transport == SipTransport.Tcp)
            await ListeningAsync(port);
        var output = sipp.StandardOutput.ReadToEndAsync();
        var errors = sipp.StandardError.ReadToEndAsync();

        var media = new FakeMediaEngine();
        await using var endpoint = new SipEndpoint(
            new SipEndpointOptions { Local = new IPEndPoint(IPAddress.Loopback, 0), Streams = new SipStreamOptions() }, new UdpNetwork(), TimeProvider.System, NullLogger<SipEndpoint>.Instance);
        var options = new SipTrunkOptions
        {
            Name = "sipp",
            Host = "127.0.0.1",
            Port = port,
            Transport = transport,
            KeepAlive = TimeSpan.Zero,
            Credentials = new SipCredentials("gateway", "s3cret"),
        };
        await using var trunk = new SipTrunk(options, endpoint, media, TimeProvider.System, NullLogger<SipTrunk>.Instance);
        Assert.True(PhoneNumber.TryParse("+12025550100", "US", out var number));
        var call = new FaxCall { CallId = "sipp", To = number, LocalIdent = "", HeaderLine = "", TiffPath = "/nowhere.tif", Pages = 1, AllowT38 = allowT38 };
        var sending = trunk.SendFaxAsync(call, new RecordingObserver(), default);
        opened(await media.Opened.Reader.ReadAsync());
        var result = await sending.WaitAsync(TimeSpan.FromSeconds(60));

        await sipp.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(sipp.ExitCode == 0, $"sipp ended with {sipp.ExitCode}; {result.Detail}\n{await output}\n{await errors}");
        return result;
    }

    /// <summary>A connection is refused where a datagram would only be lost and said again.</summary>
    private static async Task ListeningAsync(int port)
    {
        var line = string.Create(null, $":{port:X4} 00000000:0000 0A");
        for (var i = 0; i < 1_000 && !(await File.ReadAllTextAsync("/proc/net/tcp")).Contains(line, StringComparison.Ordinal); i++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
    }

    private static Process Start(string scenario, int port, SipTransport transport)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Telephony", "Sipp", scenario);
        var start = new ProcessStartInfo(Sipp)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in new[]
        {
            "-sf", file, "-i", "127.0.0.1", "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-m", "1", "-nostdin",
            "-t", transport == SipTransport.Udp ? "u1" : "t1",
            "-timeout", "50s", "-timeout_error",
        })
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
