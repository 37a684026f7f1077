using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Trunkline.Core.Calls;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;
using Trunkline.Gateway.Resources;

namespace Trunkline.Gateway.Dispatch;

/// <summary>Speaks the resource protocol to resources: one POST, one answer. Never throws for what a resource or the network may do.</summary>
public sealed class ResourceClient : IDisposable
{
    // An answer carries fields and no message.
    private const int MaxAnswerBytes = 64 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, HttpClient> _clients = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sends a message to <c>{Address}/exchange</c> and says what came of it.</summary>
    public async Task<ResourceAnswer> ExchangeAsync(
        ResourceModel resource, ResourceMessage message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = await SendAsync(resource, message, timeout, cancellationToken);
        var result = answer switch
        {
            ResourceAnswer.Answered => "answered",
            ResourceAnswer.Refused => "refused",
            ResourceAnswer.Unreachable => "unreachable",
            ResourceAnswer.InDoubt => "in-doubt",
            _ => throw new InvalidOperationException("An answer of a kind that is not known."),
        };
        GatewayMeter.Exchanges.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new("resource", resource.Name), new("result", result));
        return answer;
    }

    /// <summary>Asks <c>{Address}/call-record</c> for the record of an attempt's call. Null for none; not reached when no answer came in time.</summary>
    public async Task<(RecordedCall? Call, bool IsReached)> CallRecordAsync(
        ResourceModel resource, AttemptId attempt, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var client = _clients.GetOrAdd(resource.CertificateSha256 ?? "", Create);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var asked = new ResourceMessage { Password = resource.RouterPassword, MessageId = attempt.ToString(), ResourceId = resource.Name };
        using var request = Post(resource, RecordedCallFormat.LastSegment, asked);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return (null, true);
            var bytes = new byte[RecordedCallFormat.MaxBytes + 1];
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, limit.Token);
            return (RecordedCallFormat.TryReadForeign(bytes.AsSpan(0, length), out var call) && call.Id == attempt.ToString() ? call : null, true);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return (null, false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, false);
        }
    }

    private static HttpRequestMessage Post(ResourceModel resource, string lastSegment, ResourceMessage message) =>
        new(HttpMethod.Post, new Uri(resource.Address.AbsoluteUri.TrimEnd('/') + lastSegment))
        {
            Content = new ByteArrayContent(ResourceMessageFormat.Write(message))
            {
                Headers = { ContentType = MediaTypeHeaderValue.Parse(ResourceMessageFormat.ContentType) },
            },
        };

    private async Task<ResourceAnswer> SendAsync(ResourceModel resource, ResourceMessage message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var client = _clients.GetOrAdd(resource.CertificateSha256 ?? "", Create);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var request = Post(resource, "/exchange", message);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
            return Read(message, response.StatusCode, await response.Content.ReadAsByteArrayAsync(limit.Token));
        }
        catch (HttpRequestException fault) when (fault.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused
            or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable }
            || fault.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError)
        {
            return new ResourceAnswer.Unreachable(fault.Message);
        }
        catch (HttpRequestException fault)
        {
            return new ResourceAnswer.InDoubt(fault.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ResourceAnswer.InDoubt($"No answer within {timeout.TotalSeconds:0} s.");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
    }

    private static ResourceAnswer Read(ResourceMessage sent, HttpStatusCode status, byte[] body)
    {
        switch (status)
        {
            case HttpStatusCode.OK when !ResourceMessageFormat.TryRead(body, out var answer, out var error):
                return new ResourceAnswer.InDoubt("It answered what is not readable: " + error);
            case HttpStatusCode.OK when ResourceMessageFormat.TryRead(body, out var answer, out _):
                return answer.MessageId == sent.MessageId
                    ? new ResourceAnswer.Answered(answer)
                    : new ResourceAnswer.InDoubt($"It answered for MessageID {answer.MessageId}.");
            case HttpStatusCode.Unauthorized:
                return new ResourceAnswer.Refused("It does not accept our password (401).", IsLasting: true);
            case HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.MethodNotAllowed:
                return new ResourceAnswer.Refused($"{(int)status}: {FirstLine(body)}", IsLasting: true);
            case HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests:
                return new ResourceAnswer.Refused($"{(int)status}: {FirstLine(body)}", IsLasting: false);
            default:
                // A 500 may come after the message was written down.
                return new ResourceAnswer.InDoubt($"{(int)status}: {FirstLine(body)}");
        }
    }

    private static string FirstLine(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 500)));
        return text.Split('\n', 2)[0].Trim();
    }

    private static HttpClient Create(string fingerprint)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ConnectTimeout = ConnectTimeout + HandshakeTimeout,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // With a connection that the other side may have closed meanwhile, "nothing was sent" could not be told from "in doubt".
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        if (fingerprint.Length > 0)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null
                && CryptographicOperations.FixedTimeEquals(
                    certificate.GetCertHash(HashAlgorithmName.SHA256), ParseFingerprint(fingerprint));
        }
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    /// <summary>A connection that does not come about in time is a connection error, so that it is known that nothing was sent.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, limit.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static byte[] ParseFingerprint(string text) => Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));
}
