using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Trunkline.Unit.Tests.Web;

/// <summary>
/// Holds the body of the first request at its first read, on the side of the server: the test knows how far the server is. A client that holds back its
/// half tells nothing of that, and is not told when it was refused meanwhile.
/// </summary>
internal sealed class HeldBody : IStartupFilter
{
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;

    /// <summary>Ends when the server begins to read the body.</summary>
    public Task IsRead => _read.Task;

    public void Release() => _released.TrySetResult();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use((context, following) =>
        {
            if (Interlocked.Increment(ref _requests) == 1)
                context.Request.Body = new HeldStream(context.Request.Body, this);
            return following(context);
        });
        next(application);
    };

    private sealed class HeldStream(Stream inner, HeldBody held) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            held._read.TrySetResult();
            await held._released.Task.WaitAsync(cancellationToken);
            return await inner.ReadAsync(buffer, cancellationToken);
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
