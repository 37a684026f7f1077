using Microsoft.Extensions.Logging;
using Trunkline.Core.Files;
using Trunkline.Core.Protocol;
using Trunkline.Core;

namespace Trunkline.Resource.Spool;

/// <summary>
/// Reads the spool at start. A message that a crash left in two places belongs to the later one: Done before Outbox before Process before Inbox.
/// </summary>
internal sealed class SpoolScan(SpoolPaths paths, ResourceOptions options, DoneLog done, ILogger log)
{
    private readonly Dictionary<string, SpooledMessage> _found = new(StringComparer.Ordinal);

    /// <summary>Every message of the spool; doubles are deleted, unreadable files set aside.</summary>
    public IReadOnlyList<SpooledMessage> Read()
    {
        foreach (var place in new[] { SpoolPlace.Outbox, SpoolPlace.Process, SpoolPlace.Inbox })
        {
            foreach (var path in Directory.EnumerateFiles(paths.DirectoryOf(place), "*" + SpoolPaths.MessageEnding).ToArray())
                ReadFile(path, place);
        }
        DeleteStrays();
        return [.. _found.Values];
    }

    /// <summary>What is kept in memory of a message.</summary>
    public static SpooledMessage Describe(ResourceMessage head, long arrival, SpoolPlace place, ResourceOptions options)
    {
        var arrivedAt = DateTimeOffset.FromUnixTimeMilliseconds(arrival);
        var life = head.ResourceExpiryDuration ?? options.DefaultExpiry;
        return new SpooledMessage
        {
            Arrival = arrival,
            Id = head.MessageId!,
            Destination = head.MessageDestination ?? "",
            // A life beyond the calendar is no limit at all.
            ExpiresAt = life < DateTimeOffset.MaxValue - arrivedAt ? arrivedAt + life : DateTimeOffset.MaxValue,
            Place = place,
            Status = place == SpoolPlace.Outbox ? head.MessageStatus!.Value : MessageStatus.Acknowledged,
        };
    }

    private void ReadFile(string path, SpoolPlace place)
    {
        if (!SpooledMessage.TryReadName(Path.GetFileNameWithoutExtension(path), out var arrival, out var id))
        {
            SetAside(path, "the name is none of ours");
            return;
        }
        if (_found.ContainsKey(id) || done.TryGet(id, out _))
        {
            File.Delete(path);
            return;
        }
        if (!TryReadHead(path, out var head, out var error) || head.MessageId != id || (place == SpoolPlace.Outbox && head.MessageStatus is null))
        {
            // The router must not be told that this was never seen, or it would be sent a second time; an Inbox file had no call yet. Written down
            // before the file is moved: a crash between the two must not lose it.
            if (place != SpoolPlace.Inbox)
                done.Add(id, MessageStatus.Uncertain);
            SetAside(path, error.Length > 0 ? error : "the fields do not fit the name");
            return;
        }
        _found[id] = Describe(head, arrival, place, options);
    }

    private void DeleteStrays()
    {
        var inProcess = _found.Values.Where(message => message.Place == SpoolPlace.Process).Select(message => message.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(paths.Process).ToArray())
        {
            if (!inProcess.Contains(Path.GetFileNameWithoutExtension(path)))
                File.Delete(path);
        }
    }

    private void SetAside(string path, string why)
    {
        ResourceLog.FileSetAside(log, Path.GetFileName(path), why);
        DurableFile.Rename(path, Path.Combine(paths.Bad, Path.GetFileName(path)));
    }

    private static bool TryReadHead(string path, out ResourceMessage head, out string error)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[Math.Min(file.Length, ResourceMessageFormat.MaxHeadLength)];
        file.ReadExactly(bytes);
        var length = ResourceMessageFormat.HeadLength(bytes);
        return ResourceMessageFormat.TryRead(bytes.AsMemory(0, Math.Max(length, 0)), out head, out error);
    }
}
