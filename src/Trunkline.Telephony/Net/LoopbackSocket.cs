using System.Buffers;
using System.Net;

namespace Trunkline.Telephony.Net;

/// <summary>A socket of a <see cref="LoopbackNetwork"/>. Datagrams beyond its queue are lost.</summary>
internal sealed class LoopbackSocket : IDatagramSocket
{
    private const int MaxQueued = 1024;
    private const int MaxLength = ushort.MaxValue;

    private readonly LoopbackNetwork _network;
    private readonly SocketAddress _address;
    private readonly Queue<(byte[] Bytes, int Length, SocketAddress From)> _queue = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private bool _disposed;

    public LoopbackSocket(LoopbackNetwork network, IPEndPoint local)
    {
        _network = network;
        LocalEndPoint = local;
        _address = local.Serialize();
    }

    public IPEndPoint LocalEndPoint { get; }

    public void Send(ReadOnlySpan<byte> datagram, SocketAddress to)
    {
        if (!_disposed && datagram.Length <= MaxLength)
            _network.Find(to)?.Deliver(datagram, _address);
    }

    public int TryReceive(Span<byte> buffer, SocketAddress from)
    {
        lock (_lock)
        {
            if (!_queue.TryDequeue(out var datagram))
                return -1;
            var length = Math.Min(datagram.Length, buffer.Length);
            datagram.Bytes.AsSpan(0, length).CopyTo(buffer);
            ArrayPool<byte>.Shared.Return(datagram.Bytes);
            from.Size = datagram.From.Size;
            datagram.From.Buffer[..datagram.From.Size].CopyTo(from.Buffer);
            return length;
        }
    }

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Task arrived;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_queue.Count > 0)
                return;
            _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrived = _waiter.Task;
        }

        await arrived.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            while (_queue.TryDequeue(out var datagram))
                ArrayPool<byte>.Shared.Return(datagram.Bytes);
            waiter = _waiter;
        }

        waiter?.TrySetException(new ObjectDisposedException(nameof(LoopbackSocket)));
        _network.Remove(this);
    }

    private void Deliver(ReadOnlySpan<byte> datagram, SocketAddress from)
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            if (_disposed || _queue.Count >= MaxQueued)
                return;
            var bytes = ArrayPool<byte>.Shared.Rent(datagram.Length);
            datagram.CopyTo(bytes);
            _queue.Enqueue((bytes, datagram.Length, from));
            waiter = _waiter;
            _waiter = null;
        }

        waiter?.TrySetResult();
    }
}
