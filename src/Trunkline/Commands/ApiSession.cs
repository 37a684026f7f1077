using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Spectre.Console;
using Trunkline.Serving;
using Trunkline.Web.Api;

namespace Trunkline.Commands;

/// <summary>
/// A command's talk with the running server. The server is found by <c>--http</c> or <c>TRUNKLINE_HTTP</c>, else by what it wrote into its data
/// directory; the key is <c>TRUNKLINE_KEY</c>, else the operator's in the data directory. Every method throws <see cref="ApiFailure"/> when the server
/// refuses or is not there.
/// </summary>
internal sealed class ApiSession : IDisposable
{
    // A server that is stopping or whose disk stands still must not hold a script for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };
    private readonly HttpClient _http;
    private readonly string _data;
    private readonly bool _hasKey;

    private ApiSession(Uri address, string? key, string data, bool isJson)
    {
        IsJson = isJson;
        _data = data;
        _hasKey = key is not null;
        _http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>True when JSON is asked for.</summary>
    public bool IsJson { get; }

    /// <summary>Finds the server and the key; asks nothing yet.</summary>
    public static ApiSession Open(IConfiguration configuration, bool isJson)
    {
        var data = configuration["Data"] ?? "data";
        var address = configuration["Http"] ?? DoorPlate.Read(data) ?? new ServerOptions().Http;
        return new ApiSession(Address(address), configuration["Key"] is { Length: > 0 } key ? key : OperatorKey.Find(data), data, isJson);
    }

    /// <summary>GET; the answer's JSON.</summary>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>
    /// A part of a list, with as many items as are asked for while there are any: for one answer the server looks at so many rows only, and says
    /// where to go on.
    /// </summary>
    /// <param name="path">Without <c>limit</c> and <c>after</c>; with at least a question mark.</param>
    /// <param name="limit">The most items.</param>
    /// <param name="after">Where to go on, from an answer before; null for the start.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<JsonElement> ListAsync(string path, int limit, string? after, CancellationToken cancellationToken)
    {
        var items = new List<JsonElement>();
        while (true)
        {
            var page = await GetAsync($"{path}&limit={Math.Min(limit - items.Count, PageQuery.MaxLimit)}{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}", cancellationToken);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            var next = page.TryGetProperty("next", out var place) ? place.GetString() : null;
            if (next is null || items.Count >= limit)
                return JsonSerializer.SerializeToElement(new { items, next }, ApiJson.Options);
            after = next;
        }
    }

    /// <summary>POST of an object as JSON, in the names of the interface; the answer's JSON.</summary>
    public Task<JsonElement> PostAsync(string path, object? body, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, Body(body), cancellationToken);

    /// <summary>PUT of an object as JSON; the answer's JSON.</summary>
    public Task<JsonElement> PutAsync(string path, object body, CancellationToken cancellationToken) => SendAsync(HttpMethod.Put, path, Body(body), cancellationToken);

    /// <summary>PATCH of an object as JSON; the answer's JSON.</summary>
    public Task<JsonElement> PatchAsync(string path, object body, CancellationToken cancellationToken) => SendAsync(HttpMethod.Patch, path, Body(body), cancellationToken);

    /// <summary>DELETE; the answer's JSON, undefined when there is none.</summary>
    public Task<JsonElement> DeleteAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>POST of a file that the server works on while it comes, however long that takes; the answer's JSON.</summary>
    public Task<JsonElement> UploadAsync(string path, HttpContent content, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, content, cancellationToken, Timeout.InfiniteTimeSpan);

    /// <summary>Any request; the answer's JSON, undefined when there is none.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        using var answer = await AnswerAsync(method, path, content, cancellationToken, patience);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Any request; the answer as it comes, its body not read yet: files, long exports.</summary>
    public async Task<HttpResponseMessage> AnswerAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience ?? Patience);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ApiFailure(ExitCode.NoServer, $"No server answers at {_http.BaseAddress}. Start one with \"./run\" or \"trunkline serve\", or say where it is "
                + "with --http or TRUNKLINE_HTTP, or which directory it has with --data.");
        }
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await FailureAsync(answer, cancellationToken);
    }

    /// <summary>Prints an answer: as it came with <c>--json</c>, else as the command shows it.</summary>
    public void Show(JsonElement answer, Action<JsonElement> show)
    {
        if (IsJson)
            Console.WriteLine(answer.ValueKind == JsonValueKind.Undefined ? "{}" : JsonSerializer.Serialize(answer, Indented));
        else
            show(answer);
    }

    /// <summary>Prints why it failed: the problem as it came with <c>--json</c>, and always a sentence on the error output.</summary>
    public void Show(ApiFailure failure)
    {
        if (IsJson && failure.Problem is { } problem)
            Console.WriteLine(JsonSerializer.Serialize(problem, Indented));
        Console.Error.WriteLine(failure.Message);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<ApiFailure> FailureAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        if (status == 401 && !_hasKey)
        {
            return new ApiFailure(ExitCode.Refused, $"The server wants a key, and there is none in {OperatorKey.PathOf(_data)} that may be read. "
                + "Name the server's directory with --data, or give a key in TRUNKLINE_KEY.", null, answer.StatusCode);
        }
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var exitCode = status < 500 ? ExitCode.Refused : ExitCode.Failed;
        if (answer.Content.Headers.ContentType?.MediaType != ApiProblem.ContentType)
            return new ApiFailure(exitCode, $"{_http.BaseAddress} answers {status}: {(text.Length > 200 ? text[..200] : text).Trim()}", null, answer.StatusCode);
        var problem = JsonDocument.Parse(text).RootElement;
        var lines = new List<string>();
        if (problem.TryGetProperty("errors", out var errors))
            lines.AddRange(errors.EnumerateObject().SelectMany(f => f.Value.EnumerateArray().Select(t => $"{f.Name}: {t.GetString()}")));
        if (lines.Count == 0)
            lines.Add(problem.GetProperty("detail").GetString()!);
        return new ApiFailure(exitCode, string.Join('\n', lines), problem, answer.StatusCode);
    }

    private static JsonContent? Body(object? body) => body is null ? null : JsonContent.Create(body, body.GetType(), options: ApiJson.Options);

    private static Uri Address(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
            return Uri.TryCreate(text, UriKind.Absolute, out var given) ? given : throw new OptionsException($"--http {text}: no address.");
        var endPoint = ServerOptions.EndPoint("http", text);
        // What listens everywhere is asked here.
        var host = endPoint.Address.Equals(System.Net.IPAddress.Any) ? "127.0.0.1" : endPoint.Address.Equals(System.Net.IPAddress.IPv6Any) ? "[::1]" : null;
        return new Uri(host is null ? $"http://{endPoint}" : $"http://{host}:{endPoint.Port}");
    }
}
