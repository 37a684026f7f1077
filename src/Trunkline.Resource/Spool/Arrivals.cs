using Microsoft.Extensions.Logging;
using Trunkline.Core.Files;

namespace Trunkline.Resource.Spool;

/// <summary>
/// The MessageIDs that are neither here nor not here: deliveries that are coming in, and those that failed so late that their file may lie in Inbox
/// after a power cut. Called under the spool's lock.
/// </summary>
internal sealed class Arrivals(SpoolPaths paths, ILogger log)
{
    private readonly HashSet<string> _arriving = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failed = new(StringComparer.Ordinal);

    /// <summary>All of them; they count as if they were in Inbox, which bounds them.</summary>
    public int Count => _arriving.Count + _failed.Count;

    /// <summary>For tests, see <see cref="MessageSpool.BeforeStep"/>.</summary>
    public Action<string> BeforeStep { get; set; } = static _ => { };

    public void Begin(string id) => _arriving.Add(id);

    public void End(string id) => _arriving.Remove(id);

    /// <summary>A delivery failed at or after the rename into Inbox: takes the file back, now or when next asked.</summary>
    public void Failed(string id, string path)
    {
        _failed[id] = path;
        TryTakeBack(id);
    }

    public bool IsPossiblyHere(string id) => _arriving.Contains(id) || !TryTakeBack(id);

    private bool TryTakeBack(string id)
    {
        if (!_failed.TryGetValue(id, out var path))
            return true;
        try
        {
            BeforeStep("inbox undone");
            File.Delete(path);
            // Only now it is certain that a power cut does not bring it back.
            DurableFile.SyncDirectory(paths.Inbox);
            return _failed.Remove(id);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            ResourceLog.NotTakenBack(log, id, fault);
            return false;
        }
    }
}
