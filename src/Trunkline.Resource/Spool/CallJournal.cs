using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text;
using Trunkline.Core.Files;
using Trunkline.Core;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Spool;

/// <summary>
/// The journal of one call, beside its message in Process: a line for each thing that cannot be undone. Reading it after a crash tells whether
/// the call was placed, whether it was answered, and which pages the far end has. A line that the disk did not take is written with the next one.
/// </summary>
/// <remarks>
/// <code>
/// 2026-11-23T13:00:01.123Z dialing 1 3                     first page, pages
/// 2026-11-23T13:00:05.456Z answered
/// 2026-11-23T13:00:09.789Z transfer 14400 ecm t38 +1 202 555 0100
/// 2026-11-23T13:00:21.012Z page 1
/// 2026-11-23T13:00:50.345Z ended delivered {…the result…}
/// </code>
/// </remarks>
internal sealed class CallJournal : IDisposable
{
    // A line is about 40 bytes, so this holds a line for each of a thousand pages.
    private const long ReservedBytes = 64 * 1024;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly JournalSync _sync;
    private readonly TimeProvider _time;
    private readonly string _path;
    private readonly Action<string> _beforeStep;
    private readonly Action<string> _afterStep;
    // Bounded by the pages of a document, and empty unless the disk refuses.
    private readonly List<byte> _unwritten = [];
    private JournalRecord _record = new();
    private bool _isClosed;

    /// <param name="beforeStep">Told of each step before the disk is written, and <paramref name="afterStep"/> after it; for tests.</param>
    public CallJournal(string path, JournalSync sync, TimeProvider time, Action<string> beforeStep, Action<string> afterStep)
    {
        _beforeStep = beforeStep;
        _path = path;
        _sync = sync;
        _time = time;
        _afterStep = afterStep;
        // The room is taken now: a disk that fills up during the call must not cost the line that says which page arrived.
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
            PreallocationSize = ReservedBytes,
        });
    }

    /// <summary>All that was to be written so far, whether the disk took it or not.</summary>
    public JournalRecord Record
    {
        get
        {
            lock (_lock)
                return _record;
        }
    }

    /// <summary>Durable when it returns: only then may the call be placed.</summary>
    public void Dialing(int firstPage, int pages)
    {
        Append(string.Create(CultureInfo.InvariantCulture, $"dialing {firstPage} {pages}"), "journal dialing");
        _file.Flush(flushToDisk: true);
        DurableFile.SyncDirectory(Path.GetDirectoryName(_path)!);
        _afterStep("journal dialing");
    }

    /// <summary>Durable when it returns: only then may a page leave.</summary>
    public void Answered()
    {
        Append("answered", "journal answered");
        _file.Flush(flushToDisk: true);
        _afterStep("journal answered");
    }

    /// <summary>Handed to the operating system when it returns, and synced soon after by another thread.</summary>
    public void TransferBegins(string remoteIdent, int bitRate, bool ecm, bool t38) => AppendAndSyncLater(
        string.Create(CultureInfo.InvariantCulture, $"transfer {bitRate} {(ecm ? "ecm" : "no-ecm")} {(t38 ? "t38" : "g711")} {OneLine(remoteIdent)}"),
        "journal transfer");

    /// <summary>Handed to the operating system when it returns, and synced soon after by another thread.</summary>
    public void PageConfirmed(int page) => AppendAndSyncLater(string.Create(CultureInfo.InvariantCulture, $"page {page}"), "journal page");

    /// <summary>The result; durable when it returns.</summary>
    public void Ended(FaxCallResult result)
    {
        Append($"ended {result.Outcome.Code()} {JsonSerializer.Serialize(result, JournalJson.Default.FaxCallResult)}", "journal ended");
        _file.Flush(flushToDisk: true);
        _afterStep("journal ended");
    }

    /// <summary>Called by the background writer.</summary>
    internal void Sync()
    {
        lock (_lock)
        {
            if (_isClosed)
                return;
        }
        // Not under the lock: a media thread that has a page to write does not wait for the disk. The handle is kept open by its own count.
        try
        {
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
        }
        catch (ObjectDisposedException)
        {
            // Closed since: the line after this one, ended, was synced by itself.
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _isClosed = true;
        _file.Dispose();
    }

    private void AppendAndSyncLater(string text, string step)
    {
        try
        {
            Append(text, step);
        }
        catch (IOException fault)
        {
            // A media thread cannot do anything about a broken disk; the next line brings this one along.
            _sync.NotWritten(fault);
            return;
        }
        _sync.Request(this);
        _afterStep(step);
    }

    private void Append(string text, string step)
    {
        var line = $"{_time.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture)} {text}";
        lock (_lock)
        {
            // A media thread may have a last word after the call was given up; the journal is closed then and has its end.
            if (_isClosed)
                return;
            _record = _record.With(line);
            _unwritten.AddRange(Encoding.UTF8.GetBytes(line + "\n"));
            _beforeStep(step);
            // A write that fails leaves the position where it was: what it tore is written over by the next.
            _file.Write(CollectionsMarshal.AsSpan(_unwritten));
            _unwritten.Clear();
        }
    }

    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');
}
