using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transport;

namespace Trunkline.Fuzz;

/// <summary>
/// SIP messages: cut out of a stream, read, and given to an endpoint that takes and places calls. What it says is answered as a far end would, with changes,
/// so that inputs reach calls that ring and that are up. Its clock is turned between inputs.
/// </summary>
internal sealed class SipTarget : FuzzTarget
{
    private const int KeptAnswers = 64;

    private static readonly SipPeer Far = new(SipTransport.Udp, new IPEndPoint(IPAddress.Loopback, 5999));
    private static readonly SessionDescription Sdp = new SessionAuthor(IPAddress.Loopback, 1).OfferAudio(4000, [G711Law.MuLaw]);

    private readonly FakeTimeProvider _time = new();
    private readonly Wire _wire = new();
    private readonly Faults _faults = new();
    private readonly SipCore _core;
    private readonly List<byte[]> _answers = [];
    private readonly List<byte[]> _corpus = [.. Messages()];
    private int _inputs;

    public SipTarget() => _core = new SipCore(
        new SipEndpointOptions { Local = Wire.Local, MaxCalls = 50, MaxRinging = TimeSpan.FromSeconds(20) }, _wire, _time, _faults, new Taking());

    public override string Name => "sip";

    public override IReadOnlyList<byte[]> Corpus => _corpus;

    public override IReadOnlyList<byte[]> Words { get; } = [.. new[]
    {
        "Require: 100rel\r\n", "Supported: timer, 100rel\r\n", "Session-Expires: 90;refresher=uas\r\n", "Min-SE: 90\r\n", "RSeq: 1\r\n", "RAck: 1 1 INVITE\r\n",
        "Record-Route: <sip:127.0.0.1:5999;lr>\r\n", "Route: <sip:a>\r\n", "Content-Length: 0\r\n", "l: 5\r\n", ";tag=x", ";branch=z9hG4bK", ";lr", "sip:", "\"\\\"", "<", "[::1]:5060",
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", qop=\"auth,auth-int\"\r\n", "Reason: Q.850;cause=17\r\n", "\r\n ", "SIP/2.0/TCP", "tel:+1", "Contact: *\r\n",
    }.Select(Encoding.UTF8.GetBytes)];

    public override void Run(byte[] input)
    {
        Stream(input);
        var (message, fault, _) = SipParser.Parse(input);
        if (message is not null)
            ReadAll(message);
        if (fault is null)
        {
            lock (_core.Gate)
            {
                if (message!.IsRequest)
                    _core.Layer.ReceiveRequest(message, Far);
                else
                    _core.Layer.ReceiveResponse(message, Far);
            }
        }
        Answer();
        _faults.Throw();
        if (++_inputs % 50 == 0)
            Call();
        if (_inputs % 40 == 0)
            _time.Advance(TimeSpan.FromSeconds(1));
    }

    public override void Settle()
    {
        // Nobody says anything any more: every transaction and every call must end by itself, within the longest session.
        for (var i = 0; i < 200; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            Thread.Yield();
        }
        if (!SpinWait.SpinUntil(IsQuiet, TimeSpan.FromSeconds(20)))
        {
            lock (_core.Gate)
                throw new InvalidOperationException($"{_core.Layer.Count} transactions and {_core.CallCount} calls stay after an hour and more.");
        }
    }

    /// <summary>Continuations of calls run on the pool's threads; the clock is turned for what they begin.</summary>
    private bool IsQuiet()
    {
        _time.Advance(TimeSpan.FromSeconds(40));
        lock (_core.Gate)
            return _core.Layer.Count == 0 && _core.CallCount == 0;
    }

    private static void Stream(byte[] input)
    {
        var framer = new SipStreamFramer();
        for (var at = 0; at < input.Length;)
        {
            var room = framer.Room();
            var count = Math.Min(Math.Min(1 + at % 700, room.Length), input.Length - at);
            input.AsSpan(at, count).CopyTo(room.Span);
            framer.Added(count);
            at += count;
            SipFrame frame;
            while ((frame = framer.Next(out _)) is SipFrame.Message or SipFrame.Ping)
            {
            }
            if (frame == SipFrame.Broken)
                return;
        }
    }

    private static void ReadAll(SipMessage message)
    {
        _ = (message.From.Tag, message.To.Uri, message.TopVia.Branch, message.CSeq, message.Contact?.Uri, message.HasSdp, message.TopVia.ReplyTo(Far));
        foreach (var (name, _) in message.Headers.Fields)
            _ = message.Headers.All(name);
        var (again, fault, _) = SipParser.Parse(SipWriter.Write(message));
        // A line at the limit of length is written with the space behind its colon, and its bytes that are no UTF-8 as three each; a message at the limit
        // of header fields is written with its length besides.
        if (IsAtLimit(fault))
            return;
        // One whose first line or length was at fault is answered, and never written.
        if (again is null || (fault is not null && SipUri.Parse(message.RequestUri) is not null && message.Method == message.CSeq.Method && !message.IsRequest))
            throw new InvalidOperationException($"What was read cannot be read again once it is written: {fault}");
    }

    /// <summary>Makes inputs of what the endpoint said.</summary>
    private void Answer()
    {
        while (_wire.Said.TryDequeue(out var bytes))
        {
            var (said, fault, _) = SipParser.Parse(bytes);
            // An address at the limit of length is said again with a word before it; everything else that is said must be readable.
            if (said is null && (IsAtLimit(fault) || fault == "no first line"))
                continue;
            if (said is not { } message)
                throw new InvalidOperationException("The endpoint wrote what cannot be read: " + Encoding.UTF8.GetString(bytes));
            if (message.IsRequest)
                Responses(message);
            else if (message.StatusCode < 300 && message.StatusCode != 100 && message.CSeq.Method == SipMethod.Invite)
                Requests(message);
        }
        while (_answers.Count > KeptAnswers)
            _answers.RemoveAt(0);
        // The newest stand in the corpus, behind those that stay.
        _corpus.RemoveRange(Fixed, _corpus.Count - Fixed);
        _corpus.AddRange(_answers);
    }

    private static bool IsAtLimit(string? fault) =>
        fault is not null && (fault.Contains("too long", StringComparison.Ordinal) || fault.Contains("too many headers", StringComparison.Ordinal));

    private static int Fixed { get; } = Messages().Count();

    private void Responses(SipMessage request)
    {
        if (request.Method == SipMethod.Ack)
            return;
        (int, string, string)[] kinds = request.Method == SipMethod.Invite
            ?
            [
                (180, "Ringing", ""), (183, "Progress", "Require: 100rel\nRSeq: 1"), (200, "OK", "Session-Expires: 90;refresher=uac\nAllow: UPDATE"), (486, "Busy", ""),
                (407, "Auth", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""), (422, "Small", "Min-SE: 3600"), (503, "No", "Retry-After: 5"),
            ]
            : [(200, "OK", ""), (481, "Unknown", "")];
        foreach (var (status, reason, extra) in kinds)
        {
            var reply = SipMessage.Reply(request, status, reason, "far");
            reply.Headers.Add("Contact", "<sip:far@127.0.0.1:5999>");
            foreach (var line in extra.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                reply.Headers.Add(line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            if (request.Method == SipMethod.Invite && status is 183 or 200)
                SipCore.SetSdp(reply, Sdp);
            _answers.Add(SipWriter.Write(reply));
        }
    }

    private void Requests(SipMessage response)
    {
        foreach (var (method, cseq) in new[] { ("ACK", response.CSeq.Number), ("PRACK", 50), ("UPDATE", 51), ("INVITE", 52), ("BYE", 53) })
        {
            var request = SipMessage.Request(method, "sip:us@127.0.0.1:5060");
            request.Headers.Add("Via", $"SIP/2.0/UDP 127.0.0.1:5999;branch=z9hG4bK{method}{_inputs};rport");
            request.Headers.Add("From", response.Headers["From"]!);
            request.Headers.Add("To", response.Headers["To"]!);
            request.Headers.Add("Call-ID", response.CallId);
            request.Headers.Add("CSeq", $"{cseq} {method}");
            request.Headers.Add("Contact", "<sip:far@127.0.0.1:5999>");
            if (response.Headers["RSeq"] is { } rseq)
                request.Headers.Add("RAck", $"{rseq} {response.CSeq.Number} INVITE");
            if (method == "INVITE")
                SipCore.SetSdp(request, Sdp);
            _answers.Add(SipWriter.Write(request));
        }
    }

    private void Call()
    {
        lock (_core.Gate)
        {
            if (_core.CallCount > 50)
                return;
            var invite = new OutgoingInvite(_core, new SipInvitation
            {
                Destination = Far,
                Alternatives = [Far with { Address = new IPEndPoint(IPAddress.Loopback, 5998) }],
                To = "sip:+12025550100@far.example",
                From = "sip:+12025550190@near.example",
                CallId = "fuzz",
                Offer = Sdp,
                Session = new Session(),
                Credentials = new SipCredentials("user", "password"),
            });
            invite.Start();
            _ = HangUpAsync(invite).ContinueWith(_faults.Take, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private static async Task HangUpAsync(OutgoingInvite invite)
    {
        if ((await invite.Result).Call is not { } call)
            return;
        await call.ReinviteAsync(Sdp, new CancellationToken(canceled: true));
        await call.ByeAsync();
    }

    private static IEnumerable<byte[]> Messages()
    {
        var sdp = Encoding.UTF8.GetString(Sdp.ToBytes());
        string Of(string method, string to, string extra, string body, int number) =>
            $"{method} sip:+12025550100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5999;branch=z9hG4bK{number};rport\r\nVia: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bKx\r\n"
            + $"Max-Forwards: 70\r\nFrom: \"A \\\"B\\\"\" <sip:far@127.0.0.1:5999;user=phone>;tag=f{number}\r\nTo: <sip:+12025550100@127.0.0.1>{to}\r\nCall-ID: c{number}@far\r\n"
            + $"CSeq: 1 {method}\r\nContact: <sip:far@127.0.0.1:5999;transport=udp>\r\n{extra}{(body.Length > 0 ? "Content-Type: application/sdp\r\n" : "")}"
            + $"Content-Length: {body.Length}\r\n\r\n{body}";
        string[] all =
        [
            Of("INVITE", "", "Supported: timer, 100rel\r\nSession-Expires: 1800\r\nRecord-Route: <sip:127.0.0.1:5999;lr>\r\n", sdp, 1),
            Of("INVITE", "", "Require: 100rel\r\nP-Asserted-Identity: <tel:+12025550190>, \"x\" <sip:y@z>\r\n", sdp, 2),
            Of("INVITE", "", "k: timer\r\n", "", 3),
            Of("OPTIONS", "", "Accept: application/sdp\r\n", "", 4),
            Of("CANCEL", "", "", "", 1),
            Of("BYE", ";tag=near", "Reason: Q.850;cause=16;text=\"x\"\r\n", "", 5),
            Of("REGISTER", "", "Expires: 60\r\n", "", 6),
            Of("UPDATE", ";tag=near", "Session-Expires: 90;refresher=uac\r\n", sdp, 7),
            Of("PRACK", ";tag=near", "RAck: 1 1 INVITE\r\n", "", 8),
            "SIP/2.0 200 OK\r\nv: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKa\r\nf: <sip:a@b>;tag=1\r\nt: <sip:c@d>;tag=2\r\ni: x\r\nCSeq: 1 INVITE\r\nm: <sip:c@127.0.0.1:5999>\r\nl: 0\r\n\r\n",
        ];
        return all.Select(Encoding.UTF8.GetBytes);
    }

    /// <summary>Rings, says something early, and answers or not, as the number called has it.</summary>
    private sealed class Taking : ISipCallHandler
    {
        public async Task OnInviteAsync(SipIncomingCall call)
        {
            call.Ring();
            if (call.CalledNumber.EndsWith('1'))
                return;
            call.Progress(Sdp);
            if (await call.AnswerAsync(Sdp, new Session()) is { } up)
                await up.ByeAsync();
        }
    }

    private sealed class Session : ISipSession
    {
        public ValueTask<SipOfferReply> OnOfferAsync(SessionDescription? offer) =>
            new(offer is { Media.Count: 1 } or null ? new SipOfferReply.Accept(Sdp) : new SipOfferReply.Refuse());

        public void Trace(string text)
        {
        }
    }

    /// <summary>Exceptions of other threads: those that the endpoint logged, and those of calls.</summary>
    private sealed class Faults : ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _found = new();

        public void Take(Task task) => _found.Enqueue(task.Exception!.ToString());

        public void Throw()
        {
            if (_found.TryDequeue(out var fault))
                throw new InvalidOperationException(fault);
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                _found.Enqueue(formatter(state, exception) + "\n" + exception);
        }
    }

    /// <summary>Keeps what is said, up to a number.</summary>
    private sealed class Wire : ISipTransport
    {
        private const int MaxSaid = 500;

        public static IPEndPoint Local { get; } = new(IPAddress.Loopback, 5060);

        public System.Collections.Concurrent.ConcurrentQueue<byte[]> Said { get; } = new();

        public IPEndPoint LocalEndPoint => Local;

        public bool Carries(SipTransport transport) => true;

        public int PortOf(SipTransport transport) => transport.UsualPort();

        public int LongestByUdp(SipPeer peer) => 1_300;

        public bool IsOpen(SipPeer peer) => peer.Address.Port % 2 == 0;

        public void Send(ReadOnlySpan<byte> message, SipPeer to)
        {
            if (Said.Count < MaxSaid)
                Said.Enqueue(message.ToArray());
        }
    }
}
