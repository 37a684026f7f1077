using System.Text;
using Trunkline.Core.Files;

namespace Trunkline.Serving;

/// <summary>Where the server of a data directory is reached by HTTP, so that a command finds it by the directory alone.</summary>
internal static class DoorPlate
{
    private const string FileName = "http-address";

    public static void Write(string data, Uri address) => DurableFile.Write(Path.Combine(data, FileName), Encoding.ASCII.GetBytes(address.GetLeftPart(UriPartial.Authority) + "\n"));

    /// <summary>The address of the server that runs or ran there, or null.</summary>
    public static string? Read(string data)
    {
        var path = Path.Combine(data, FileName);
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } address ? address : null;
        }
        catch (UnauthorizedAccessException)
        {
            // Another user's: the command asks at the default address.
            return null;
        }
    }
}
