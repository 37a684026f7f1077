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
    private readonly Arrivals _arrivals;
    private readonly DeniedIds _denied;
    // By name, which begins with the arrival: a spool that was put together by hand may hold two of one millisecond.
    private readonly SortedDictionary<string, SpooledMessage> _inbox = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SpooledMessage> _process = new(StringComparer.Ordinal);
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
        _arrivals = new Arrivals(Paths, log) { BeforeStep = step => BeforeStep(step) };
        _denied = new DeniedIds(time);
    }

    /// <summary>Where the files lie.</summary>
    public SpoolPaths Paths { get; }

    /// <summary>Called before a step that changes the disk, with its name; tests let it throw as a broken disk does.</summary>
    internal Action<string> BeforeStep { get; set; } = static _ => { };

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
            spool.Index(message, message.Place);
        spool._lastArrival = found.Count == 0 ? 0 : found.Max(message => message.Arrival);
        return spool;
    }

    /// <summary>Messages in Inbox, those on their way in included.</summary>
    public int InboxCount
    {
        get
        {
            lock (_lock)
                return _inbox.Count + _arrivals.Count;
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

    /// <summary>Messages in Process, in order of arrival: those with a call, and those that are to be settled.</summary>
    public IReadOnlyList<SpooledMessage> InProcess()
    {
        lock (_lock)
            return [.. _process.Values];
    }

    /// <summary>Messages in Process.</summary>
    public int ProcessCount
    {
        get
        {
            lock (_lock)
                return _process.Count;
        }
    }

    /// <summary>
    /// What is known of a MessageID, for an enquiry. The router takes <see cref="EnquiryKind.NeverSeen"/> for proof and sends the message anew; so
    /// that answer holds for a delivery too that is still on its way through the network: from now on the MessageID is denied.
    /// </summary>
    public EnquiryOutcome Enquire(string id)
    {
        lock (_lock)
        {
            if (TryStatus(id, out var status))
                return new(EnquiryKind.Known, status);
            return !_arrivals.IsPossiblyHere(id) && _denied.TryAdd(id) ? new(EnquiryKind.NeverSeen) : new(EnquiryKind.InDoubt);
        }
    }

    /// <summary>Takes a MessageID for a delivery. When reserved, <see cref="Commit"/> or <see cref="Forget"/> must follow.</summary>
    public ReceiveOutcome Reserve(string id)
    {
        lock (_lock)
        {
            if (TryStatus(id, out var status))
                return new(ReceiveKind.Seen, status);
            if (_arrivals.IsPossiblyHere(id))
                return new(ReceiveKind.Arriving);
            if (_denied.Contains(id))
                return new(ReceiveKind.Denied);
            if (_inbox.Count + _arrivals.Count >= _options.InboxLimit || _outbox.Count >= _options.OutboxLimit)
                return new(ReceiveKind.Full);
            _arrivals.Begin(id);
            return new(ReceiveKind.Reserved);
        }
    }

    /// <summary>Gives a reserved MessageID up.</summary>
    public void Forget(string id)
    {
        lock (_lock)
            _arrivals.End(id);
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
            BeforeStep("inbox synced");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The router is told that this failed, and asks. It must not hear that we do not have it while it may still turn up at the next start.
            lock (_lock)
                _arrivals.Failed(message.Id, Paths.Message(message));
            throw;
        }
        lock (_lock)
        {
            _arrivals.End(message.Id);
            Index(message, SpoolPlace.Inbox);
        }
        AfterStep("inbox");
        return message;
    }

    /// <summary>Moves a message from Inbox to Process.</summary>
    public void BeginProcess(SpooledMessage message) => Move(message, SpoolPlace.Process, "process");

    /// <summary>Moves a message for which no call was placed back to Inbox, where it keeps its turn.</summary>
    public void ReturnToInbox(SpooledMessage message, DateTimeOffset notBefore)
    {
        message.Call = null;
        File.Delete(Paths.Journal(message));
        File.Delete(Paths.Document(message));
        message.NotBefore = notBefore;
        Move(message, SpoolPlace.Inbox, "back to inbox");
    }

    /// <summary>Opens the journal of a message in Process.</summary>
    public CallJournal OpenJournal(SpooledMessage message) => new(Paths.Journal(message), _journalSync, _time, step => BeforeStep(step), step => AfterStep(step));

    /// <summary>Writes the receipt into Outbox and then removes the message from where it was.</summary>
    public void Finish(SpooledMessage message, ResourceMessage receipt)
    {
        var from = Paths.Message(message);
        BeforeStep("outbox");
        var temporary = Paths.NewTemporary();
        DurableFile.WriteSynced(temporary, ResourceMessageFormat.Write(receipt));
        DurableFile.Rename(temporary, Paths.MessageIn(SpoolPlace.Outbox, message));
        AfterStep("outbox");
        lock (_lock)
        {
            message.Status = receipt.MessageStatus!.Value;
            Index(message, SpoolPlace.Outbox);
            message.Call = null;
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
        BeforeStep(step);
        File.Move(Paths.Message(message), Paths.MessageIn(to, message), overwrite: true);
        // The index says where the file is even if the sync below fails.
        lock (_lock)
        {
            Index(message, to);
        }
        DurableFile.SyncDirectory(Paths.DirectoryOf(to));
        DurableFile.SyncDirectory(Paths.DirectoryOf(from));
        AfterStep(step);
    }

    /// <summary>The status of a message that is here or was; under the lock: between Outbox and Done it is in both, never in neither.</summary>
    private bool TryStatus(string id, out MessageStatus status)
    {
        if (!_messages.TryGetValue(id, out var message))
            return _done.TryGet(id, out status);
        status = message.Status;
        return true;
    }

    private void Index(SpooledMessage message, SpoolPlace place)
    {
        _inbox.Remove(message.Name);
        _process.Remove(message.Name);
        _outbox.Remove(message.Name);
        message.Place = place;
        _messages[message.Id] = message;
        IndexOf(place)[message.Name] = message;
    }

    private SortedDictionary<string, SpooledMessage> IndexOf(SpoolPlace place) => place switch
    {
        SpoolPlace.Inbox => _inbox,
        SpoolPlace.Process => _process,
        SpoolPlace.Outbox => _outbox,
    };
}
