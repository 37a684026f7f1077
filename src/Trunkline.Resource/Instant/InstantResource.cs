using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Exchange;

namespace Trunkline.Resource.Instant;

/// <summary>
/// A resource of any type that answers at once: it acknowledges a delivery, places no call, and brings the receipt, with an outcome by the last digits of
/// the number. For tests, measurements and demonstrations.
/// </summary>
public sealed partial class InstantResource : BackgroundService
{
    // A router that is slower than its own dispatch must not fill the memory; deliveries wait then.
    private const int MaxWaiting = 100_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly InstantOutcomes _outcomes;
    private readonly InstantJournal _journal;
    private readonly RouterConnection _router;
    private readonly Channel<InstantRecord> _receipts = Channel.CreateBounded<InstantRecord>(MaxWaiting);
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _channelStatus;
    private readonly byte[] _routerPassword;

    /// <summary>Opens its journal in a directory. Throws when the options cannot work.</summary>
    public InstantResource(InstantOptions options, string directory, TimeProvider time, ILogger<InstantResource> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Fault() is { } fault || !InstantOutcomes.TryParse(options.Outcomes, out _outcomes, out fault))
            throw new ArgumentException(fault, nameof(options));
        Options = options;
        _time = time;
        _logger = logger;
        _journal = new InstantJournal(Path.Combine(directory, options.Id + ".log"));
        _router = new RouterConnection(
            new ResourceOptions { ResourceId = options.Id, Password = options.Password, RouterAddress = options.Router, DataDirectory = directory }, time);
        _channelStatus = new string('0', options.Channels);
        _routerPassword = Hash(options.RouterPassword);
    }

    public InstantOptions Options { get; }

    /// <inheritdoc />
    public override void Dispose()
    {
        _router.Dispose();
        _journal.Dispose();
        base.Dispose();
    }

    /// <summary>Answers one exchange: 200 with a message, or another code with a line that says why.</summary>
    internal async ValueTask<ExchangeAnswer> ExchangeAsync(ReadOnlyMemory<byte> body)
    {
        if (!ResourceMessageFormat.TryRead(body, out var message, out var error))
            return ExchangeAnswer.Refuse(400, error);
        if (!CryptographicOperations.FixedTimeEquals(Hash(message.Password ?? ""), _routerPassword))
            return ExchangeAnswer.Refuse(401, "The password is not that of this resource's router.");
        if (message.ResourceId is { } id && id != Options.Id)
            return ExchangeAnswer.Refuse(400, $"ResourceID is of another resource; this is {Options.Id}.");
        if (!message.IsAttached)
            return Answer(message, message.MessageId is { } asked ? _journal.Find(asked)?.Status : null);
        if (message.MessageStatus != MessageStatus.Exchanged || message.MessageId is null || !MessageIds.IsValid(message.MessageId) || message.MessageDestination is not { Length: > 0 } to
            || to.Any(char.IsWhiteSpace))
            return ExchangeAnswer.Refuse(400, "A delivery has MessageStatus=X, a MessageID and a MessageDestination.");
        var (record, isNew) = _journal.Take(Outcome(message, to));
        if (!isNew)
            return Answer(message, record.Status);
        // It is taken, whoever still waits for the answer.
        await _receipts.Writer.WriteAsync(record, CancellationToken.None);
        return Answer(message, MessageStatus.Acknowledged);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogReady(Options.Id, _journal.Unacknowledged.Count);
        return Task.WhenAll(Enumerable.Range(0, Options.Senders).Select(_ => SendAllAsync(stoppingToken))
            .Append(AgainAsync(stoppingToken)));
    }

    private async Task AgainAsync(CancellationToken stoppingToken)
    {
        foreach (var record in _journal.Unacknowledged)
            await _receipts.Writer.WriteAsync(record, stoppingToken);
    }

    private async Task SendAllAsync(CancellationToken stoppingToken)
    {
        await foreach (var record in _receipts.Reader.ReadAllAsync(stoppingToken))
        {
            if (Options.Delay > TimeSpan.Zero)
                await Task.Delay(Options.Delay, _time, stoppingToken);
            await SendAsync(record, stoppingToken);
        }
    }

    private async Task SendAsync(InstantRecord record, CancellationToken stoppingToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var (answer, why) = await _router.SendAsync(Receipt(record), stoppingToken);
            if (answer == ReceiptAnswer.Acknowledged)
            {
                _journal.Acknowledged(record);
                return;
            }
            LogNotAcknowledged(Options.Id, record.MessageId, why, pause.TotalSeconds);
            await Task.Delay(pause, _time, stoppingToken);
        }
    }

    private InstantRecord Outcome(ResourceMessage message, string destination)
    {
        var outcome = _outcomes.Of(destination);
        var pages = HeaderNumber(message.Message.Span, MessageHeaders.Pages);
        var first = Math.Max(1, HeaderNumber(message.Message.Span, MessageHeaders.FirstPage));
        var isDelivered = outcome == CallOutcome.Delivered;
        var seconds = pages > 0 ? (pages - first + 1) * Options.SecondsPerPage : Options.Seconds;
        // What an earlier attempt had confirmed stays confirmed.
        return new InstantRecord(message.MessageId!, outcome, isDelivered ? pages : first - 1, isDelivered ? Math.Max(0, seconds) : 0, _time.GetUtcNow(), destination);
    }

    private ExchangeAnswer Answer(ResourceMessage asked, MessageStatus? status) => ExchangeAnswer.Of(WithState(new ResourceMessage
    {
        MessageId = asked.MessageId,
        MessageStatus = status,
        MessageDestination = asked.MessageDestination,
    }));

    private ResourceMessage Receipt(InstantRecord record)
    {
        var receipt = WithState(new ResourceMessage
        {
            MessageId = record.MessageId,
            MessageStatus = record.Status,
            MessageDestination = record.Destination,
            MessageSentTimeStamp = record.Outcome == CallOutcome.Delivered ? record.At : null,
            MessageDuration = TimeSpan.FromSeconds(record.Seconds),
            MessageLength = record.Pages,
        });
        // Fields alone say that it was delivered; anything else is told by the report.
        return record.Outcome == CallOutcome.Delivered
            ? receipt
            : receipt with { IsAttached = true, MessageBoundary = "instant", Message = Report(record) };
    }

    private ResourceMessage WithState(ResourceMessage message) => message with
    {
        Password = Options.Password,
        ResourceId = Options.Id,
        IsResourceActive = true,
        ResourceLastCommTimeStamp = _time.GetUtcNow(),
        ResourceQueueInStatus = 0,
        ResourceQueueOutStatus = _receipts.Reader.Count,
        ResourceChannelMax = Options.Channels,
        ResourceChannelStatus = _channelStatus,
    };

    private static byte[] Report(InstantRecord record)
    {
        var words = CallOutcomes.Of(record.Outcome);
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            MIME-Version: 1.0
            Content-Type: multipart/report; boundary="instant"; report-type=delivery-status

            --instant
            Content-Type: text/plain; charset=utf-8

            {words.Sentence}

            --instant
            Content-Type: message/delivery-status

            Reporting-MTA: x-resource; instant

            Final-Recipient: tel; {record.Destination}
            Action: failed
            Status: {words.DeliveryStatus}
            {MessageHeaders.Outcome}: {words.Code}
            {MessageHeaders.PagesConfirmed}: {record.Pages}
            {MessageHeaders.CallPlaced}: true
            {MessageHeaders.Detail}: answered at once by a stand-in

            --instant--

            """).ReplaceLineEndings("\r\n"));
    }

    /// <summary>A number in a header of the MIME message, 0 where there is none. Looked for by its bytes: most of the work would be to read the rest.</summary>
    private static int HeaderNumber(ReadOnlySpan<byte> mime, string header)
    {
        var end = mime.IndexOf("\r\n\r\n"u8);
        var head = end < 0 ? mime : mime[..end];
        Span<byte> name = stackalloc byte[64];
        name = name[..Encoding.ASCII.GetBytes(header + ":", name)];
        var at = head.IndexOf(name);
        if (at < 0)
            return 0;
        var value = head[(at + name.Length)..];
        var line = value.IndexOf((byte)'\r');
        return int.TryParse((line < 0 ? value : value[..line]).TrimStart((byte)' '), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 0, 100_000) : 0;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [LoggerMessage(4100, LogLevel.Information, "The stand-in {Resource} answers at once; {Count} receipts of before are on their way again")]
    private partial void LogReady(string resource, int count);

    [LoggerMessage(4101, LogLevel.Warning, "Stand-in {Resource}: the receipt of {MessageId} was not acknowledged ({Why}); again in {Seconds} s")]
    private partial void LogNotAcknowledged(string resource, string messageId, string why, double seconds);
}
