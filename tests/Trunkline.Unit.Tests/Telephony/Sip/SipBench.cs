using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>An endpoint and a scripted far end on a network in memory, with a clock that the test turns.</summary>
internal sealed class SipBench : IAsyncDisposable
{
    public static readonly IPEndPoint Near = new(IPAddress.Loopback, 5060);
    public static readonly IPEndPoint Far = new(IPAddress.Loopback, 5999);

    public SipBench(ISipCallHandler? handler = null, Func<SipEndpointOptions, SipEndpointOptions>? options = null)
    {
        var basic = new SipEndpointOptions { Local = Near };
        Endpoint = new SipEndpoint(options is null ? basic : options(basic), Network, Time, NullLogger<SipEndpoint>.Instance, handler);
        Peer = new ScriptedPeer(Network, Far, Near);
    }

    public WireNetwork Network { get; } = new();

    public WatchedTime Time { get; } = new();

    public SipEndpoint Endpoint { get; }

    public ScriptedPeer Peer { get; }

    public RecordingSession Session { get; } = new();

    public static SessionDescription Audio(int port = 4000) => new SessionAuthor(IPAddress.Loopback, 1).OfferAudio(port, [G711Law.MuLaw]);

    public static SessionDescription Image(int port = 4000) => new SessionAuthor(IPAddress.Loopback, 1).OfferT38(port, SdpT38.Ours);

    public SipInvitation Invitation(SipCredentials? credentials = null) => new()
    {
        Destination = Far,
        To = "sip:+12025550100@carrier.example",
        From = "sip:+12025550190@carrier.example",
        CallId = "c1",
        Offer = Audio(),
        Session = Session,
        Credentials = credentials,
    };

    public Task<SipInviteResult> InviteAsync(SipCredentials? credentials = null, CancellationToken cancellationToken = default) =>
        Endpoint.InviteAsync(Invitation(credentials), cancellationToken);

    /// <summary>A call placed by the endpoint and answered by the far end.</summary>
    public async Task<(SipCall Call, Trunkline.Telephony.Sip.Messages.SipMessage Invite)> CallAsync()
    {
        var inviting = InviteAsync();
        var invite = await Peer.NextAsync("INVITE");
        Peer.Respond(invite, 200, "OK", sdp: Audio(6000));
        await Peer.NextAsync("ACK");
        var result = await inviting.WaitAsync(ScriptedPeer.Hang);
        Assert.NotNull(result.Call);
        return (result.Call, invite);
    }

    public async ValueTask DisposeAsync()
    {
        await Endpoint.DisposeAsync();
        Peer.Dispose();
    }
}

/// <summary>Keeps what a call's owner is told, and replies to offers as the test says.</summary>
internal sealed class RecordingSession : ISipSession
{
    public Func<SessionDescription?, SipOfferReply> Reply { get; set; } = _ => new SipOfferReply.Accept(SipBench.Audio());

    public TaskCompletionSource<SessionDescription> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<SipOfferReply> OnOfferAsync(SessionDescription? offer) => new(Reply(offer));

    public TaskCompletionSource<SessionDescription> Early { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void OnAnswer(SessionDescription answer) => Answered.TrySetResult(answer);

    public void OnEarlyMedia(SessionDescription answer) => Early.TrySetResult(answer);

    public void Trace(string text)
    {
    }
}

/// <summary>Takes incoming calls as the test says.</summary>
internal sealed class LambdaHandler(Func<SipIncomingCall, Task> take) : ISipCallHandler
{
    public Task OnInviteAsync(SipIncomingCall call) => take(call);
}
