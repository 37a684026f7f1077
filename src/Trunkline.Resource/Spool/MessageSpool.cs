using Microsoft.Extensions.Logging;
using Trunkline.Core.Files;
using Trunkline.Core.Protocol;
using Trunkline.Core;

namespace Trunkline.Resource.Spool;

/// <summary>
/// The messages that this resource holds: files in Inbox, Process and Outbox, each moved by an atomic rename, and an index of them in memory.
/// A message in two places after a crash belongs to the later one. No message is acknowledged before its file and its directory are synced.
/// </summary>
internal sealed class MessageSpool : IAsyncDisposable
{
    private readonly ResourceOptions _options;
    private readonly TimeProvider _time;
    private readonly FileStream _ownership;
    private readonly DoneLog _done;
    private readonly JournalSync _journalSync;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SpooledMessage> _messages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _arriving = new(StringComparer.Ordinal);
    // By name, which begins with the arrival: a spool that was put together by hand may hold two of one millisecond.
    private readonly SortedDictionary<string, SpooledMessage> _inbox = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SpooledMessage> _outbox = new(StringComparer.Ordinal);
    private long _lastArrival;

    private MessageSpool(ResourceOptions options, TimeProvider time, ILogger log, FileStream ownership)
    {
        _options = options;
        _time = time;
        _ownership = ownership;
        Paths = new SpoolPaths(options.DataDirectory);
        _done = new DoneLog(Paths.Done, options.DoneRetention, time);
        _journalSync = new JournalSync(log);
    }

    /// <summary>Where the files lie.</summary>
    public SpoolPaths Paths { get; }

    /// <summary>Called after each step that changed the disk, with its name; tests look at the directory there.</summary>
    internal Action<string> AfterStep { get; set; } = static _ => { };

    /// <summary>Opens the spool and reads what is in it. Throws <see cref="IOException"/> when another process has it open.</summary>
    public static MessageSpool Open(ResourceOptions options, TimeProvider time, ILogger log)
    {
        var paths = new SpoolPaths(options.DataDirectory);
        paths.Create();
        // Two processes on one spool would place every call twice. The lock goes with the process, however it ends.
        var ownership = new FileStream(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var spool = new MessageSpool(options, time, log, ownership);
        spool._done.Load();
        var found = new SpoolScan(paths, options, spool._done, log).Read();
        foreach (var message in found)
            spool.Index(message);
        spool._lastArrival = found.Count == 0 ? 0 : found.Max(message => message.Arrival);
        return spool;
    }

    /// <summary>Messages in Inbox, those on their way in included.</summary>
    public int InboxCount
    {
        get
        {
            lock (_lock)
                return _inbox.Count + _arriving.Count;
        }
    }

    /// <summary>Receipts not acknowledged yet.</summary>
    public int OutboxCount
    {
        get
        {
            lock (_lock)
                return _outbox.Count;
        }
    }

    /// <summary>Messages in Inbox, in order of arrival.</summary>
    public IReadOnlyList<SpooledMessage> Waiting()
    {
        lock (_lock)
            return [.. _inbox.Values];
    }

    /// <summary>Messages in a place, in order of arrival.</summary>
    public IReadOnlyList<SpooledMessage> In(SpoolPlace place)
    {
        lock (_lock)
            return [.. _messages.Values.Where(message => message.Place == place).OrderBy(message => message.Name, StringComparer.Ordinal)];
    }

    /// <summary>The present status of a MessageID, or null when it was never seen (or so long ago that it is forgotten).</summary>
    public MessageStatus? StatusOf(string id)
    {
        lock (_lock)
        {
            if (_messages.TryGetValue(id, out var message))
                return message.Status;
        }
        return _done.TryGet(id, out var status) ? status : null;
    }

    /// <summary>Takes a MessageID for a delivery. When reserved, <see cref="Commit"/> or <see cref="Forget"/> must follow.</summary>
    public ReceiveOutcome Reserve(string id)
    {
        lock (_lock)
        {
            if (_messages.TryGetValue(id, out var message))
                return new(ReceiveKind.Seen, message.Status);
            // Under the lock: between Outbox and Done a message is in both, never in neither.
            if (_done.TryGet(id, out var status))
                return new(ReceiveKind.Seen, status);
            if (_arriving.Contains(id))
                return new(ReceiveKind.Arriving);
            if (_inbox.Count + _arriving.Count >= _options.InboxLimit || _outbox.Count >= _options.OutboxLimit)
                return new(ReceiveKind.Full);
            _arriving.Add(id);
            return new(ReceiveKind.Reserved);
        }
    }

    /// <summary>Gives a reserved MessageID up.</summary>
    public void Forget(string id)
    {
        lock (_lock)
            _arriving.Remove(id);
    }

    /// <summary>Moves a received and synced file into Inbox; durable when it returns.</summary>
    public SpooledMessage Commit(ResourceMessage head, string temporaryPath)
    {
        var now = _time.GetUtcNow();
        SpooledMessage message;
        lock (_lock)
        {
            _lastArrival = Math.Max(now.ToUnixTimeMilliseconds(), _lastArrival + 1);
            message = SpoolScan.Describe(head, _lastArrival, SpoolPlace.Inbox, _options);
        }
        try
        {
            DurableFile.Rename(temporaryPath, Paths.Message(message));
        }
        catch (IOException)
        {
            // The router is told that we do not have it and may give it to another; so it must not turn up at the next start.
            File.Delete(Paths.Message(message));
            throw;
        }
        lock (_lock)
        {
            _arriving.Remove(message.Id);
            Index(message);
        }
        AfterStep("inbox");
        return message;
    }

    /// <summary>Moves a message from Inbox to Process.</summary>
    public void BeginProcess(SpooledMessage message) => Move(message, SpoolPlace.Process, "process");

    /// <summary>Moves a message for which no call was placed back to Inbox, where it keeps its turn.</summary>
    public void ReturnToInbox(SpooledMessage message, DateTimeOffset notBefore)
    {
        File.Delete(Paths.Journal(message));
        File.Delete(Paths.Document(message));
        message.NotBefore = notBefore;
        Move(message, SpoolPlace.Inbox, "back to inbox");
    }

    /// <summary>Opens the journal of a message in Process.</summary>
    public CallJournal OpenJournal(SpooledMessage message) => new(Paths.Journal(message), _journalSync, _time, step => AfterStep(step));

    /// <summary>Writes the receipt into Outbox and then removes the message from where it was.</summary>
    public void Finish(SpooledMessage message, ResourceMessage receipt)
    {
        var from = Paths.Message(message);
        var temporary = Paths.NewTemporary();
        DurableFile.WriteSynced(temporary, ResourceMessageFormat.Write(receipt));
        DurableFile.Rename(temporary, Paths.MessageIn(SpoolPlace.Outbox, message));
        AfterStep("outbox");
        lock (_lock)
        {
            _inbox.Remove(message.Name);
            message.Status = receipt.MessageStatus!.Value;
            message.Place = SpoolPlace.Outbox;
            _outbox[message.Name] = message;
        }
        File.Delete(from);
        File.Delete(Paths.Journal(message));
        File.Delete(Paths.Document(message));
        AfterStep("process removed");
    }

    /// <summary>Receipts to be delivered, the oldest first.</summary>
    public IReadOnlyList<SpooledMessage> Receipts()
    {
        lock (_lock)
            return [.. _outbox.Values];
    }

    /// <summary>The router has the receipt: remembers the end and forgets the message.</summary>
    public void Acknowledged(SpooledMessage message)
    {
        _done.Add(message.Id, message.Status);
        AfterStep("done");
        lock (_lock)
        {
            _outbox.Remove(message.Name);
            _messages.Remove(message.Id);
        }
        File.Delete(Paths.Message(message));
        AfterStep("outbox removed");
    }

    public async ValueTask DisposeAsync()
    {
        await _journalSync.DisposeAsync();
        _done.Dispose();
        await _ownership.DisposeAsync();
    }

    private void Move(SpooledMessage message, SpoolPlace to, string step)
    {
        var from = message.Place;
        File.Move(Paths.Message(message), Paths.MessageIn(to, message), overwrite: true);
        // The index says where the file is even if the sync below fails.
        lock (_lock)
        {
            _inbox.Remove(message.Name);
            message.Place = to;
            Index(message);
        }
        DurableFile.SyncDirectory(Paths.DirectoryOf(to));
        DurableFile.SyncDirectory(Paths.DirectoryOf(from));
        AfterStep(step);
    }

    private void Index(SpooledMessage message)
    {
        _messages[message.Id] = message;
        if (message.Place == SpoolPlace.Inbox)
            _inbox[message.Name] = message;
        if (message.Place == SpoolPlace.Outbox)
            _outbox[message.Name] = message;
    }
}
