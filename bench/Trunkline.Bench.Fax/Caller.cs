using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Trunks;

namespace Trunkline.Bench.Fax;

/// <summary>The end that is measured: a trunk that leads to a test line, with the signalling, media and terminals of the program.</summary>
internal sealed class Caller : IAsyncDisposable, IFaxCallObserver
{
    private readonly SipEndpoint _endpoint;
    private readonly SipTrunk _trunk;
    private int _transfers;

    public Caller(IDatagramNetwork network, MediaClock clock, TimeProvider time, int linePort, int channels)
    {
        _endpoint = new SipEndpoint(
            new SipEndpointOptions { Local = new IPEndPoint(IPAddress.Loopback, 0), MaxCalls = channels + 1 }, network, time, NullLogger<SipEndpoint>.Instance);
        var options = new SipTrunkOptions { Name = "line", Host = "127.0.0.1", Port = linePort, MaxChannels = channels };
        _trunk = new SipTrunk(options, _endpoint, new MediaEngine(network, clock, new MediaEngineOptions { FirstPort = 0 }), time, NullLogger<SipTrunk>.Instance);
    }

    /// <summary>Calls that came to agree on a rate, so far.</summary>
    public int Transfers => Volatile.Read(ref _transfers);

    /// <summary>Sends a document in one call.</summary>
    /// <param name="id">The call's, which names what is received.</param>
    public Task<FaxCallResult> SendAsync(string id, string number, string document, int pages, bool t38 = true, Func<FaxCall, FaxCall>? change = null)
    {
        if (!PhoneNumber.TryParse(number, "US", out var to))
            throw new ArgumentException(number, nameof(number));
        var call = new FaxCall { CallId = id, To = to, LocalIdent = "+1 202 555 0190", HeaderLine = "", TiffPath = document, Pages = pages, AllowT38 = t38 };
        return _trunk.SendFaxAsync(change is null ? call : change(call), this, CancellationToken.None);
    }

    /// <summary>What the test line received in that call, whole or in part; null when nothing.</summary>
    public static string? Received(string lineDirectory, string number, string id) =>
        Directory.EnumerateFiles(Path.Combine(lineDirectory, "testline", number), string.Create(CultureInfo.InvariantCulture, $"*-{id}-*.tif")).FirstOrDefault();

    public ValueTask DialingAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask AnsweredAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38) => Interlocked.Increment(ref _transfers);

    public void PageConfirmed(int page)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _trunk.DisposeAsync();
        await _endpoint.DisposeAsync();
    }
}
