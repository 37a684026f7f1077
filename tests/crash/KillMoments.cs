using System.Collections.Concurrent;

namespace Trunkline.Crash;

/// <summary>What the killer waits for before it strikes.</summary>
internal enum KillMoment
{
    /// <summary>Some time after the server is ready.</summary>
    AnyTime,

    /// <summary>Some time after the process was started, ready or not: the recovery itself is cut off.</summary>
    DuringStart,

    /// <summary>Right after a 250.</summary>
    MailAccepted,

    /// <summary>Right after the resource took a message over.</summary>
    Acknowledged,

    /// <summary>Right after the intent to dial was written down.</summary>
    Dialing,

    /// <summary>Right after a call was answered.</summary>
    Answered,

    /// <summary>Right after a page was confirmed.</summary>
    PageConfirmed,

    /// <summary>Right after a call's result was written down.</summary>
    CallEnded,

    /// <summary>Right after a receipt of the resource was written.</summary>
    ReceiptWritten,

    /// <summary>Right after a mail was put into the Maildir.</summary>
    ReceiptDelivered,
}

/// <summary>Sees the events in the server's directories as they happen.</summary>
internal sealed class KillMoments : IDisposable
{
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly ConcurrentDictionary<KillMoment, TaskCompletionSource> _waiting = new();

    /// <param name="data">The gateway's directory.</param>
    /// <param name="resource">The resource's spool.</param>
    public KillMoments(string data, string resource)
    {
        Watch(Path.Combine(resource, "Inbox"), "*.msg", _ => Happened(KillMoment.Acknowledged));
        Watch(Path.Combine(resource, "Outbox"), "*.msg", _ => Happened(KillMoment.ReceiptWritten));
        Watch(Path.Combine(resource, "Process"), "*.journal", OnJournal);
        Watch(Path.Combine(data, "mail", "demo@localhost", "new"), "*", _ => Happened(KillMoment.ReceiptDelivered));
    }

    /// <summary>Completes at the next event of this kind.</summary>
    public Task NextAsync(KillMoment moment) =>
        _waiting.GetOrAdd(moment, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Happened(KillMoment moment)
    {
        if (_waiting.TryRemove(moment, out var waiting))
            waiting.TrySetResult();
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers)
            watcher.Dispose();
    }

    private void Watch(string directory, string filter, Action<string> seen)
    {
        Directory.CreateDirectory(directory);
        var watcher = new FileSystemWatcher(directory, filter) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite };
        watcher.Created += (_, e) => seen(e.FullPath);
        watcher.Changed += (_, e) => seen(e.FullPath);
        watcher.Renamed += (_, e) => seen(e.FullPath);
        watcher.EnableRaisingEvents = true;
        _watchers.Add(watcher);
    }

    private void OnJournal(string path)
    {
        string last;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            last = reader.ReadToEnd().TrimEnd('\0', '\n').Split('\n')[^1];
        }
        catch (IOException)
        {
            // Gone already: the call is over.
            return;
        }
        var words = last.Split(' ');
        var moment = words.Length < 2 ? KillMoment.AnyTime : words[1] switch
        {
            "dialing" => KillMoment.Dialing,
            "answered" => KillMoment.Answered,
            "page" => KillMoment.PageConfirmed,
            "ended" => KillMoment.CallEnded,
            _ => KillMoment.AnyTime,
        };
        Happened(moment);
    }
}
