using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;

namespace Trunkline.Mail.Smtp;

/// <summary>
/// The wire of one connection: lines in, replies out, in the clear and then inside TLS. Replies are gathered and flushed only when the client must be waited
/// for, so that a pipelining client gets its answers in one packet (RFC 2920).
/// </summary>
internal sealed class SmtpChannel : IAsyncDisposable
{
    private readonly ConnectionContext _transport;
    private readonly SmtpServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ConnectionDeadline _deadline;
    private readonly byte[] _line;
    private PipeReader _reader;
    private PipeWriter _writer;
    private SslStream? _tls;
    private int _lineLength;
    private bool _unflushed;
    private volatile bool _timedOut;
    private volatile bool _isStopping;

    public SmtpChannel(ConnectionContext transport, SmtpServerOptions options, TimeProvider time)
    {
        _transport = transport;
        _options = options;
        _time = time;
        _reader = transport.Transport.Input;
        _writer = transport.Transport.Output;
        _line = ArrayPool<byte>.Shared.Rent(options.MaxAuthLineBytes);
        _deadline = new ConnectionDeadline(time, Expire);
    }

    /// <summary>True once the server wants to end: the transaction at hand is finished, no other is begun.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>The line that was read last, without CRLF.</summary>
    public ReadOnlySpan<byte> Line => _line.AsSpan(0, _lineLength);

    /// <summary>Wakes a waiting session. Called on any thread.</summary>
    public void Stop()
    {
        _isStopping = true;
        _reader.CancelPendingRead();
    }

    public void Write(SmtpReply reply) => Write(reply.Wire.Span);

    public void Write(ReadOnlySpan<byte> wire)
    {
        wire.CopyTo(_writer.GetSpan(wire.Length));
        _writer.Advance(wire.Length);
        _unflushed = true;
    }

    /// <summary>Reads a command line of at most <paramref name="maxBytes"/> with its CRLF. When stopping, only a line that is already here.</summary>
    /// <param name="maxBytes">The limit.</param>
    /// <param name="inTransaction">A transaction is at hand: stopping waits for its end.</param>
    public async ValueTask<LineStatus> ReadLineAsync(int maxBytes, bool inTransaction)
    {
        while (true)
        {
            if (IsStopping && !inTransaction)
                return LineStatus.Stopping;
            if (!_reader.TryRead(out var result))
            {
                if (await WaitAsync(_options.IdleTimeout) is not { } waited)
                    return _timedOut ? LineStatus.TimedOut : LineStatus.Closed;
                result = waited;
            }
            if (_timedOut)
                return LineStatus.TimedOut;

            var status = TakeLine(result.Buffer, maxBytes, out var consumed);
            _reader.AdvanceTo(consumed, status is null ? result.Buffer.End : consumed);
            if (status is not null)
                return status.Value;
            if (result.IsCompleted)
                return LineStatus.Closed;
        }
    }

    /// <summary>
    /// Reads what is there, waiting for it for at most <paramref name="limit"/>; null when the client is gone or too slow.
    /// The caller gives back what it took by <see cref="Advance"/>.
    /// </summary>
    public async ValueTask<ReadResult?> ReadAsync(TimeSpan limit)
    {
        while (true)
        {
            if (!_reader.TryRead(out var result))
            {
                if (await WaitAsync(limit) is not { } waited)
                    return null;
                result = waited;
            }
            if (!_timedOut && !result.Buffer.IsEmpty)
                return result;
            _reader.AdvanceTo(result.Buffer.End);
            if (_timedOut || result.IsCompleted)
                return null;
        }
    }

    public void Advance(SequencePosition consumed) => _reader.AdvanceTo(consumed);

    public bool TimedOut => _timedOut;

    /// <summary>Sends what is gathered. False when the client is gone or does not read.</summary>
    public async ValueTask<bool> FlushAsync()
    {
        if (!_unflushed)
            return true;
        _unflushed = false;
        _deadline.Set(_timedOut ? _options.LingerTimeout : _options.IdleTimeout);
        var flushed = await _writer.FlushAsync();
        _deadline.Clear();
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    /// <summary>Reads and throws away what a refused client still sends, for a while, so that closing does not reset the connection under our reply.</summary>
    public async ValueTask LingerAsync()
    {
        if (!await FlushAsync())
            return;
        _deadline.Set(_options.LingerTimeout);
        while (!_timedOut)
        {
            var result = await _reader.ReadAsync();
            _reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                break;
        }
        _deadline.Clear();
    }

    /// <summary>
    /// Throws away what came in the clear behind STARTTLS: it may have been put there by somebody between the client and us (RFC 3207, 6; CVE-2011-0411).
    /// Returns the number of bytes.
    /// </summary>
    public long DiscardInput()
    {
        if (!_reader.TryRead(out var result))
            return 0;
        var length = result.Buffer.Length;
        _reader.AdvanceTo(result.Buffer.End);
        return length;
    }

    /// <summary>The handshake. Null when it succeeded, else its cause.</summary>
    public async ValueTask<string?> StartTlsAsync(SslStreamCertificateContext certificate)
    {
        if (!await FlushAsync())
            return "the client is gone";
        var tls = new SslStream(new DuplexStream(_transport.Transport), leaveInnerStreamOpen: false);
        _tls = tls;
        using var limit = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _transport.ConnectionClosed);
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = certificate }, linked.Token);
        }
        catch (Exception e) when (e is System.Security.Authentication.AuthenticationException or IOException or OperationCanceledException)
        {
            return limit.IsCancellationRequested ? "the handshake took too long" : e.Message;
        }
        _reader = PipeReader.Create(tls, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        _writer = PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true));
        return null;
    }

    /// <summary><c>Tls13, TLS_AES_256_GCM_SHA384</c>; null in the clear.</summary>
    public string? TlsDescription => _tls is null ? null : $"{_tls.SslProtocol}, {_tls.NegotiatedCipherSuite}";

    public async ValueTask DisposeAsync()
    {
        try
        {
            await FlushAsync();
            if (_tls is not null && _tls.IsAuthenticated && !_timedOut)
                await _tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or InvalidOperationException)
        {
            // The client left without a good-bye, which is its right; nothing is owed to it any more.
        }
        finally
        {
            if (_tls is not null)
                await _tls.DisposeAsync();
            _deadline.Dispose();
            ArrayPool<byte>.Shared.Return(_line, clearArray: true);
        }
    }

    // Null when the client cannot be written to.
    private async ValueTask<ReadResult?> WaitAsync(TimeSpan limit)
    {
        if (!await FlushAsync())
            return null;
        _deadline.Set(limit < _options.IdleTimeout ? limit : _options.IdleTimeout);
        var result = await _reader.ReadAsync();
        _deadline.Clear();
        return result;
    }

    private LineStatus? TakeLine(in ReadOnlySequence<byte> buffer, int maxBytes, out SequencePosition consumed)
    {
        consumed = buffer.Start;
        var end = buffer.IsSingleSegment ? OffsetOf(buffer.FirstSpan) : OffsetOf(buffer);
        if (end >= maxBytes || (end < 0 && buffer.Length >= maxBytes))
            return LineStatus.TooLong;
        if (end < 0)
            return null;

        consumed = buffer.GetPosition(end + 1);
        buffer.Slice(0, end).CopyTo(_line);
        _lineLength = (int)end - 1;
        // The CR that belongs to this LF must be the only one.
        return end > 0 && _line.AsSpan(0, (int)end).IndexOf((byte)'\r') == _lineLength ? LineStatus.Line : LineStatus.BareLineEnding;
    }

    private static long OffsetOf(ReadOnlySpan<byte> span) => span.IndexOf((byte)'\n');

    private static long OffsetOf(in ReadOnlySequence<byte> buffer) =>
        buffer.PositionOf((byte)'\n') is { } position ? buffer.Slice(0, position).Length : -1;

    // The first deadline wakes the session, which says 421 and goes. A session that cannot even do that, since the client does not read, is cut off.
    private void Expire()
    {
        if (_timedOut)
        {
            _transport.Abort(new ConnectionAbortedException("The client was too slow."));
            return;
        }
        _timedOut = true;
        _deadline.Set(_options.LingerTimeout);
        _reader.CancelPendingRead();
        _writer.CancelPendingFlush();
    }
}
