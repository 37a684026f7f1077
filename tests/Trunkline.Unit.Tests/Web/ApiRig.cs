using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core.Documents;
using Trunkline.Gateway;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Record;
using Trunkline.Serving;
using Trunkline.Storage;
using Trunkline.Storage.Sqlite;
using Trunkline.Unit.Tests.Gateway;
using Trunkline.Web;
using Trunkline.Web.Api;

namespace Trunkline.Unit.Tests.Web;

/// <summary>
/// The HTTP interface on a real web server and a real store, with a clock of the test's. Nothing of the gateway runs by itself: no message is prepared
/// or called unless the test does it.
/// </summary>
internal sealed class ApiRig : IAsyncDisposable
{
    public const string OperatorKey = "the-operator";
    private readonly string _directory = TestFolder.Create("trunkline-api-");
    private readonly HttpClient _http = new();
    private readonly Action<IServiceCollection>? _configure;
    private WebApplication _application = null!;

    private ApiRig(Action<IServiceCollection>? configure) => _configure = configure;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public IServiceProvider Services => _application.Services;

    public Uri Address { get; private set; } = null!;

    public string DataDirectory => _directory;

    public string CallsDirectory => Path.Combine(_directory, "calls");

    public string UploadDirectory => Path.Combine(_directory, "incoming");

    /// <summary>With the customers alice@ and bob@example.org, and their keys.</summary>
    public static async Task<ApiRig> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var rig = new ApiRig(configure);
        await rig.OpenAsync();
        rig.Alice = await rig.AddCustomerAsync(11, "alice@example.org");
        rig.Bob = await rig.AddCustomerAsync(12, "bob@example.org");
        return rig;
    }

    /// <summary>Alice's key.</summary>
    public string Alice { get; private set; } = "";

    /// <summary>Bob's key.</summary>
    public string Bob { get; private set; } = "";

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Stops and starts again on the same store.</summary>
    public async Task RestartAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>A customer with a key of scope <c>send</c>.</summary>
    public async Task<string> AddCustomerAsync(long key, string address, string currency = "USD")
    {
        await Get<ICustomerStore>().AddAsync(new Customer
        {
            Key = key,
            EmailAddress = address,
            Status = CustomerStatus.Active,
            Country = "US",
            Language = "en",
            Currency = currency,
            TrustedNetworks = [],
        }, null, CancellationToken.None);
        await Get<CustomerDirectory>().ReloadAsync(CancellationToken.None);
        return (await Get<KeyRing>().MakeAsync(key, KeyScope.Send, "test", CancellationToken.None))!.Value.Key;
    }

    /// <summary>Any request; the answer's status and JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpMethod method, string path, string? key, HttpContent? content = null, string? idempotencyKey = null)
    {
        using var answer = await AnswerAsync(method, path, key, content, idempotencyKey);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(string path, string? key = OperatorKey) => SendAsync(HttpMethod.Get, path, key);

    public Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string json, string? key = OperatorKey, string? idempotencyKey = null) =>
        SendAsync(HttpMethod.Post, path, key, Json(json), idempotencyKey);

    /// <summary>Any request; the answer as it is.</summary>
    public async Task<HttpResponseMessage> AnswerAsync(HttpMethod method, string path, string? key, HttpContent? content = null, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = content };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await _http.SendAsync(request);
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>The fields that a problem names, in order.</summary>
    public static IReadOnlyList<string> Fields(JsonElement problem) =>
        problem.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task OpenAsync()
    {
        StoreTemplate.PutInto(_directory);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            // A test that holds a body back, or a machine that is busy, is not a sender that dawdles.
            k.Limits.MinRequestBodyDataRate = null;
        });
        builder.Services.AddRouting().AddSingleton<TimeProvider>(Clock).AddSqliteStorage(_directory).AddGateway();
        // The gateway's workers stay at home; what is served is the test's to add.
        builder.Services.RemoveAll<IHostedService>();
        builder.Services.AddOptions<GatewayOptions>().Configure(o => (o.RenderedDirectory, o.MinFreeBytes) = (Path.Combine(_directory, "rendered"), 0));
        builder.Services.AddSingleton(s => new FileTypeTable(s.GetRequiredService<IFileTypeStore>().FileTypesAsync(CancellationToken.None).GetAwaiter().GetResult()));
        builder.Services.AddSingleton<IFaxRenderer, FakePages>();
        builder.Services.AddSingleton<ICallRecords>(new CallRecordDirectory(CallsDirectory));
        builder.Services.AddMetricsScraping();
        builder.Services.AddApi(new ApiOptions { UploadDirectory = UploadDirectory });
        _configure?.Invoke(builder.Services);
        _application = builder.Build();
        _application.MapApi();
        _application.MapMetricsScraping();
        await Get<CustomerDirectory>().ReloadAsync(CancellationToken.None);
        Get<KeyRing>().Trust(OperatorKey, customerKey: null);
        await _application.StartAsync();
        Address = new Uri(Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }
}
