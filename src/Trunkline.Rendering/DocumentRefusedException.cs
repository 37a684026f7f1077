namespace Trunkline.Rendering;

/// <summary>
/// Carries the sentence for the sender from deep in a conversion up to <see cref="FaxRenderer"/>, which turns it into a result.
/// Never leaves this room.
/// </summary>
/// <param name="cause">The sentence.</param>
/// <param name="mayPass">True when it may be this machine's load, memory or disk, and not the document.</param>
internal sealed class DocumentRefusedException(string cause, bool mayPass = false) : Exception(cause)
{
    public bool MayPass { get; } = mayPass;
}
