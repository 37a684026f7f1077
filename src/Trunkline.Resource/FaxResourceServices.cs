using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Trunkline.Resource;

/// <summary>Puts a fax resource into the services of a program.</summary>
public static class FaxResourceServices
{
    /// <summary>
    /// Adds the <see cref="ResourceServer"/>, which starts and stops with the host. An ITrunk and an IFaxRenderer must be among the services;
    /// <see cref="TimeProvider"/> is the system's unless another is there.
    /// </summary>
    public static IServiceCollection AddFaxResource(this IServiceCollection services, ResourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<ResourceServer>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ResourceServer>());
        return services;
    }
}
