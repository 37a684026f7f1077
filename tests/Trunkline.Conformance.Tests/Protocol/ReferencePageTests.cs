using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Core.Protocol;

namespace Trunkline.Conformance.Tests.Protocol;

/// <summary>What docs/reference/resource-protocol.md says is true: its examples are the golden files, and its program runs.</summary>
public sealed class ReferencePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "reference", "resource-protocol.md"));

    [Theory, InlineData("delivery"), InlineData("acknowledgement"), InlineData("enquiry"), InlineData("receipt-with-reply")]
    public void Page_shows_the_golden_file(string name)
    {
        var golden = Encoding.UTF8.GetString(Golden(name)).Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n');
        Assert.Contains($"```\n{golden}\n```\n", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_names_every_field_and_every_outcome()
    {
        foreach (var name in ResourceMessageFormat.FieldNames)
            Assert.Contains($"| `{name}` |", Page, StringComparison.Ordinal);
        foreach (var outcome in Enum.GetValues<CallOutcome>())
            Assert.Contains($"`{outcome.Code()}`", Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_of_the_page_takes_the_golden_delivery_and_delivers_its_receipt()
    {
        Assert.SkipUnless(HasPython(), "python3 is not installed");
        var receipts = new TaskCompletionSource<ResourceMessage>();
        await using var router = await StartRouterAsync(receipts);
        var directory = Directory.CreateTempSubdirectory("trunkline-python-").FullName;
        var script = Path.Combine(directory, "resource.py");
        var start = Page.IndexOf("```python\n", StringComparison.Ordinal) + "```python\n".Length;
        await File.WriteAllTextAsync(script, Page[start..Page.IndexOf("```", start, StringComparison.Ordinal)]);
        var port = FreePort();
        using var python = Process.Start(new ProcessStartInfo("python3",
            [script, port.ToString(System.Globalization.CultureInfo.InvariantCulture), Directory.CreateDirectory(Path.Combine(directory, "spool")).FullName,
                router.Urls.First() + "/router"])
        { RedirectStandardError = true })!;
        try
        {
            var address = new Uri($"http://127.0.0.1:{port}/exchange");
            var answer = await PostAsync(address, Golden("delivery"));
            Assert.Equal(("01JD9Z-1", MessageStatus.Acknowledged, "R1"), (answer.MessageId, answer.MessageStatus!.Value, answer.ResourceId));
            Assert.Equal(1, answer.ResourceChannelMax);

            var receipt = await receipts.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(("01JD9Z-1", MessageStatus.Sent, 1), (receipt.MessageId, receipt.MessageStatus!.Value, receipt.MessageLength!.Value));
            Assert.Equal(MessageStatus.Sent, (await PostAsync(address, Golden("delivery"))).MessageStatus);
            Assert.Equal(MessageStatus.Sent, (await PostAsync(address, Golden("enquiry"))).MessageStatus);
            Assert.Null((await PostAsync(address, Golden("enquiry-state"))).MessageStatus);
        }
        finally
        {
            python.Kill();
        }
    }

    private static async Task<WebApplication> StartRouterAsync(TaskCompletionSource<ResourceMessage> receipts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var router = builder.Build();
        router.MapPost("/router/exchange", (RequestDelegate)(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Assert.True(ResourceMessageFormat.TryRead(body.ToArray(), out var receipt, out var error), error);
            await context.Response.Body.WriteAsync(ResourceMessageFormat.Write(receipt));
            receipts.TrySetResult(receipt);
        }));
        await router.StartAsync();
        return router;
    }

    private static async Task<ResourceMessage> PostAsync(Uri address, byte[] bytes)
    {
        using var client = new HttpClient();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                using var response = await client.PostAsync(address, new ByteArrayContent(bytes), limit.Token);
                var body = await response.Content.ReadAsByteArrayAsync();
                Assert.True(ResourceMessageFormat.TryRead(body, out var answer, out var error), error);
                return answer;
            }
            catch (HttpRequestException) when (!limit.IsCancellationRequested)
            {
                // Python is still starting.
                await Task.Delay(50, limit.Token);
            }
        }
    }

    private static bool HasPython() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "python3")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Trunkline.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of the source tree.");
        return folder;
    }

    private static byte[] Golden(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Protocol", name + ".txt"));
}
