using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sdp;
using Trunkline.Telephony.Sip;

namespace Trunkline.TestLine;

/// <summary>
/// A fax machine that takes one call: answers with audio, offers T.38 or accepts the caller's offer of it (or refuses both), and hangs
/// up when T.30
/// is over.
/// </summary>
internal sealed class FaxAnswer : ISipSession, IDisposable
{
    private static readonly G711Law[] Laws = [G711Law.MuLaw, G711Law.ALaw];

    private readonly TestNumber _number;
    private readonly TestLineOptions _options;
    private readonly TimeProvider _time;
    private readonly IMediaSession _media;
    private readonly CallRecord _record;
    private readonly SessionAuthor _author;
    private readonly SdpT38 _t38;
    private readonly CancellationTokenSource _stopOffering = new();
    private bool _isT38;

    public FaxAnswer(TestNumber number, TestLineOptions options, TimeProvider time, IMediaSession media, CallRecord record)
    {
        _number = number;
        _options = options;
        _time = time;
        _media = media;
        _record = record;
        _t38 = SdpT38.Ours with { InternetAware = number.InternetAware ? InternetAwareness.Offered : InternetAwareness.None };
        _author = new SessionAuthor(media.LocalEndPoint.Address, (ulong)time.GetUtcNow().ToUnixTimeSeconds(), SrtpUse.Offered, number.AudioRedundancy);
    }

    /// <summary>True once the call went over to T.38.</summary>
    public bool T38 => Volatile.Read(ref _isT38);

    /// <summary>When it was answered; null when the caller was gone.</summary>
    public DateTimeOffset? Answered { get; private set; }

    /// <summary>No person does, and no silence is disturbed by it.</summary>
    private bool SpeaksT38 => _number.T38 && _number.Answer is TestAnswer.Fax or TestAnswer.Silence;

    private int Port => _media.LocalEndPoint.Port;

    /// <summary>Takes the call to its end: what came of the fax, or null when nothing could be agreed on or the caller was gone.</summary>
    public async Task<FaxReport?> RunAsync(SipIncomingCall call)
    {
        call.Ring();
        if (!await RingAsync(call))
            return null;
        if (Agree(call.Offer) is not { } description)
        {
            call.Reject(488, "Not Acceptable Here");
            return null;
        }

        if (_number is { Answer: TestAnswer.Tone, BeforeAnswer: true })
        {
            await SoundBeforeAnswerAsync(call, description);
            return null;
        }
        if (await call.AnswerAsync(description, this) is not { } up)
            return null;

        Answered = _time.GetUtcNow();
        if (_number.Answer != TestAnswer.Silence)
            _media.Start();
        var offering = OfferT38Async(up);
        await Task.WhenAny(up.Ended, _media.Completion);
        if (up.Ended.IsCompleted)
            _media.FarEndHungUp();
        var report = await _media.Completion;

        // A fax that drops the line drops it at once; one that is through leaves the caller the time to hang up first.
        if (report.IsComplete)
            await Task.WhenAny(up.Ended, Task.Delay(_options.HangUpDelay, _time));
        await _stopOffering.CancelAsync();
        await up.ByeAsync();
        await offering;
        return report;
    }

    public ValueTask<SipOfferReply> OnOfferAsync(SessionDescription? offer) =>
        ValueTask.FromResult<SipOfferReply>(Agree(offer) is { } ours ? new SipOfferReply.Accept(ours) : new SipOfferReply.Refuse());

    public void OnAnswer(SessionDescription answer)
    {
        if (SessionPaths.T38(answer, _t38) is { } t38)
            GoOverToT38(t38);
        else if (_author.TakeAudio(answer) is { } audio)
            _media.UseAudio(audio);
    }

    /// <summary>To be called once <see cref="RunAsync"/> is done: the call is over then, and nobody asks any more.</summary>
    public void Dispose() => _stopOffering.Dispose();

    public void Trace(string text) => _record.Trace("SIP", text);

    /// <summary>
    /// Our answer to an offer, acted upon at once; our own offer when there is none; null when nothing in it can be agreed on.
    /// </summary>
    private SessionDescription? Agree(SessionDescription? offer)
    {
        lock (_author)
        {
            if (offer is null)
                return T38 ? _author.OfferT38(Port, _t38) : _author.OfferAudio(Port, Laws);
            if (SessionPaths.WantsT38(offer) && SpeaksT38
                && _author.AnswerT38(offer, Port, _t38, out var t38) is { } image && t38 is not null)
            {
                GoOverToT38(t38);
                return image;
            }

            if (_author.AnswerAudio(offer, Port, Laws, out var audio) is not { } sound || audio is null)
                return null;
            // Some gateways go back to audio to say goodbye: how the pages came stays on record.
            if (_record.Pages == 0)
                Volatile.Write(ref _isT38, false);
            _media.UseAudio(audio);
            return sound;
        }
    }

    /// <summary>Rings as long as the number rings; false when the caller gave up meanwhile.</summary>
    private async Task<bool> RingAsync(SipIncomingCall call)
    {
        if (_number.RingFor > TimeSpan.Zero)
            await Task.Delay(_number.RingFor, _time, call.Abandoned).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return !call.Abandoned.IsCancellationRequested;
    }

    /// <summary>The network speaks, and nobody answers: until the caller gives up.</summary>
    private async Task SoundBeforeAnswerAsync(SipIncomingCall call, SessionDescription description)
    {
        call.Progress(description);
        _media.Start();
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, call.Abandoned).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task OfferT38Async(SipCall call)
    {
        if (_number.Answer != TestAnswer.Fax || !SpeaksT38)
            return;
        await Task.Delay(_options.T38OfferDelay, _time, _stopOffering.Token).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_stopOffering.IsCancellationRequested)
            return;

        SessionDescription offer;
        lock (_author)
            offer = _author.OfferT38(Port, _t38);
        var result = await call.ReinviteAsync(offer, _stopOffering.Token);
        if (result.Answer is { } answer && SessionPaths.T38(answer, _t38) is { } path)
            GoOverToT38(path);
        else
            Trace($"our offer of T.38 came to nothing: {result.Status} {result.Reason}");
    }

    private void GoOverToT38(T38Path path)
    {
        Volatile.Write(ref _isT38, true);
        _media.UseT38(path);
        _stopOffering.Cancel();
    }
}
