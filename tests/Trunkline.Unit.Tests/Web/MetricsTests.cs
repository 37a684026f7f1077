using System.Diagnostics.Metrics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Trunkline.Core;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;
using Trunkline.Storage;

namespace Trunkline.Unit.Tests.Web;

/// <summary>What Prometheus reads, and whether the page that lists it is true.</summary>
public class MetricsTests : IAsyncLifetime
{
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync(s => s.AddSingleton<MetricsSampler>());

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task What_happened_is_counted_from_the_record_and_the_queue_is_as_deep_as_it_is()
    {
        var sampler = _rig.Get<MetricsSampler>();
        await sampler.SampleAsync(CancellationToken.None);
        var before = Value(await ScrapeAsync(), "trunkline_messages_accepted_total");
        await _rig.PostAsync("/v1/messages", """{"to":["fax:+12025550101","fax:+12025550102"],"text":"Hello"}""", _rig.Alice);
        foreach (var message in await _rig.Get<IQueueStore>().ClaimAsync(Lane.Prepare, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 1, CancellationToken.None))
            Assert.True(await _rig.Get<IQueueStore>().EndAsync(message, MessageStatus.Failed, CallOutcome.BadDocument, "No page.", _rig.Clock.GetUtcNow(), CancellationToken.None));
        await sampler.SampleAsync(CancellationToken.None);
        _rig.Clock.Advance(TimeSpan.FromMinutes(1));

        var text = await ScrapeAsync();
        Assert.Equal(before + 2, Value(text, "trunkline_messages_accepted_total"));
        Assert.Matches("""trunkline_messages_ended_total\{[^}]*outcome="bad-document"[^}]*status="failed"[^}]*type="fax"[^}]*\} [1-9]""", text);
        Assert.Matches("""trunkline_queue_depth\{[^}]*lane="prepare"[^}]*state="ready"[^}]*\} 1\b""", text);
        Assert.True(Value(text, "trunkline_store_changes_total") > 0);
        Assert.Contains("trunkline_store_commit_duration_seconds_bucket{", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_elsewhere_metrics_want_an_operators_key()
    {
        using var http = new HttpClient { BaseAddress = _rig.Address };
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        async Task<HttpStatusCode> AsAsync(string? key)
        {
            http.DefaultRequestHeaders.Authorization = key is null ? null : new("Bearer", key);
            using var answer = await http.GetAsync("/metrics");
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AsAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AsAsync(_rig.Alice));
        Assert.Equal(HttpStatusCode.OK, await AsAsync(ApiRig.OperatorKey));
    }

    [Fact]
    public void Every_instrument_is_in_the_list_with_its_kind_and_unit_and_none_is_that_does_not_exist()
    {
        _ = _rig.Get<MetricsSampler>();
        // They are made when they are first used, which another test may have done or not.
        RuntimeHelpers.RunClassConstructor(typeof(GatewayMeter).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(StorageMeter).TypeHandle);
        var found = new Dictionary<string, (string Kind, string Unit)>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name is GatewayMeter.Name or StorageMeter.Name)
                found[instrument.Name] = (KindOf(instrument), instrument.Unit!);
        };
        listener.Start();
        var listed = Regex.Matches(Documents.Page("docs/operating/metrics.md"), @"^\| `(trunkline\.[a-z.]+)` \| ([a-z-]+(?: counter)?) \| `([^`]+)` \|", RegexOptions.Multiline)
            .ToDictionary(m => m.Groups[1].Value, m => (m.Groups[2].Value, m.Groups[3].Value), StringComparer.Ordinal);
        Assert.Equal(found.OrderBy(f => f.Key, StringComparer.Ordinal), listed.OrderBy(l => l.Key, StringComparer.Ordinal));
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> => "counter",
        Histogram<double> => "histogram",
        ObservableUpDownCounter<long> => "up-down counter",
        _ => instrument.GetType().Name,
    };

    private async Task<string> ScrapeAsync()
    {
        using var answer = await _rig.AnswerAsync(HttpMethod.Get, "/metrics", null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static double Value(string text, string name) => Regex.Match(text, $@"^{name}(?:\{{[^}}]*\}})? (\S+)", RegexOptions.Multiline) is { Success: true } match
        ? double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)
        : 0;

    /// <summary>Pages of the project, which lie above the built tests.</summary>
    private static class Documents
    {
        public static string Page(string path)
        {
            for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            {
                if (File.Exists(Path.Combine(directory.FullName, "Trunkline.slnx")))
                    return File.ReadAllText(Path.Combine(directory.FullName, path));
            }
            throw new InvalidOperationException("The tests do not run below the folder that holds Trunkline.slnx.");
        }
    }
}
