using System.Globalization;
using Trunkline.Telephony.Sip.Messages;
using Trunkline.Telephony.Sip.Transactions;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// A call's session timer (RFC 4028), in both roles: the end that refreshes says at half the interval that the call is still there; the other hangs up
/// shortly before the interval ends when it heard nothing. So no call stays up that the far end, or a proxy between, has lost. Used inside the endpoint's
/// lock.
/// </summary>
internal sealed class SessionInterval(SipCall call)
{
    /// <summary>After a refresh that could not be done now, or that was refused for now.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(4);

    private readonly GatedTimer _refresh = call.Core.Layer.NewTimer();
    private readonly GatedTimer _end = call.Core.Layer.NewTimer();
    private TimeSpan? _interval;
    private TimeSpan _least = call.Core.Options.MinSessionExpires;
    private bool _weRefresh;

    /// <summary>What was agreed on; null when the session has no end.</summary>
    public TimeSpan? Agreed => _interval;

    /// <summary>Asks for an interval in the first INVITE; the far end chooses who refreshes.</summary>
    public static void Ask(SipMessage request, TimeSpan interval, TimeSpan least)
    {
        request.Headers.Set(SipHeaderName.SessionExpires, Seconds(interval));
        request.Headers.Set(SipHeaderName.MinSe, Seconds(least));
    }

    /// <summary>The shortest interval that the sender takes (Min-SE); null when it names none.</summary>
    public static TimeSpan? Least(SipMessage message) => Read(message.Headers[SipHeaderName.MinSe])?.Interval;

    /// <summary>Refuses a request whose interval is shorter than we take with 422, when its sender can lengthen it. True when it is refused.</summary>
    public static bool Refuses(ServerTransaction transaction, TimeSpan least)
    {
        var request = transaction.Request;
        if (Read(request.Headers[SipHeaderName.SessionExpires]) is not { } asked || asked.Interval >= least || !Knows(request))
            return false;
        var refusal = transaction.Reply(422, "Session Interval Too Small");
        refusal.Headers.Add(SipHeaderName.MinSe, Seconds(least));
        transaction.Respond(refusal);
        return true;
    }

    /// <summary>Asks for the interval in a later request of ours, keeping the roles.</summary>
    public void AskAgain(SipMessage request)
    {
        if (_interval is not { } interval)
        {
            Ask(request, call.Core.Options.SessionExpires, _least);
            return;
        }
        request.Headers.Set(SipHeaderName.SessionExpires, $"{Seconds(interval)};refresher={(_weRefresh ? "uac" : "uas")}");
        request.Headers.Set(SipHeaderName.MinSe, Seconds(_least));
    }

    /// <summary>What the 2xx to a request of ours says.</summary>
    public void TakeAnswer(SipMessage success)
    {
        if (Read(success.Headers[SipHeaderName.SessionExpires]) is not { } agreed)
        {
            Stop();
            return;
        }
        // Who says nothing of the refresher leaves it to the end that asked.
        Begin(agreed.Interval, weRefresh: agreed.Refresher is not "uas");
    }

    /// <summary>Answers what a request of the far end's asks for, into our 2xx (section 9).</summary>
    public void Answer(SipMessage request, SipMessage success)
    {
        var asked = Read(request.Headers[SipHeaderName.SessionExpires]);
        var knows = Knows(request);
        if (asked is null && !knows)
        {
            // Nobody on the other side keeps time.
            Stop();
            return;
        }
        var least = Least(request) ?? call.Core.Options.MinSessionExpires;
        var ours = call.Core.Options.SessionExpires;
        var interval = asked is { } a && a.Interval < ours ? a.Interval : ours > least ? ours : least;
        var refresher = !knows ? "uas" : asked?.Refresher ?? (_interval is not null && _weRefresh ? "uas" : "uac");
        success.Headers.Set(SipHeaderName.SessionExpires, $"{Seconds(interval)};refresher={refresher}");
        if (refresher == "uac")
            success.Headers.Add(SipHeaderName.Require, "timer");
        Begin(interval, weRefresh: refresher == "uas");
    }

    public void Stop()
    {
        _interval = null;
        _refresh.Stop();
        _end.Stop();
    }

    /// <summary>The far end wants a longer interval (422).</summary>
    public void Lengthen(TimeSpan least)
    {
        _least = least > _least ? least : _least;
        if (_interval < _least)
            _interval = _least;
    }

    private void Begin(TimeSpan interval, bool weRefresh)
    {
        (_interval, _weRefresh) = (interval, weRefresh);
        // Section 10: a little before the interval ends, so that the BYE still finds its way.
        var margin = TimeSpan.FromSeconds(Math.Min(32, interval.TotalSeconds / 3));
        _end.Set(interval - margin, () =>
        {
            _refresh.Stop();
            call.Trace("the session was not refreshed in time");
            call.HangUp("the session was not refreshed in time", SipCallEnder.Lost);
        });
        if (weRefresh)
            _refresh.Set(interval / 2, Refresh);
        else
            _refresh.Stop();
    }

    private void Refresh()
    {
        // Whatever comes of this one: it is tried again until the session is refreshed or over.
        _refresh.Set(Again, Refresh);
        call.RefreshSession();
    }

    private static bool Knows(SipMessage request) =>
        request.Headers.HasToken(SipHeaderName.Supported, "timer") || request.Headers.HasToken(SipHeaderName.Require, "timer");

    private static string Seconds(TimeSpan interval) => ((long)interval.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static (TimeSpan Interval, string? Refresher)? Read(string? value)
    {
        // A month is no session: what is longer than that has no end.
        const int most = 30 * 24 * 3600;
        if (value is null)
            return null;
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        if (!int.TryParse((semicolon < 0 ? value : value.AsSpan(0, semicolon)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds is 0 or > most)
            return null;
        var refresher = semicolon < 0 ? null : SipText.Parameter(value.AsSpan(semicolon + 1), "refresher")?.ToLowerInvariant();
        return (TimeSpan.FromSeconds(seconds), refresher is "uac" or "uas" ? refresher : null);
    }
}
