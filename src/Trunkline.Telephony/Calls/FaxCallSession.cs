using Trunkline.Telephony.Hearing;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip;

namespace Trunkline.Telephony.Calls;

/// <summary>
/// The media side of one outgoing fax call: which of audio and T.38 is on, whoever asked for it. The far end's offers, our own re-INVITE and
/// the terminal's events meet here, each from its own thread.
/// </summary>
internal sealed class FaxCallSession : ISipSession, IFaxTerminalEvents, IDisposable
{
    /// <summary>A far end that retrains for ever does not fill the memory.</summary>
    private const int MaxRates = 1_000;

    private readonly FaxCall _call;
    private readonly FaxCallOptions _options;
    private readonly IFaxCallObserver _observer;
    private readonly SessionAuthor _author;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _t38Agreed = new();
    private readonly TaskCompletionSource _transferBegan = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LineSound> _tone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AudioPath? _audio;
    private T38Path? _t38;
    private readonly List<CallRate> _rates = [];
    private readonly List<CallPage> _pageTimes = [];
    private int _pagesConfirmed;
    private bool _transferByT38;
    private bool _hasRung;

    /// <summary>Opens the media. Throws <see cref="InvalidOperationException"/> when no port is free.</summary>
    public FaxCallSession(FaxCall call, FaxCallOptions options, IFaxCallObserver observer, IMediaEngine engine, TimeProvider time)
    {
        (_call, _options, _observer) = (call, options, observer);
        Record = new CallRecord(time);
        Media = engine.OpenFax(
            new FaxTerminalOptions
            {
                IsCaller = true,
                LocalIdent = call.LocalIdent,
                HeaderLine = call.HeaderLine,
                SendTiff = call.TiffPath,
                FirstPage = call.FirstPage,
                Ecm = call.AllowEcm,
                MaxBitRate = call.MaxBitRate,
                InternetAwareBitRate = options.InternetAwareBitRate,
            },
            this);
        _author = new SessionAuthor(options.AdvertisedMedia ?? Media.LocalEndPoint.Address, (ulong)time.GetUtcNow().ToUnixTimeSeconds(), options.Srtp, options.AudioRedundancy);
    }

    public IMediaSession Media { get; }

    public CallRecord Record { get; }

    /// <summary>True when the pages go, or went, by T.38.</summary>
    public bool IsT38
    {
        get
        {
            lock (_gate)
                return _transferByT38 || _t38 is not null;
        }
    }

    /// <summary>Pages confirmed in this call, as the terminal told them one by one.</summary>
    public int PagesConfirmed => Volatile.Read(ref _pagesConfirmed);

    /// <summary>What the ends agreed on, so far.</summary>
    public IReadOnlyList<CallRate> Rates
    {
        get
        {
            lock (_gate)
                return [.. _rates];
        }
    }

    /// <summary>When pages were confirmed, so far.</summary>
    public IReadOnlyList<CallPage> PageTimes
    {
        get
        {
            lock (_gate)
                return [.. _pageTimes];
        }
    }

    /// <summary>Completes with the first tone by which the network says that no call comes about.</summary>
    public Task<LineSound> Tone => _tone.Task;

    /// <summary>True when a ringing tone was heard.</summary>
    public bool HasRung => Volatile.Read(ref _hasRung);

    /// <summary>Completes when the terminals agreed and pages go.</summary>
    public Task TransferBegan => _transferBegan.Task;

    public SessionDescription OfferAudio()
    {
        lock (_gate)
            return _author.OfferAudio(Media.LocalEndPoint.Port, _options.Laws);
    }

    /// <summary>Takes the answer to our first offer. False when nothing in it can be used, and the far end did not offer T.38 meanwhile.</summary>
    public bool TakeAnswer(SessionDescription? answer)
    {
        lock (_gate)
        {
            if (_t38 is not null)
                return true;
            if (answer is null || _author.TakeAudio(answer) is not { } path)
                return false;
            SwitchToAudio(path);
            return true;
        }
    }

    /// <summary>Our own re-INVITE to T.38, at once after the answer. Whatever comes of it, the call goes on, by T.38 or by G.711.</summary>
    public async Task OfferT38Async(SipCall call)
    {
        SessionDescription? offer = null;
        lock (_gate)
        {
            if (_t38 is null)
                offer = _author.OfferT38(Media.LocalEndPoint.Port, _options.T38);
        }
        if (offer is null)
            return;
        var result = await call.ReinviteAsync(offer, _t38Agreed.Token).ConfigureAwait(false);
        lock (_gate)
        {
            if (_t38 is not null || Media.Completion.IsCompleted)
                return;
            if (result.Answer is { } answer && SessionPaths.T38(answer, _options.T38) is { } t38)
                SwitchToT38(t38);
            else if (result.Answer is { } other && _author.TakeAudio(other) is { } audio)
                SwitchToAudio(audio);
            else
                Record.Add("SDP", $"T.38 was not agreed ({result.Status} {result.Reason}): G.711 stays");
        }
    }

    /// <inheritdoc />
    public ValueTask<SipOfferReply> OnOfferAsync(SessionDescription? offer)
    {
        lock (_gate)
            return new ValueTask<SipOfferReply>(Reply(offer));
    }

    /// <summary>
    /// Sound before the answer: our port is opened towards it, which a NAT needs, and tones of the network are heard. The terminal stays silent and deaf until
    /// the call is answered.
    /// </summary>
    public void OnEarlyMedia(SessionDescription answer)
    {
        lock (_gate)
        {
            if (_audio is null && _t38 is null && _author.TakeAudio(answer) is { } path)
                SwitchToAudio(path);
        }
    }

    /// <inheritdoc />
    public void Trace(string text) => Record.Add("SIP", text);

    void IFaxTerminalEvents.Trace(string layer, string text) => Record.Add(layer, text);

    /// <inheritdoc />
    public void LineHeard(LineSound sound)
    {
        Record.Add("line", $"{sound.Words()} heard");
        if (sound == LineSound.RingingTone)
            Volatile.Write(ref _hasRung, true);
        if (sound.EndsCall())
            _tone.TrySetResult(sound);
    }

    /// <inheritdoc />
    public void TransferBegins(string remoteIdent, int bitRate, bool ecm)
    {
        Record.Add("T.30", string.Create(null, $"transfer begins at {bitRate} bit/s{(ecm ? " with ECM" : "")}"));
        bool t38;
        lock (_gate)
        {
            t38 = _transferByT38 = _t38 is not null;
            if (_rates.Count < MaxRates)
                _rates.Add(new CallRate(Record.Elapsed, bitRate, ecm));
        }
        _transferBegan.TrySetResult();
        _observer.TransferBegins(remoteIdent, bitRate, ecm, t38);
    }

    /// <inheritdoc />
    public void PageDone(int page)
    {
        Volatile.Write(ref _pagesConfirmed, page);
        var inTiff = _call.FirstPage - 1 + page;
        lock (_gate)
            _pageTimes.Add(new CallPage(inTiff, Record.Elapsed));
        Record.Add("T.30", string.Create(null, $"page {inTiff} of {_call.Pages} confirmed"));
        _observer.PageConfirmed(inTiff);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Media.Dispose();
        _t38Agreed.Dispose();
    }

    private SipOfferReply Reply(SessionDescription? offer)
    {
        // Asked for our offer (a session refresh): we offer what is on.
        if (offer is null)
            return new SipOfferReply.Accept(_author.Current!);
        if (SessionPaths.WantsT38(offer))
        {
            // Pages go by sound already: the terminal would begin anew, and the far end might have one of them twice.
            var isTooLate = _transferBegan.Task.IsCompleted && !_transferByT38;
            if (!isTooLate && _call.AllowT38 && _options.TakesT38 && _author.AnswerT38(offer, Media.LocalEndPoint.Port, _options.T38, out var t38) is { } image)
            {
                SwitchToT38(t38!);
                return new SipOfferReply.Accept(image);
            }
            // A far end that offers both leaves us the choice.
            if (_author.AnswerAudio(offer, Media.LocalEndPoint.Port, _options.Laws, out var either) is { } speech)
            {
                SwitchToAudio(either!);
                return new SipOfferReply.Accept(speech);
            }
            Record.Add("SDP", "T.38 offered and not wanted");
            return new SipOfferReply.Refuse();
        }
        if (_author.AnswerAudio(offer, Media.LocalEndPoint.Port, _options.Laws, out var audio) is not { } answer)
            return new SipOfferReply.Refuse();
        SwitchToAudio(audio!);
        return new SipOfferReply.Accept(answer);
    }

    private void SwitchToT38(T38Path path)
    {
        if (Media.Completion.IsCompleted)
            return;
        _ = _t38Agreed.CancelAsync();
        // The same session said again is a refresh; the terminal must not begin anew for it.
        if (path == _t38)
            return;
        _t38 = path;
        _audio = null;
        Record.Add("SDP", string.Create(null, $"T.38 to {path.Remote}, version {path.Version}, {path.MaxBitRate} bit/s, {path.ErrorCorrection}{(path.InternetAware ? ", Internet-aware" : "")}"));
        Media.UseT38(path);
    }

    private void SwitchToAudio(AudioPath path)
    {
        // Back to audio is how many gateways say goodbye after a fax. A terminal that had sent pages by T.38 must not begin anew for it, or
        // the report of those pages would be lost.
        if (path == _audio || _transferByT38 || Media.Completion.IsCompleted)
            return;
        _audio = path;
        _t38 = null;
        Record.Add("SDP", $"G.711 {(path.Law == G711Law.MuLaw ? "mu-law" : "A-law")}{(path.Srtp is null ? "" : " by SRTP")}{(path.Redundancy is null ? "" : " with redundancy")} to {path.Remote}");
        Media.UseAudio(path);
    }
}
