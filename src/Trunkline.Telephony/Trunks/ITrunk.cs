using Trunkline.Telephony.Calls;

namespace Trunkline.Telephony.Trunks;

/// <summary>A way into the telephone network, with a number of channels that it never exceeds.</summary>
public interface ITrunk
{
    /// <summary>What the operator calls it.</summary>
    string Name { get; }

    /// <summary>Calls at once.</summary>
    int MaxChannels { get; }

    /// <summary>False when the carrier does not answer OPTIONS.</summary>
    bool IsUp { get; }

    /// <summary>
    /// Places one call and sends the fax; never throws for what a carrier or a far end may do. Cancelling hangs up (CANCEL or BYE) and returns
    /// an outcome; a call is never left on the line.
    /// </summary>
    Task<FaxCallResult> SendFaxAsync(FaxCall call, IFaxCallObserver observer, CancellationToken cancellationToken);
}
