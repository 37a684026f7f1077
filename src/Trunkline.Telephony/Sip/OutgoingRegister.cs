using System.Globalization;
using Trunkline.Telephony.Sip.Digest;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>What came of a REGISTER.</summary>
/// <param name="Status">The final status; 0 when none came.</param>
/// <param name="Granted">For how long, when it was taken.</param>
internal sealed record SipRegisterResult(int Status, string Reason, TimeSpan Granted);

/// <summary>What stays the same from one REGISTER to the next of one registration (RFC 3261 section 10.2).</summary>
/// <param name="registrar">The domain, such as <c>sip:carrier.example</c>.</param>
/// <param name="address">Who registers, such as <c>sip:gateway@carrier.example</c>.</param>
internal sealed class RegistrationSeries(string registrar, string address, SipCredentials? credentials)
{
    public string Registrar { get; } = registrar;

    public string Address { get; } = address;

    public string CallId { get; } = SipIds.Tag();

    /// <summary>Keeps the nonce, so that a refresh is taken at once.</summary>
    public DigestClient Digest { get; } = new(credentials);

    public int CSeq { get; set; }
}

/// <summary>One REGISTER, with credentials when asked, and a longer time when the registrar wants one. Used inside the endpoint's lock.</summary>
internal sealed class OutgoingRegister(SipCore core, RegistrationSeries series, SipPeer destination, TimeSpan expires) : IClientTransactionUser
{
    private readonly TaskCompletionSource<SipRegisterResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _contact = core.ContactUri(Uri.EscapeDataString(SipUri.Parse(series.Address)?.User ?? ""), destination.Transport);
    private TimeSpan _expires = expires;
    private int _round;
    private bool _lengthened;

    public Task<SipRegisterResult> Result => _result.Task;

    public void Start()
    {
        var request = SipMessage.Request(SipMethod.Register, series.Registrar);
        var headers = request.Headers;
        headers.Add(SipHeaderName.Via, "");
        headers.Add(SipHeaderName.MaxForwards, "70");
        headers.Add(SipHeaderName.From, $"<{series.Address}>;tag={SipIds.Tag()}");
        headers.Add(SipHeaderName.To, $"<{series.Address}>");
        headers.Add(SipHeaderName.CallId, $"{series.CallId}@{core.Host}");
        headers.Add(SipHeaderName.CSeq, string.Create(CultureInfo.InvariantCulture, $"{++series.CSeq} REGISTER"));
        core.AddOurs(request, "", destination.Transport);
        headers.Set(SipHeaderName.Contact, $"<{_contact}>");
        headers.Add(SipHeaderName.Expires, ((int)_expires.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        series.Digest.Authorize(request);
        core.Layer.Start(request, destination, this);
    }

    public void OnResponse(ClientTransaction transaction, SipMessage response, SipPeer from)
    {
        if (response.StatusCode < 200)
            return;
        if (series.Digest.TryLearn(response, transaction.Request, _round++))
            Start();
        else if (response.StatusCode == 423 && !_lengthened && Seconds(response.Headers[SipHeaderName.MinExpires]) is { } least && least > _expires)
        {
            (_expires, _lengthened) = (least, true);
            Start();
        }
        else
            _result.TrySetResult(new SipRegisterResult(response.StatusCode, response.ReasonPhrase, response.StatusCode < 300 ? Granted(response) : default));
    }

    public void OnTimeout(ClientTransaction transaction) => _result.TrySetResult(new SipRegisterResult(0, "no answer", default));

    /// <summary>The registrar lists every contact of ours; the one that we gave says for how long (section 10.2.4).</summary>
    private TimeSpan Granted(SipMessage response)
    {
        var ours = response.Headers.All(SipHeaderName.Contact).Select(SipNameAddress.Parse).FirstOrDefault(c => c is not null && IsOurs(c.Uri));
        return Seconds(ours is null ? null : SipText.Parameter(ours.Parameters, "expires")) ?? Seconds(response.Headers[SipHeaderName.Expires]) ?? _expires;
    }

    private bool IsOurs(SipUri? uri) => uri is not null && SipUri.Parse(_contact) is { } we
        && uri.Host.Equals(we.Host, StringComparison.OrdinalIgnoreCase) && uri.Port == we.Port && uri.User == we.User;

    private static TimeSpan? Seconds(string? text)
    {
        // A day: nothing good comes of being remembered for longer.
        const int most = 24 * 3600;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, most)) : null;
    }
}
