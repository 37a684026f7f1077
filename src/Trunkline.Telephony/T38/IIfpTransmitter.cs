namespace Trunkline.Telephony.T38;

/// <summary>Takes IFP packets that a terminal sends.</summary>
internal interface IIfpTransmitter
{
    /// <summary>
    /// Sends one packet in <paramref name="copies"/> equal datagrams: the end of a signal has no successor that could repair its loss.
    /// </summary>
    /// <returns>Octets that went over the wire since the packet before, with the headers of UDP and IP, and what was sent again.</returns>
    int Transmit(ReadOnlySpan<byte> packet, int copies);
}
