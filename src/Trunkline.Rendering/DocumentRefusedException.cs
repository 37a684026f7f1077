namespace Trunkline.Rendering;

/// <summary>
/// Carries the sentence for the sender from deep in a conversion up to <see cref="FaxRenderer"/>, which turns it into a result.
/// Never leaves this room.
/// </summary>
internal sealed class DocumentRefusedException(string cause) : Exception(cause);
