using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trunkline.Resource.Instant;

namespace Trunkline.Serving;

/// <summary>The role <c>instant</c>: resources that answer at once, one for each entry of <c>Instant</c>. The operator registers them at a gateway.</summary>
internal static class InstantRole
{
    public const string Name = "instant";
    private const int MaxResources = 100;

    /// <summary>Adds the resources. Throws <see cref="OptionsException"/> for what cannot work.</summary>
    /// <param name="router">Where receipts go when an entry does not say.</param>
    public static void Add(WebApplicationBuilder builder, string data, Uri router)
    {
        var entries = builder.Configuration.GetSection("Instant").GetChildren().ToList();
        if (entries.Count is 0 or > MaxResources)
            throw new OptionsException($"--roles {Name} needs 1 to {MaxResources} entries Instant:0, Instant:1 and so on, each with Id, RouterPassword and Password.");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var options = Read(entry, router);
            if (!ids.Add(options.Id))
                throw new OptionsException($"Instant:Id {options.Id} is there twice.");
            builder.Services.AddSingleton(s => new InstantResource(
                options, Path.Combine(data, Name), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<InstantResource>>()));
        }
        builder.Services.AddHostedService<Runner>();
    }

    /// <summary>Puts each at <c>/instant/ID</c>.</summary>
    public static void Map(WebApplication application)
    {
        foreach (var resource in application.Services.GetServices<InstantResource>())
            application.MapInstantResource($"/{Name}/{resource.Options.Id}", resource);
    }

    private static InstantOptions Read(IConfigurationSection entry, Uri router)
    {
        InstantOptions options;
        try
        {
            options = entry.Get<InstantOptions>() ?? new InstantOptions();
        }
        catch (InvalidOperationException fault)
        {
            throw new OptionsException((fault.InnerException ?? fault).Message);
        }
        if (entry["Router"] is null)
            options = options with { Router = router };
        return options.Fault() is { } wrong ? throw new OptionsException(wrong) : options;
    }

    private sealed class Runner(IEnumerable<InstantResource> resources) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.WhenAll(resources.Select(r => r.StartAsync(cancellationToken)));

        public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(resources.Select(r => r.StopAsync(cancellationToken)));
    }
}
