using System.Text;
using Trunkline.Core.Files;
using Trunkline.Gateway.Customers;

namespace Trunkline.Serving;

/// <summary>The operator's key of a data directory: whoever may read the directory may do everything.</summary>
internal static class OperatorKey
{
    private const string FileName = "operator-key";

    /// <summary>The key, made the first time.</summary>
    public static string Open(string data)
    {
        if (Find(data) is { } key)
            return key;
        key = CustomerSecret.Make();
        DurableFile.Write(PathOf(data), Encoding.ASCII.GetBytes(key + "\n"), isForOwnerOnly: true);
        return key;
    }

    /// <summary>The key, or null when there is none that we may read.</summary>
    public static string? Find(string data)
    {
        try
        {
            return File.Exists(PathOf(data)) && File.ReadAllText(PathOf(data)).Trim() is { Length: > 0 } key ? key : null;
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's: the command says that it has no key, and how to give one.
            return null;
        }
    }

    /// <summary>Where it lies.</summary>
    public static string PathOf(string data) => Path.GetFullPath(Path.Combine(data, FileName));
}
