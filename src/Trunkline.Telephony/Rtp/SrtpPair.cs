using Trunkline.Telephony.Media;

namespace Trunkline.Telephony.Rtp;

/// <summary>Both directions of one call's SRTP, for as long as its keys stay the same.</summary>
internal sealed class SrtpPair(SrtpKeys keys) : IDisposable
{
    public SrtpKeys Keys { get; } = keys;

    public SrtpSender Sender { get; } = new(keys.Local);

    public SrtpReceiver Receiver { get; } = new(keys.Remote);

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }
}
