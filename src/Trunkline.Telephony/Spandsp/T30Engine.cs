using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Trunkline.Telephony.Media;
using static Trunkline.Telephony.Spandsp.SpandspNative;

namespace Trunkline.Telephony.Spandsp;

/// <summary>
/// The T.30 engine inside a fax or T.38 terminal of spandsp: its settings, what it tells, and what came of it. It owns the handle that the
/// callbacks carry, but not the pointer, which goes with the terminal. Used on the media thread only.
/// </summary>
internal sealed unsafe class T30Engine : IDisposable
{
    /// <summary>T30_ERR_CALLDROPPED.</summary>
    public const int CallDropped = 49;

    /// <summary>
    /// Two minutes without any sign of life either way: longer than any timer of T.30, and spandsp can lose its timers when the last
    /// frame of a call is
    /// damaged.
    /// </summary>
    private const int MaxStillSamples = 120 * 8000;

    private const int LookSamples = 5 * 8000;
    private const int SamplesIntoPage = 20_000;

    /// <summary>The confirmation of the page before is sent by then.</summary>
    private const int SamplesIntoAwarePage = 3_200;

    private const int FramesIntoPage = 3;

    private readonly FaxTerminalOptions _options;
    private readonly IFaxTerminalEvents _events;
    private readonly nint _t30;
    private readonly TrainingSpoiler? _spoiler;
    private readonly TrainingWatch _training;
    private readonly AwarePace? _pace;
    private GCHandle _self;
    private int _pages;
    private int _pagesInFile;
    private int _page;
    private int _pageSamples;
    private int _pageFrames;
    private bool _pageRefused;
    private bool _pageSent;
    private int _stillSamples;
    private int _imageSize;
    private bool _imageSeen;
    private string? _lastTrace;
    private int _traceRepeats;

    /// <param name="t30">The engine of a terminal that outlives this object.</param>
    /// <param name="options">What the terminal does.</param>
    /// <param name="firstPage">The first page to send, from 1.</param>
    /// <param name="maxBitRate">The highest rate to agree on.</param>
    /// <param name="events">Who is told.</param>
    /// <param name="pace">Of a terminal that is Internet-aware.</param>
    public T30Engine(nint t30, FaxTerminalOptions options, int firstPage, int maxBitRate, IFaxTerminalEvents events, AwarePace? pace = null)
    {
        _pace = pace;
        _t30 = t30;
        _options = options;
        _events = events;
        _spoiler = options.RefuseTrainings > 0 ? new TrainingSpoiler(options.RefuseTrainings) : null;
        _training = new TrainingWatch(t30);
        _self = GCHandle.Alloc(this);
        T30Settings.Apply(t30, options, firstPage, Math.Min(maxBitRate, options.MaxBitRate), pace is not null);
        Listen();
    }

    /// <summary>True when T.30 is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The completion code once it is over.</summary>
    public int Code { get; private set; }

    /// <summary>True when a T.30 frame of the far end arrived.</summary>
    public bool HeardFrame { get; private set; }

    /// <summary>True when it must be ended: the fault that a test asked for, a refused page that must not be skipped, or a terminal that lost its way.</summary>
    public bool MustEnd { get; set; }

    /// <summary>Spoils training checks, for tests; null in every other terminal.</summary>
    public TrainingSpoiler? Spoiler => _spoiler;

    private bool IsAware => _pace is { IsAgreed: true };

    /// <summary>Pages confirmed (sent) or whole (received).</summary>
    public int Pages => _pages;

    /// <summary>Counts media time.</summary>
    public void Advance(int samples)
    {
        Watch(samples);
        _training.Advance(samples);
        if (_page == 0 || _options.DropAtPage != _page || IsOver)
            return;
        _pageSamples += samples;
        if (_pageSamples >= (IsAware ? SamplesIntoAwarePage : SamplesIntoPage) || _pageFrames >= FramesIntoPage)
            MustEnd = true;
    }

    /// <summary>Something was sent: T.30 does not stand still.</summary>
    public void NoteSent() => _stillSamples = 0;

    /// <summary>Ends T.30 in good order, whatever it is doing.</summary>
    public void End() => t30_terminate(_t30);

    /// <summary>What came of it; to be asked once it is over.</summary>
    public FaxReport Report(bool heardTone)
    {
        var statistics = Statistics();
        NotePages(statistics);
        var isSender = _options.SendTiff is not null;
        var expected = _pagesInFile - (_options.FirstPage - 1);

        // The engine ends "OK" even when the far end refused a page and the next was sent regardless: pages are counted, not believed.
        var isComplete = Code == 0 && !_pageRefused && (isSender ? _pages > 0 && _pages >= expected : _pages > 0);
        var text = _pageRefused ? $"The far end could not read page {_pages + 1} and asked for it anew"
            : Code == 0 && !isComplete ? "The call ended before every page was confirmed"
            : Text(t30_completion_code_to_str(Code));
        return new FaxReport(
            isComplete,
            Code,
            text,
            _pages,
            RemoteIdent(),
            _page > 0 || _pages > 0 ? statistics.BitRate : 0,
            statistics.ErrorCorrecting != 0,
            Compression(statistics.Encoding),
            HeardFrame || heardTone,
            isSender ? _page > 0 || _pages > 0 : _imageSeen || _pages > 0 || statistics.ImageSize > 0,
            isSender ? _pageSent : null)
        {
            Media = new MediaCounts(EcmRetries: Math.Max(0, statistics.EcmRetries)),
            InternetAware = IsAware,
        };
    }

    /// <summary>Frees the handle; only after the terminal is freed, so that no callback can still use it.</summary>
    public void Dispose()
    {
        if (_self.IsAllocated)
            _self.Free();
    }

    private void Listen()
    {
        var user = GCHandle.ToIntPtr(_self);
        t30_set_phase_d_handler(_t30, &OnPhaseD, user);
        t30_set_phase_e_handler(_t30, &OnPhaseE, user);
        t30_set_real_time_frame_handler(_t30, &OnFrame, user);
    }

    private void Watch(int samples)
    {
        if (IsOver || MustEnd)
            return;
        _stillSamples += samples;
        if (_stillSamples % LookSamples >= samples)
            return;

        // Without error correction no frames come during a page; that it grows is the only sign.
        var size = Statistics().ImageSize;
        if (size != _imageSize)
            _stillSamples = 0;
        _imageSize = size;
        if (_stillSamples < MaxStillSamples)
            return;
        _events.Trace("T.30", "nothing was sent or heard for two minutes: ended");
        MustEnd = true;
    }

    private T30Statistics Statistics()
    {
        T30Statistics statistics;
        t30_get_transfer_statistics(_t30, &statistics);
        return statistics;
    }

    private string RemoteIdent() => Text(t30_get_rx_ident(_t30)).Trim();

    private void NotePages(in T30Statistics statistics)
    {
        _pagesInFile = Math.Max(_pagesInFile, statistics.PagesInFile);
        var pages = _options.SendTiff is not null ? statistics.PagesSent : statistics.PagesReceived;
        while (_pages < pages)
        {
            _pageSent = false;
            _events.PageDone(++_pages);
        }
    }

    private void PageEnded(byte answer)
    {
        NotePages(Statistics());
        if (_options.SendTiff is not null && answer is T30Frames.RetrainNegative or T30Frames.ProcedureInterruptNegative)
        {
            // spandsp would go on with the next page; the refused one would be missing, and pages confirmed later would be counted wrongly.
            _pageRefused = true;
            MustEnd = true;
        }
    }

    private void Frame(bool incoming, ReadOnlySpan<byte> frame)
    {
        HeardFrame |= incoming;
        _stillSamples = 0;
        if (frame.Length < 3)
            return;

        var field = (byte)(frame[2] & ~T30Frames.DirectionBit);
        if (field is T30Frames.FacsimileCodedData or T30Frames.ReturnToControlPartialPage)
        {
            _imageSeen |= incoming;
            _pageFrames++;
            return;
        }

        Trace(incoming ? "heard " : "sent ", frame);
        NotePageSent(incoming, field, frame);
        _pace?.Note(incoming, field, frame);
        _training.Note(incoming, field, IsAware);
        _spoiler?.Frame(incoming, field, frame);
        if (incoming != (_options.SendTiff is not null))
            return;
        if (field is T30Frames.ConfirmationToReceive)
            _events.TransferBegins(RemoteIdent(), Statistics().BitRate, Statistics().ErrorCorrecting != 0);
        if (field is T30Frames.ConfirmationToReceive or T30Frames.MessageConfirmation or T30Frames.RetrainPositive
            or T30Frames.ContinueToCorrectResponse)
            ImageFollows();
    }

    /// <summary>
    /// A page is sent to its end with the command after it; a part of a page is not, nor is a page of which parts are asked for again.
    /// </summary>
    private void NotePageSent(bool incoming, byte field, ReadOnlySpan<byte> frame)
    {
        if (incoming)
            _pageSent &= field is not (T30Frames.PartialPageRequest or T30Frames.RetrainNegative);
        else
            _pageSent |= field is T30Frames.EndOfMessage or T30Frames.MultiPageSignal or T30Frames.EndOfProcedure
                || field is T30Frames.PartialPageSignal && frame.Length > 3 && frame[3] != 0;
    }

    private void ImageFollows()
    {
        var statistics = Statistics();
        NotePages(statistics);
        if (_page == _pages + 1)
            return;
        _page = _pages + 1;
        _pageSamples = 0;
        _pageFrames = 0;
    }

    private void Trace(string way, ReadOnlySpan<byte> frame)
    {
        // A far end that repeats itself for ever must not fill the record.
        var text = way + T30Words.Of(Text(t30_frametype(frame[2])), frame);
        _traceRepeats = text == _lastTrace ? _traceRepeats + 1 : 0;
        _lastTrace = text;
        if (_traceRepeats < 10)
            _events.Trace("T.30", text);
    }

    private void Over(int code)
    {
        Code = code;
        NotePages(Statistics());
        IsOver = true;
        _events.Trace("T.30", $"over: {Text(t30_completion_code_to_str(code))}");
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    private static string Compression(int encoding) => encoding switch
    {
        1 => "MH",
        2 => "MR",
        3 => "MMR",
        _ => "",
    };

    private static T30Engine Of(nint user) => (T30Engine)GCHandle.FromIntPtr(user).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPhaseD(nint t30, nint user, int answer)
    {
        Of(user).PageEnded((byte)answer);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPhaseE(nint t30, nint user, int code) => Of(user).Over(code);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFrame(nint t30, nint user, int incoming, byte* frame, int length) =>
        Of(user).Frame(incoming != 0, new ReadOnlySpan<byte>(frame, Math.Max(0, length)));
}
