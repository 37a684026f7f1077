using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Trunkline.Resource.Spool;

/// <summary>
/// Syncs journals from a task of its own, so that a media thread never waits for a disk. Requests that find the queue full are not lost:
/// one that waits there syncs the same file, or the next line of that call asks again.
/// </summary>
internal sealed class JournalSync : IAsyncDisposable
{
    // More than any resource has channels, each with one request for its page.
    private const int MaxRequests = 4096;

    private readonly Channel<CallJournal> _requests = Channel.CreateBounded<CallJournal>(
        new BoundedChannelOptions(MaxRequests) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private readonly ILogger _log;
    private readonly Task _writer;

    public JournalSync(ILogger log)
    {
        _log = log;
        _writer = Task.Run(WriteAsync);
    }

    public void Request(CallJournal journal) => _requests.Writer.TryWrite(journal);

    /// <summary>A line could not be written.</summary>
    public void NotWritten(IOException fault) => ResourceLog.JournalNotSynced(_log, fault);

    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _writer;
    }

    private async Task WriteAsync()
    {
        await foreach (var journal in _requests.Reader.ReadAllAsync())
        {
            try
            {
                journal.Sync();
            }
            catch (IOException fault)
            {
                // The call goes on; only a power cut in the same minute could now cost a repeated page.
                ResourceLog.JournalNotSynced(_log, fault);
            }
        }
    }
}
