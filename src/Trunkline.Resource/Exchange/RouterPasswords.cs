using System.Text;
using Trunkline.Core.Files;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Spool;

namespace Trunkline.Resource.Exchange;

/// <summary>Lets a router in: for the program's first start, and for its command line.</summary>
public static class RouterPasswords
{
    /// <summary>
    /// Adds a router to the password file under a resource's data directory, or gives it another password; the file appears whole, for its owner
    /// only. A running resource reads it at the next exchange.
    /// </summary>
    /// <param name="router">A name without spaces, shown in logs.</param>
    /// <param name="password">Without spaces; at most <see cref="ResourceMessageFormat.MaxValueLength"/> characters.</param>
    public static void Set(string dataDirectory, string router, string password)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataDirectory);
        if (!IsWord(router) || router[0] == '#')
            throw new ArgumentException("A router's name is one word that does not begin with #.", nameof(router));
        if (!IsWord(password) || password.Length > ResourceMessageFormat.MaxValueLength)
            throw new ArgumentException("A password is one word, and no longer than a field.", nameof(password));

        var path = new SpoolPaths(dataDirectory).Passwords;
        var directory = Path.GetDirectoryName(path)!;
        SpoolPaths.CreatePrivate(directory);
        var others = File.Exists(path) ? File.ReadAllLines(path).Where(line => line.Split([' ', '\t'], 2)[0] != router) : [];
        var text = string.Concat(others.Append($"{router} {password}").Select(line => line + "\n"));
        var temporary = path + ".new";
        // A leftover of a crash may have another mode.
        File.Delete(temporary);
        DurableFile.WriteSynced(temporary, Encoding.UTF8.GetBytes(text), isForOwnerOnly: true);
        DurableFile.Rename(temporary, path);
    }

    private static bool IsWord(string? text) => !string.IsNullOrEmpty(text) && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
