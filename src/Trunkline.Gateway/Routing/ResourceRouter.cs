using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Resources;

namespace Trunkline.Gateway.Routing;

/// <summary>Finds the resource for a message among those of its type that are available. Without rates, the one with the most room.</summary>
public sealed class ResourceRouter(ResourceRegistry resources, TimeProvider time, IOptions<GatewayOptions> options)
{
    /// <summary>Messages of a type that could be sent now.</summary>
    public int Room(MessageType type) => resources.Of(type).Sum(r => r.Room(time.GetUtcNow(), options.Value.ResourceSilence));

    /// <summary>The resource to use, or null when none is available.</summary>
    public ResourceState? Choose(MessageType type)
    {
        var now = time.GetUtcNow();
        return resources.Of(type)
            .Select(r => (Resource: r, Room: r.Room(now, options.Value.ResourceSilence)))
            .Where(r => r.Room > 0)
            .MaxBy(r => r.Room).Resource;
    }
}
