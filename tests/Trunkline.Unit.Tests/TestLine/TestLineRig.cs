using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;
using Trunkline.TestLine;
using Trunkline.Unit.Tests.Telephony.Media;

namespace Trunkline.Unit.Tests.TestLine;

/// <summary>A test line and a trunk that leads to it, on one fast clock.</summary>
internal sealed class TestLineRig : IAsyncDisposable, IFaxCallObserver
{
    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-testline").FullName;
    private readonly Channel<TestLineCall> _finished = Channel.CreateUnbounded<TestLineCall>();
    private readonly TaskCompletionSource _transferBegan = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MediaClock _clock;
    private readonly TimeProvider _time;
    private readonly SipEndpoint _endpoint;
    private readonly MediaEngine _media;
    private readonly TestLineServer _server;

    private TestLineRig(
        IDatagramNetwork network, double speed, string? password, TimeSpan? offerT38Delay, TimeSpan? sessionExpires, IReadOnlyList<TestNumber> numbers)
    {
        _clock = new MediaClock(TimeProvider.System, speed);
        _time = new ScaledTimeProvider(speed);
        _server = new TestLineServer(
            new TestLineOptions
            {
                Sip = new IPEndPoint(IPAddress.Loopback, 0),
                DataDirectory = Data,
                FirstMediaPort = 0,
                UserName = password is null ? null : "gateway",
                Password = password,
                Numbers = numbers,
                T38OfferDelay = offerT38Delay ?? TimeSpan.FromMilliseconds(700),
            },
            network,
            _clock,
            _time,
            NullLoggerFactory.Instance);
        _server.CallFinished += (_, call) => _finished.Writer.TryWrite(call);
        _endpoint = new SipEndpoint(
            new SipEndpointOptions { Local = new IPEndPoint(IPAddress.Loopback, 0), SessionExpires = sessionExpires ?? TimeSpan.FromMinutes(30) }, network, _time, NullLogger<SipEndpoint>.Instance);
        _media = new MediaEngine(network, _clock, new MediaEngineOptions { FirstPort = 0 });
    }

    public string Data => Path.Combine(_directory, "data");

    public string Sent => Path.Combine(_directory, "sent.tif");

    public Task TransferBegan => _transferBegan.Task;

    public static async Task<TestLineRig> StartAsync(
        IDatagramNetwork network, double speed = 50, string? password = null, TimeSpan? offerT38Delay = null,
        TimeSpan? sessionExpires = null, params IReadOnlyList<TestNumber> numbers)
    {
        var rig = new TestLineRig(network, speed, password, offerT38Delay, sessionExpires, numbers);
        await rig._server.StartAsync(CancellationToken.None);
        return rig;
    }

    public async Task<FaxCallResult> SendAsync(
        string number, int pages = 1, int firstPage = 1, string? password = null, SrtpUse srtp = SrtpUse.Off, Func<FaxCall, FaxCall>? change = null,
        bool isInternetAware = true)
    {
        FaxTiff.Write(Sent, pages);
        Assert.True(PhoneNumber.TryParse(number, "US", out var to));
        await using var trunk = OpenTrunk(password, srtp, isInternetAware);
        var call = new FaxCall
        {
            CallId = "test-1",
            To = to,
            LocalIdent = "+1 202 555 0190",
            HeaderLine = "",
            TiffPath = Sent,
            FirstPage = firstPage,
            Pages = pages,
        };
        return await trunk.SendFaxAsync(change is null ? call : change(call), this, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>A trunk that leads to the test line.</summary>
    public SipTrunk OpenTrunk(string? password = null, SrtpUse srtp = SrtpUse.Off, bool isInternetAware = true)
    {
        Assert.True(PhoneNumber.TryParse("+12025550190", "US", out var from));
        return new SipTrunk(
            new SipTrunkOptions
            {
                Name = "testline",
                Host = "127.0.0.1",
                Port = _server.LocalEndPoint.Port,
                CallerId = from,
                Credentials = password is null ? null : new SipCredentials("gateway", password),
                KeepAlive = TimeSpan.Zero,
                Calls = new FaxCallOptions
                {
                    Srtp = srtp, T38 = SdpT38.Ours with { InternetAware = isInternetAware ? InternetAwareness.Offered : InternetAwareness.None },
                },
            },
            _endpoint,
            _media,
            _time,
            NullLogger<SipTrunk>.Instance);
    }

    public Task<TestLineCall> FinishedAsync() => _finished.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

    public string[] FilesOf(string number) =>
        [.. new DirectoryInfo(Path.Combine(Data, "testline", number)).GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    public Task StopAsync() => _server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        await _server.DisposeAsync();
        _clock.Dispose();
        Directory.Delete(_directory, true);
    }

    public ValueTask DialingAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask AnsweredAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38) => _transferBegan.TrySetResult();

    public void PageConfirmed(int page)
    {
    }
}
