using System.Globalization;
using System.Text;
using Trunkline.Core.Files;
using Trunkline.Core.Protocol;
using Trunkline.Core;

namespace Trunkline.Resource.Spool;

/// <summary>
/// The messages that are over, as <c>MessageID status</c> lines in a file for each day: a late repeat of a delivery is answered from here and
/// never placed as a second call. Loaded at start; about 100 bytes of memory an entry.
/// </summary>
internal sealed class DoneLog(string directory, TimeSpan retention, TimeProvider time) : IDisposable
{
    private const string DayFormat = "yyyyMMdd";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (MessageStatus Status, DateOnly Day)> _done = new(StringComparer.Ordinal);
    private FileStream? _file;
    private DateOnly _day;

    /// <summary>Reads the days that still count and deletes older ones.</summary>
    public void Load()
    {
        var oldest = Oldest();
        foreach (var path in Directory.EnumerateFiles(directory, "*.log").Order(StringComparer.Ordinal))
        {
            if (!DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(path), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                continue;
            if (day < oldest)
                File.Delete(path);
            else
                LoadDay(path, day);
        }
    }

    /// <summary>The status with which a message ended, when it is remembered.</summary>
    public bool TryGet(string id, out MessageStatus status)
    {
        lock (_lock)
        {
            var isDone = _done.TryGetValue(id, out var entry);
            status = entry.Status;
            return isDone;
        }
    }

    /// <summary>Remembers an end; durable when it returns.</summary>
    public void Add(string id, MessageStatus status)
    {
        lock (_lock)
        {
            var today = Today();
            if (_file is null || today != _day)
                OpenDay(today);
            _file!.Write(Encoding.ASCII.GetBytes($"{id} {status.Code()}\n"));
            _file.Flush(flushToDisk: true);
            _done[id] = (status, today);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void LoadDay(string path, DateOnly day)
    {
        foreach (var line in File.ReadLines(path))
        {
            // A torn last line was never acknowledged to anybody: its receipt is still in Outbox and makes a new line.
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && MessageIds.IsValid(line.AsSpan(0, space)) && MessageStatuses.TryParse(line.AsSpan(space + 1), out var status))
                _done[line[..space]] = (status, day);
        }
    }

    private void OpenDay(DateOnly day)
    {
        _file?.Dispose();
        var path = Path.Combine(directory, day.ToString(DayFormat, CultureInfo.InvariantCulture) + ".log");
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        // A torn last line of an earlier run must not swallow the first one of this.
        if (_file.Length > 0)
            _file.Write("\n"u8);
        DurableFile.SyncDirectory(directory);
        _day = day;
        Prune();
    }

    private void Prune()
    {
        var oldest = Oldest();
        foreach (var id in _done.Where(entry => entry.Value.Day < oldest).Select(entry => entry.Key).ToArray())
            _done.Remove(id);
        foreach (var path in Directory.EnumerateFiles(directory, "*.log"))
        {
            if (DateOnly.TryParseExact(Path.GetFileNameWithoutExtension(path), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day < oldest)
                File.Delete(path);
        }
    }

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private DateOnly Oldest() => DateOnly.FromDateTime((time.GetUtcNow() - retention).UtcDateTime);
}
