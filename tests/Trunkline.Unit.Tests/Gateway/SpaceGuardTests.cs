using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Trunkline.Gateway;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Retention;
using Trunkline.Storage;

namespace Trunkline.Unit.Tests.Gateway;

public sealed class SpaceGuardTests
{
    [Fact]
    public void Mail_is_put_off_while_the_disk_is_nearly_full()
    {
        var space = new Space { FreeBytes = 999 };
        var guard = new SpaceGuard(space, Options.Create(new GatewayOptions { MinFreeBytes = 1000 }), NullLogger<SpaceGuard>.Instance);
        var refusal = Assert.NotNull(guard.Refusal());
        Assert.Equal((false, false, "4.3.1"), (refusal.IsAccepted, refusal.IsPermanent, refusal.EnhancedCode));
        space.FreeBytes = 1000;
        Assert.Null(guard.Refusal());
    }

    [Fact]
    public void The_free_space_of_a_directory_is_that_of_its_file_system() =>
        Assert.InRange(new DiskSpace(Path.GetTempPath(), TimeProvider.System).FreeBytes, 1, long.MaxValue);

    [Theory]
    [InlineData(1, 400, false)]
    [InlineData(2, 400, true)]
    [InlineData(30, 29, false)]
    [InlineData(30, 30, true)]
    public void Retention_times_at_which_something_wanted_could_go_are_refused(int documentDays, int recordDays, bool isValid)
    {
        var options = new GatewayOptions
        {
            Retention = new RetentionOptions { Documents = TimeSpan.FromDays(documentDays), Records = TimeSpan.FromDays(recordDays) },
        };
        Assert.Equal(isValid, new RetentionCheck().Validate(null, options).Succeeded);
    }

    private sealed class Space : IStorageSpace
    {
        public long FreeBytes { get; set; }
    }
}
