namespace Trunkline.TestLine;

/// <summary>Remembers who called which number before.</summary>
internal sealed class FirstCalls
{
    /// <summary>Callers remembered; beyond that all are forgotten, which costs a caller one more dropped call.</summary>
    private const int MaxCallers = 10_000;

    private readonly HashSet<(string Number, string From)> _seen = [];

    /// <summary>True the first time that this pair is asked for.</summary>
    public bool IsFirst(string number, string from)
    {
        lock (_seen)
        {
            if (_seen.Count >= MaxCallers)
                _seen.Clear();
            return _seen.Add((number, from));
        }
    }
}
