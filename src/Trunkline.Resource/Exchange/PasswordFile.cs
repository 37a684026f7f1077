using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Trunkline.Core.Files;
using Trunkline.Resource.Spool;

namespace Trunkline.Resource.Exchange;

/// <summary>
/// The routers that may talk to this resource: a flat text file ([0028]) with one password a line, or a router's name, a space or tab, and its
/// password. Lines that begin with # are comments. Read again when it changes; mode 0600.
/// </summary>
internal sealed class PasswordFile
{
    // More routers than anybody has; bounds the work of one exchange.
    private const int MaxPasswords = 1000;
    private const long MaxFileBytes = 1024 * 1024;

    private readonly string _path;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private IReadOnlyList<(string Router, byte[] Hash)> _entries = [];
    private (DateTime WrittenAt, long Length)? _version;

    public PasswordFile(string path, ILogger log)
    {
        _path = path;
        _log = log;
        if (!File.Exists(path))
            DurableFile.WriteSynced(path, "# One router password a line, or a router's name, a space and its password.\n"u8, isForOwnerOnly: true);
        else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~DurableFile.OwnerOnly) != 0)
        {
            File.SetUnixFileMode(path, DurableFile.OwnerOnly);
            ResourceLog.PasswordFileWasOpen(log, path);
        }
    }

    /// <summary>The name of the router whose password this is (<c>-</c> when it has none), or null.</summary>
    public string? RouterOf(string? password)
    {
        var entries = Current();
        // Hashes of one length, all of them compared: the time taken tells nothing of the passwords.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(password ?? ""));
        string? router = null;
        foreach (var entry in entries)
        {
            if (CryptographicOperations.FixedTimeEquals(entry.Hash, hash))
                router = entry.Router;
        }
        return password is null ? null : router;
    }

    private IReadOnlyList<(string Router, byte[] Hash)> Current()
    {
        lock (_lock)
        {
            var file = new FileInfo(_path);
            (DateTime, long)? version = file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
            if (version is null || version != _version)
            {
                _entries = version is null || file.Length > MaxFileBytes ? [] : Read();
                _version = version;
                if (_entries.Count == 0)
                    ResourceLog.NoPassword(_log, _path);
            }
            return _entries;
        }
    }

    private List<(string Router, byte[] Hash)> Read()
    {
        var entries = new List<(string, byte[])>();
        foreach (var line in File.ReadLines(_path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Take(MaxPasswords))
        {
            var words = line.Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            entries.Add((words.Length == 2 ? words[0] : "-", SHA256.HashData(Encoding.UTF8.GetBytes(words[^1]))));
        }
        return entries;
    }
}
