using System.Text;

namespace Trunkline.Resource.Instant;

/// <summary>
/// What the stand-in has been given: in memory, and in a file that is written before anything is acknowledged. The file is not synced: it outlives the
/// process, not the machine, which is enough for what places no calls.
/// </summary>
internal sealed class InstantJournal : IDisposable
{
    // As many as a long test sends; the oldest are forgotten first.
    private const int MaxRecords = 1_000_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, InstantRecord> _records = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private readonly FileStream _file;

    public InstantJournal(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var open = new Dictionary<string, InstantRecord>(StringComparer.Ordinal);
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
                Read(line, open);
        }
        Unacknowledged = [.. open.Values];
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Records whose receipts the router had not acknowledged when the last process ended.</summary>
    public IReadOnlyList<InstantRecord> Unacknowledged { get; }

    /// <summary>What came of a message, or null when it was never seen.</summary>
    public InstantRecord? Find(string messageId)
    {
        lock (_gate)
            return _records.GetValueOrDefault(messageId);
    }

    /// <summary>Writes a record down, or returns the one that is there: a message is taken once.</summary>
    public (InstantRecord Record, bool IsNew) Take(InstantRecord record)
    {
        lock (_gate)
        {
            if (_records.TryGetValue(record.MessageId, out var known))
                return (known, false);
            Write(record.ToString());
            Remember(record);
            return (record, true);
        }
    }

    /// <summary>The router has the receipt.</summary>
    public void Acknowledged(InstantRecord record)
    {
        lock (_gate)
            Write("- " + record.MessageId);
    }

    public void Dispose() => _file.Dispose();

    private void Read(string line, Dictionary<string, InstantRecord> open)
    {
        if (InstantRecord.TryParse(line, out var record))
        {
            Remember(record);
            open[record.MessageId] = record;
        }
        else if (line.StartsWith("- ", StringComparison.Ordinal))
            open.Remove(line[2..]);
    }

    private void Remember(InstantRecord record)
    {
        if (_records.TryAdd(record.MessageId, record))
            _order.Enqueue(record.MessageId);
        while (_records.Count > MaxRecords)
            _records.Remove(_order.Dequeue());
    }

    private void Write(string line) => _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
}
