namespace Trunkline.Telephony.Calls;

/// <summary>The events of one call with their times. Written from any thread.</summary>
internal sealed class CallRecord(TimeProvider time)
{
    /// <summary>A fax of 200 pages with all its T.30 frames stays below; a far end in a loop does not fill the memory.</summary>
    private const int MaxEvents = 1_000;

    private const int MaxTextLength = 200;

    private readonly Lock _gate = new();
    private readonly List<CallEvent> _events = [];
    private readonly long _began = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    public void Add(string layer, string text)
    {
        lock (_gate)
        {
            if (_events.Count < MaxEvents)
                _events.Add(new CallEvent(Elapsed, layer, OneLine(text)));
        }
    }

    public IReadOnlyList<CallEvent> ToList()
    {
        lock (_gate)
            return [.. _events];
    }

    /// <summary>What the far end says is shown to people and written to logs: on one line, without control characters, not too long.</summary>
    public static string OneLine(string text)
    {
        if (text.Length > MaxTextLength)
            text = text[..MaxTextLength];
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
    }
}
