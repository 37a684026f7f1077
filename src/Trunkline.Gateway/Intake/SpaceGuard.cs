using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Trunkline.Gateway.Intake;

/// <summary>
/// Takes no more mail when the disk is nearly full. What was accepted must still be rendered, sent and answered for, and a store that cannot
/// write can do none of it; a sender that is told so keeps the mail and comes again.
/// </summary>
public sealed partial class SpaceGuard(IStorageSpace space, IOptions<GatewayOptions> options, ILogger<SpaceGuard> logger)
{
    private int _isShort;

    /// <summary>452 4.3.1 (RFC 3463: mail system full) while there is too little, or null.</summary>
    public IntakeVerdict? Refusal()
    {
        var free = space.FreeBytes;
        var isShort = free < options.Value.MinFreeBytes;
        // Said once each way: while it lasts, every mail would say it again, onto the very disk.
        if (Interlocked.Exchange(ref _isShort, isShort ? 1 : 0) != (isShort ? 1 : 0))
        {
            if (isShort)
                LogShort(free, options.Value.MinFreeBytes);
            else
                LogEnough(free);
        }
        return isShort ? IntakeVerdict.Later("4.3.1", "This server is short of disk space. Try again later.") : null;
    }

    [LoggerMessage(6010, LogLevel.Error, "Only {Free} bytes are free in the data directory, less than {Least}: no mail is accepted until there is more")]
    private partial void LogShort(long free, long least);

    [LoggerMessage(6011, LogLevel.Warning, "{Free} bytes are free in the data directory: mail is accepted again")]
    private partial void LogEnough(long free);
}
