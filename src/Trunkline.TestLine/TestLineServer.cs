using System.Net;
using Microsoft.Extensions.Logging;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Sip.Digest;

namespace Trunkline.TestLine;

/// <summary>
/// A telephone network of our own, over real SIP: the far end for the demonstration, for tests, and for an operator who tests a trunk.
/// </summary>
public sealed partial class TestLineServer : IAsyncDisposable
{
    /// <summary>How long calls may take to end in good order when the server stops.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly TestLineOptions _options;
    private readonly IDatagramNetwork _network;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly ILogger<TestLineServer> _logger;
    private readonly IncomingCalls _calls;
    private SipEndpoint? _endpoint;

    /// <param name="options">Where it listens and what it keeps.</param>
    /// <param name="network">The machine's network, or one in memory.</param>
    /// <param name="clock">Media time; its speed is also that of <paramref name="time"/>.</param>
    /// <param name="time">The time of signalling: the system's, or a <see cref="ScaledTimeProvider"/> of the clock's speed.</param>
    /// <param name="logs">Where logs go.</param>
    public TestLineServer(TestLineOptions options, IDatagramNetwork network, MediaClock clock, TimeProvider time, ILoggerFactory logs)
    {
        if (options.UserName is null != options.Password is null)
            throw new ArgumentException("A user name needs a password, and a password a user name.", nameof(options));
        _options = options;
        _network = network;
        _time = time;
        _logs = logs;
        _logger = logs.CreateLogger<TestLineServer>();
        _calls = new IncomingCalls(options, network, clock, time, OnFinished);
    }

    /// <summary>Told of each finished call to a number of the table, after its files are written; from any thread.</summary>
    public event EventHandler<TestLineCall>? CallFinished;

    /// <summary>The SIP address once started.</summary>
    public IPEndPoint LocalEndPoint => _endpoint?.LocalEndPoint ?? throw new InvalidOperationException("The test line is not started.");

    /// <summary>Binds and takes calls. Throws <see cref="System.Net.Sockets.SocketException"/> when the port is taken.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var gate = _options is { UserName: { } user, Password: { } password }
            ? new SipDigestGate("testline", name => name == user ? password : null, _time)
            : null;
        var options = new SipEndpointOptions
        {
            Local = _options.Sip, UserAgent = "Trunkline test line", MaxCalls = _options.MaxCalls, Gate = gate, Streams = _options.Streams,
        };
        _endpoint = new SipEndpoint(options, _network, _time, _logs.CreateLogger<SipEndpoint>(), _calls);
        LogStarted(_endpoint.LocalEndPoint, _options.Table.Count);
        return Task.CompletedTask;
    }

    /// <summary>Hangs up all calls, writes their files and closes the socket.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _endpoint, null) is not { } endpoint)
            return;
        await endpoint.DisposeAsync();
        await _calls.WhenIdleAsync(StopLimit);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private void OnFinished(TestLineCall call)
    {
        LogFinished(call.Number, call.Call, call.Why, call.Pages, call.T38 ? "T.38" : "G.711");
        CallFinished?.Invoke(this, call);
    }

    [LoggerMessage(5000, LogLevel.Information, "The test line listens on {EndPoint} with {Count} numbers")]
    private partial void LogStarted(IPEndPoint endPoint, int count);

    [LoggerMessage(5001, LogLevel.Information, "Test line {Number}, call {Call}: {Why}, {Pages} pages by {Transport}")]
    private partial void LogFinished(string number, string call, string why, int pages, string transport);
}
