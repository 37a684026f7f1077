using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace Trunkline.Gateway.Webhooks;

/// <summary>What a receiver said.</summary>
/// <param name="Error">Null when it took the event.</param>
/// <param name="IsGone">It said that it wants no more (410).</param>
public readonly record struct WebhookAnswer(string? Error, bool IsGone);

/// <summary>Tells one event to one receiver.</summary>
public sealed class WebhookClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly WebhookOptions _options;

    public WebhookClient(TimeProvider time, IOptions<GatewayOptions> options)
    {
        _time = time;
        _options = options.Value.Webhooks;
        _http = new HttpClient(new SocketsHttpHandler
        {
            // A redirect would lead past the check of the address; so would a proxy.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (context, cancellationToken) => ReachableAddresses.ConnectAsync(context.DnsEndPoint, _options.AllowPrivate, cancellationToken),
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Trunkline", "1"));
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    /// <summary>Tells it. What the receiver and the network do wrong is an answer.</summary>
    public async Task<WebhookAnswer> TellAsync(Webhook webhook, WaitingDelivery waiting, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var body = WebhookPayload.Of(waiting);
        // The same each time it is told: a receiver knows what it has had.
        var id = string.Create(CultureInfo.InvariantCulture, $"evt_{webhook.Id}_{waiting.Event.Number}");
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", now.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Of(webhook.Secret, id, now, body));
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
            return answer.IsSuccessStatusCode
                ? new WebhookAnswer(null, false)
                : new WebhookAnswer($"it answered {(int)answer.StatusCode}", answer.StatusCode == HttpStatusCode.Gone);
        }
        catch (HttpRequestException fault)
        {
            return new WebhookAnswer((fault.InnerException ?? fault).Message, false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WebhookAnswer($"it took longer than {_options.Timeout.TotalSeconds:0} s", false);
        }
    }
}
