using System.Net;
using System.Threading.Channels;

namespace Trunkline.Telephony.Sip.Transport;

/// <summary>One TCP or TLS connection: messages are cut out of what comes, and written one after the other.</summary>
internal sealed class SipConnection
{
    private static readonly byte[] Pong = "\r\n"u8.ToArray();

    private readonly SipStreamOptions _options;
    private readonly TimeProvider _time;
    private readonly SipReceived _received;
    private readonly Channel<byte[]> _queue;
    private readonly CancellationToken _ending;
    private readonly Func<Task> _end;
    private string? _why;

    public SipConnection(SipPeer peer, SipStreamOptions options, TimeProvider time, SipReceived received)
    {
        (Peer, _options, _time, _received) = (peer, options, time, received);
        // A source without timer and wait handle holds nothing that must be disposed of.
        var source = new CancellationTokenSource();
        (_ending, _end) = (source.Token, source.CancelAsync);
        _queue = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(options.MaxQueued) { SingleReader = true });
    }

    public SipPeer Peer { get; }

    /// <summary>Our end, once it is open.</summary>
    public IPEndPoint? Local { get; set; }

    /// <summary>True when nothing can be sent by it any more.</summary>
    public bool IsOver => _ending.IsCancellationRequested;

    /// <summary>Queues a message; false when too many wait.</summary>
    public bool TrySend(ReadOnlySpan<byte> message) => _queue.Writer.TryWrite(message.ToArray());

    /// <summary>Takes no more messages; those that wait are still written.</summary>
    public void Finish() => _queue.Writer.TryComplete();

    public void Close(string why)
    {
        Interlocked.CompareExchange(ref _why, why, null);
        _queue.Writer.TryComplete();
        // Who waits on it must not run inside the caller's lock.
        _ = _end();
    }

    /// <summary>Reads and writes until either end is done: why it ended, or null when the far end closed it in good order.</summary>
    public async Task<string?> RunAsync(Stream stream, CancellationToken closing)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ending, closing);
        var reading = ReadAsync(stream, stop.Token);
        var writing = WriteAsync(stream);
        await Task.WhenAny(reading, writing).ConfigureAwait(false);
        if (!closing.IsCancellationRequested)
            Close("the connection is over");
        _queue.Writer.TryComplete();
        // The writer ends by itself: its queue is closed, and each write has its limit. The reader was told to stop.
        var wrote = await writing.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        return await reading.ConfigureAwait(false) ?? wrote;
    }

    private async Task<string?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var framer = new SipStreamFramer();
        using var patience = new CancellationTokenSource(_options.IdleTimeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var had = false;
        while (true)
        {
            int count;
            try
            {
                count = await stream.ReadAsync(framer.Room(), stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return cancellationToken.IsCancellationRequested ? Volatile.Read(ref _why) : framer.HasBegun ? "a message did not end in time" : "idle";
            }
            catch (IOException e)
            {
                return e.Message;
            }
            if (count == 0)
                return framer.HasBegun ? "ended within a message" : null;
            framer.Added(count);
            if (!TakeAll(framer))
                return framer.Fault;
            // The limit is set when a message begins and not by each of its bytes, or a byte a minute would hold the connection for ever.
            if (!framer.HasBegun)
                patience.CancelAfter(_options.IdleTimeout);
            else if (!had)
                patience.CancelAfter(_options.MessageTimeout);
            had = framer.HasBegun;
        }
    }

    private bool TakeAll(SipStreamFramer framer)
    {
        while (true)
        {
            switch (framer.Next(out var message))
            {
                case SipFrame.Message:
                    Capture(message, isOurs: false);
                    _received(message, Peer);
                    break;
                case SipFrame.Ping:
                    _queue.Writer.TryWrite(Pong);
                    break;
                case SipFrame.Incomplete:
                    return true;
                case SipFrame.Broken:
                    return false;
            }
        }
    }

    private void Capture(ReadOnlySpan<byte> message, bool isOurs)
    {
        if (_options.Capture is { } capture && Local is { } local)
            capture.Add(message, isOurs ? local : Peer.Address, isOurs ? Peer.Address : local);
    }

    private async Task<string?> WriteAsync(Stream stream)
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                if (!ReferenceEquals(message, Pong))
                    Capture(message, isOurs: true);
                using var patience = new CancellationTokenSource(_options.MessageTimeout, _time);
                await stream.WriteAsync(message, patience.Token).ConfigureAwait(false);
            }
            return null;
        }
        catch (OperationCanceledException)
        {
            return "the far end does not take what is written";
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }
}
