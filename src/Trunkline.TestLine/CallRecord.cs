using System.Globalization;
using Trunkline.Telephony.Media;

namespace Trunkline.TestLine;

/// <summary>Collects what happens in one call; from any thread.</summary>
internal sealed class CallRecord : IFaxTerminalEvents
{
    private const int MaxEvents = 1000;

    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly List<string> _events = [];
    private int _pages;

    public CallRecord(TimeProvider time)
    {
        _time = time;
        _began = time.GetTimestamp();
    }

    /// <summary>Whole pages so far.</summary>
    public int Pages => Volatile.Read(ref _pages);

    public IReadOnlyList<string> Events
    {
        get
        {
            lock (_events)
                return [.. _events];
        }
    }

    public void TransferBegins(string remoteIdent, int bitRate, bool ecm)
    {
        var correction = ecm ? "ECM" : "no ECM";
        Trace("T.30", string.Create(CultureInfo.InvariantCulture, $"transfer begins with {remoteIdent}: {bitRate} bit/s, {correction}"));
    }

    public void PageDone(int page)
    {
        Volatile.Write(ref _pages, page);
        Trace("T.30", string.Create(CultureInfo.InvariantCulture, $"page {page} is whole"));
    }

    public void Trace(string layer, string text)
    {
        var seconds = _time.GetElapsedTime(_began).TotalSeconds;
        lock (_events)
        {
            if (_events.Count < MaxEvents)
                _events.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds,8:0.000} {layer} {text}"));
        }
    }
}
