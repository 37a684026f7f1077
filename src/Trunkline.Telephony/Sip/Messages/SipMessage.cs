namespace Trunkline.Telephony.Sip.Messages;

/// <summary>A SIP request or response (RFC 3261 section 7). One that came through <see cref="SipParser"/> has every mandatory header, readable.</summary>
public sealed class SipMessage
{
    private SipMessage(string method, string requestUri, int statusCode, string reasonPhrase)
    {
        Method = method;
        RequestUri = requestUri;
        StatusCode = statusCode;
        ReasonPhrase = reasonPhrase;
    }

    /// <summary>True for a request.</summary>
    public bool IsRequest => StatusCode == 0;

    /// <summary>The request's method; for a response that of its CSeq.</summary>
    public string Method { get; }

    /// <summary>As written; empty for a response.</summary>
    public string RequestUri { get; }

    /// <summary>100 to 699; 0 for a request.</summary>
    public int StatusCode { get; }

    /// <summary>The words after the status code.</summary>
    public string ReasonPhrase { get; }

    /// <summary>The header fields.</summary>
    public SipHeaders Headers { get; } = new();

    /// <summary>The body; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>The Call-ID.</summary>
    public string CallId => Headers[SipHeaderName.CallId] ?? "";

    /// <summary>The From header.</summary>
    public SipNameAddress From => SipNameAddress.Parse(Headers[SipHeaderName.From]) ?? throw Missing(SipHeaderName.From);

    /// <summary>The To header.</summary>
    public SipNameAddress To => SipNameAddress.Parse(Headers[SipHeaderName.To]) ?? throw Missing(SipHeaderName.To);

    internal SipCSeq CSeq => SipCSeq.Parse(Headers[SipHeaderName.CSeq]) ?? throw Missing(SipHeaderName.CSeq);

    internal SipVia TopVia => SipVia.Parse(Headers.First(SipHeaderName.Via)) ?? throw Missing(SipHeaderName.Via);

    /// <summary>The first Contact, or null.</summary>
    internal SipNameAddress? Contact => SipNameAddress.Parse(Headers.First(SipHeaderName.Contact));

    /// <summary>True when the body is one that says it is SDP, or does not say what it is.</summary>
    internal bool HasSdp => !Body.IsEmpty && IsSdpType(Headers[SipHeaderName.ContentType]);

    internal static SipMessage Request(string method, string requestUri) => new(method, requestUri, 0, "");

    /// <param name="method">The method of the CSeq.</param>
    internal static SipMessage Response(int status, string reason, string method) => new(method, "", status, reason);

    /// <summary>A response to <paramref name="request"/> with the headers that RFC 3261 section 8.2.6.2 copies.</summary>
    internal static SipMessage Reply(SipMessage request, int status, string reason, string? toTag)
    {
        var reply = Response(status, reason, request.Method);
        foreach (var via in request.Headers.All(SipHeaderName.Via))
            reply.Headers.Add(SipHeaderName.Via, via);
        reply.Headers.Add(SipHeaderName.From, request.Headers[SipHeaderName.From]!);
        var to = request.Headers[SipHeaderName.To]!;
        reply.Headers.Add(SipHeaderName.To, toTag is null || request.To.Tag is not null ? to : to + ";tag=" + toTag);
        reply.Headers.Add(SipHeaderName.CallId, request.CallId);
        reply.Headers.Add(SipHeaderName.CSeq, request.Headers[SipHeaderName.CSeq]!);
        if (status is > 100 and < 300)
        {
            foreach (var route in request.Headers.All(SipHeaderName.RecordRoute))
                reply.Headers.Add(SipHeaderName.RecordRoute, route);
        }
        return reply;
    }

    /// <inheritdoc />
    public override string ToString() => IsRequest ? $"{Method} {RequestUri}" : string.Create(null, $"{StatusCode} {ReasonPhrase}");

    private static bool IsSdpType(string? contentType) =>
        contentType is null || contentType.AsSpan().TrimStart().StartsWith("application/sdp", StringComparison.OrdinalIgnoreCase);

    private static InvalidOperationException Missing(string header) => new($"The message has no readable {header}; it did not come through the parser.");
}
