namespace Trunkline.TestLine;

/// <summary>Remembers how often who called which number.</summary>
internal sealed class CallCounts
{
    /// <summary>Callers remembered; beyond that all are forgotten, and a caller meets the faults of its first calls once more.</summary>
    private const int MaxCallers = 10_000;

    private readonly Dictionary<(string Number, string From), int> _calls = [];

    /// <summary>The how manieth call of this pair it is, from 1.</summary>
    public int Next(string number, string from)
    {
        lock (_calls)
        {
            if (_calls.Count >= MaxCallers)
                _calls.Clear();
            return _calls[(number, from)] = _calls.GetValueOrDefault((number, from)) + 1;
        }
    }
}
