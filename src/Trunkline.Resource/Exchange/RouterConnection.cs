using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Trunkline.Core.Protocol;

namespace Trunkline.Resource.Exchange;

/// <summary>What came of sending a receipt.</summary>
internal enum ReceiptAnswer
{
    /// <summary>The router has it.</summary>
    Acknowledged,

    /// <summary>The router answered something else.</summary>
    NotAcknowledged,

    /// <summary>No answer.</summary>
    Unreachable,
}

/// <summary>The way to the router: <c>POST</c> of a receipt to its exchange address, over HTTP or HTTPS.</summary>
internal sealed class RouterConnection : IDisposable
{
    private const int MaxAnswerBytes = 2 * ResourceMessageFormat.MaxHeadLength;
    private const int MaxQuoted = 200;

    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public RouterConnection(ResourceOptions options, TimeProvider time)
    {
        _time = time;
        _timeout = options.ReceiptTimeout;
        _address = new Uri(options.RouterAddress.AbsoluteUri.TrimEnd('/') + ResourceExchangeEndpoint.LastSegment);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy of the environment is for the way out, not for a router next door.
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            // So that a changed address of the router is found.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (options.FingerprintDigits() is { } digits)
            handler.SslOptions.RemoteCertificateValidationCallback = Pinned(Convert.FromHexString(digits));
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    /// <summary>Sends a receipt; on any other answer than an acknowledgement, says in one line why.</summary>
    public async Task<(ReceiptAnswer Answer, string Why)> SendAsync(ResourceMessage receipt, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var content = new ByteArrayContent(ResourceMessageFormat.Write(receipt));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(ResourceMessageFormat.ContentType);
        try
        {
            using var response = await _client.PostAsync(_address, content, either.Token);
            return Judge(receipt, response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token));
        }
        catch (HttpRequestException fault)
        {
            return (ReceiptAnswer.Unreachable, fault.InnerException is null ? fault.Message : $"{fault.Message} {fault.InnerException.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (ReceiptAnswer.Unreachable, $"no answer within {_timeout.TotalSeconds:F0} s");
        }
    }

    public void Dispose() => _client.Dispose();

    private static (ReceiptAnswer, string) Judge(ResourceMessage receipt, HttpStatusCode code, byte[] body)
    {
        if (code != HttpStatusCode.OK)
            return (ReceiptAnswer.NotAcknowledged, $"HTTP {(int)code} {FirstLine(body)}");
        if (!ResourceMessageFormat.TryRead(body, out var answer, out var error))
            return (ReceiptAnswer.NotAcknowledged, "the answer cannot be read: " + error);
        return answer.MessageId == receipt.MessageId && answer.MessageStatus == receipt.MessageStatus
            ? (ReceiptAnswer.Acknowledged, "")
            : (ReceiptAnswer.NotAcknowledged, "the answer names another message or status");
    }

    private static string FirstLine(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MaxQuoted));
        return string.Concat(text.TakeWhile(c => c is not ('\r' or '\n')).Select(c => char.IsControl(c) ? ' ' : c));
    }

    private static RemoteCertificateValidationCallback Pinned(byte[] fingerprint) => (_, certificate, _, _) =>
        certificate is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.GetRawCertData()), fingerprint);
}
