using System.Security.Cryptography;
using Trunkline.Core;
using Trunkline.Core.Files;
using Trunkline.Gateway.Resources;

namespace Trunkline.Serving;

/// <summary>The fax resource of this process: its place on the disk, and the pair of passwords between it and the gateway, made at the first start.</summary>
internal sealed class LocalResource
{
    private LocalResource(string name, string directory, string routerPassword, string ownPassword)
    {
        Name = name;
        Directory = directory;
        RouterPassword = routerPassword;
        OwnPassword = ownPassword;
    }

    /// <summary>The ResourceID.</summary>
    public string Name { get; }

    public string Directory { get; }

    /// <summary>The router's, kept by the resource in its flat file.</summary>
    public string RouterPassword { get; }

    /// <summary>The resource's own.</summary>
    public string OwnPassword { get; }

    public static LocalResource Open(string data, string name)
    {
        var directory = Path.Combine(data, "resource", name);
        var passwords = Path.Combine(directory, "jfaxom");
        CreatePrivate(directory);
        CreatePrivate(passwords);
        return new LocalResource(name, directory, ReadOrMake(Path.Combine(passwords, "password")), ReadOrMake(Path.Combine(directory, "own-password")));
    }

    /// <summary>As the gateway knows it.</summary>
    public ResourceModel Model(Uri address, string? certificateSha256) => new()
    {
        Id = 1,
        Name = Name,
        Type = MessageType.Fax,
        Address = address,
        CommunicationType = address.Scheme == Uri.UriSchemeHttps ? CommunicationType.Shttp : CommunicationType.Http,
        IsActive = true,
        RouterPassword = RouterPassword,
        ResourcePasswordHash = ResourceRegistry.HashOf(OwnPassword),
        CertificateSha256 = certificateSha256,
    };

    private static string ReadOrMake(string path)
    {
        if (!File.Exists(path))
        {
            var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)) + "\n";
            DurableFile.Write(path, System.Text.Encoding.ASCII.GetBytes(password), isForOwnerOnly: true);
        }
        else if (!OperatingSystem.IsWindows())
        {
            // An operator's own file may have come with another mode.
            File.SetUnixFileMode(path, DurableFile.OwnerOnly);
        }
        return File.ReadLines(path).Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0 && l[0] != '#')
            ?? throw new OptionsException($"{path} holds no password.");
    }

    /// <summary>Mode 0700 from the first moment, and again for a directory that was there: passwords lie in it, and faxes.</summary>
    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            System.IO.Directory.CreateDirectory(directory);
            return;
        }
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        System.IO.Directory.CreateDirectory(directory, mode);
        File.SetUnixFileMode(directory, mode);
    }
}
