using System.Net;
using System.Text;
using Trunkline.Telephony.Net;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Unit.Tests.Telephony.Sip;

/// <summary>A far end whose every message a test writes by hand.</summary>
internal sealed class ScriptedPeer(IDatagramNetwork network, IPEndPoint local, IPEndPoint endpoint) : IDisposable
{
    /// <summary>Only for a test that hangs: nothing is timed by it.</summary>
    public static readonly TimeSpan Hang = Patience.Limit;

    private readonly IDatagramSocket _socket = network.Bind(local);
    private readonly byte[] _buffer = new byte[65_535];
    private int _branch;

    public void Send(string text) => _socket.Send(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")), endpoint.Serialize());

    /// <summary>The next message, whatever it is.</summary>
    public async Task<SipMessage> NextAsync()
    {
        var from = _socket.LocalEndPoint.Serialize();
        int length;
        while ((length = _socket.TryReceive(_buffer, from)) < 0)
            await _socket.WaitAsync(CancellationToken.None).AsTask().WaitAsync(Hang);
        var result = SipParser.Parse(_buffer.AsSpan(0, length));
        Assert.Null(result.Fault);
        return result.Message!;
    }

    public async Task<SipMessage> NextAsync(string method)
    {
        var message = await NextAsync();
        Assert.True(message.IsRequest, message.ToString());
        Assert.Equal(method, message.Method);
        return message;
    }

    public async Task<SipMessage> NextAsync(int status)
    {
        var message = await NextAsync();
        Assert.Equal((status, false), (message.StatusCode, message.IsRequest));
        return message;
    }

    /// <summary>Answers a request of the endpoint's.</summary>
    public void Respond(SipMessage request, int status, string reason, string? toTag = "far", string extra = "", SessionDescription? sdp = null,
        string? contact = null)
    {
        var reply = SipMessage.Reply(request, status, reason, status == 100 ? null : toTag);
        reply.Headers.Add("Contact", contact ?? $"<sip:far@{local}>");
        foreach (var line in extra.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            reply.Headers.Add(line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
        if (sdp is not null)
        {
            reply.Headers.Add("Content-Type", "application/sdp");
            reply.Body = sdp.ToBytes();
        }
        _socket.Send(SipWriter.Write(reply), endpoint.Serialize());
    }

    /// <summary>Writes a request; within a dialog when <paramref name="toTag"/> is given.</summary>
    public string Request(
        string method, int cseq, string toTag = "", string callId = "call@far", string fromTag = "far", string? branch = null, string extra = "", string body = "", string type = "application/sdp")
    {
        branch ??= $"z9hG4bKfar{++_branch}";
        body = body.ReplaceLineEndings("\r\n");
        return $"{method} sip:+12025550100@{endpoint} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch={branch};rport\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:far@{local}>;tag={fromTag}\r\nTo: <sip:+12025550100@{endpoint}>{(toTag.Length > 0 ? ";tag=" + toTag : "")}\r\n"
            + $"Call-ID: {callId}\r\nCSeq: {cseq} {method}\r\nContact: <sip:far@{local}>\r\n{extra}"
            + (body.Length > 0 ? $"Content-Type: {type}\r\n" : "") + $"Content-Length: {body.Length}\r\n\r\n{body}";
    }

    /// <summary>
    /// Waits until the endpoint has worked on everything sent before: messages are taken in order, so when this OPTIONS is answered, they were.
    /// What came meanwhile is returned.
    /// </summary>
    public async Task<List<SipMessage>> SettleAsync()
    {
        var id = $"settle{++_branch}";
        Send(Request("OPTIONS", 1, callId: id));
        List<SipMessage> before = [];
        while (true)
        {
            var message = await NextAsync();
            if (message.CallId == id)
                return before;
            before.Add(message);
        }
    }

    public void Dispose() => _socket.Dispose();
}
