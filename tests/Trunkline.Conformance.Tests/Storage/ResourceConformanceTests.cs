using Trunkline.Core;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Resources;

namespace Trunkline.Conformance.Tests.Storage;

public sealed class ResourceConformanceTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StoreRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_resource_is_added_once_and_keeps_what_the_operator_said_over_a_restart()
    {
        Assert.True(await _rig.Resources.AddAsync(StoreRig.Resource, None));
        Assert.False(await _rig.Resources.AddAsync(StoreRig.Resource with { Id = 2 }, None));
        Assert.True(await _rig.Resources.SetModeAsync("fax1", isActive: false, isDraining: true, None));
        Assert.False(await _rig.Resources.SetModeAsync("fax2", isActive: false, isDraining: false, None));
        await _rig.ReopenAsync();
        var (resource, _) = Assert.Single(await _rig.Resources.ListAsync(None));
        Assert.Equal((false, true), (resource.IsActive, resource.IsDraining));
        Assert.True(await _rig.Resources.SetPreferenceAsync("fax1", 7, None));
        Assert.False(await _rig.Resources.SetPreferenceAsync("fax2", 7, None));
        await _rig.Resources.RegisterAsync(StoreRig.Resource, 5, None);
        resource = Assert.Single(await _rig.Resources.ListAsync(None)).Resource;
        Assert.Equal((false, 7), (resource.IsActive, resource.Preference));
    }

    [Fact]
    public async Task What_a_resource_held_that_is_removed_by_force_is_asked_about_at_once()
    {
        await _rig.Resources.AddAsync(StoreRig.Resource, None);
        var open = await _rig.AtResourceAsync(Assert.Single(await _rig.ReadyAsync(_rig.Submission("+12025550100"))));
        Assert.Equal((ResourceRemoval.StillOpen, 1), await _rig.Resources.RemoveAsync("fax1", force: false, StoreRig.Start, None));
        Assert.Empty(await _rig.ClaimAsync(Lane.Ask));
        Assert.Equal((ResourceRemoval.Removed, 1), await _rig.Resources.RemoveAsync("fax1", force: true, StoreRig.Start, None));
        await _rig.AssertEveryMessageHasItsPlaceAsync();
        var asked = Assert.Single(await _rig.ClaimAsync(Lane.Ask));
        Assert.Equal((open.Attempt, MessageStatus.Acknowledged), (asked.Attempt, asked.Status));
        Assert.Equal((ResourceRemoval.Unknown, 0), await _rig.Resources.RemoveAsync("fax1", force: true, StoreRig.Start, None));
    }
}
