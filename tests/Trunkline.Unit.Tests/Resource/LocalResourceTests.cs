using Trunkline.Serving;

namespace Trunkline.Unit.Tests.Resource;

public sealed class LocalResourceTests
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void Passwords_of_the_local_resource_are_for_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files");
        var data = ResourceRig.NewDirectory();
        var first = LocalResource.Open(data, "fax1");
        AssertModes(data);

        // Opened up by a copy or a restore.
        foreach (var path in Directory.GetFileSystemEntries(first.Directory, "*", SearchOption.AllDirectories).Append(first.Directory))
            File.SetUnixFileMode(path, Everybody);
        var second = LocalResource.Open(data, "fax1");
        AssertModes(data);
        Assert.Equal((first.RouterPassword, first.OwnPassword), (second.RouterPassword, second.OwnPassword));
        Assert.NotEqual(first.RouterPassword, first.OwnPassword);
    }

    private static void AssertModes(string data)
    {
        var directory = Path.Combine(data, "resource", "fax1");
        foreach (var path in new[] { directory, Path.Combine(directory, "jfaxom") })
            Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        foreach (var path in new[] { Path.Combine(directory, "jfaxom", "password"), Path.Combine(directory, "own-password") })
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }
}
