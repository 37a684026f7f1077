namespace Trunkline.Telephony.Sdp;

/// <summary>An a= line.</summary>
/// <param name="Value">Null for a flag such as <c>a=sendrecv</c>.</param>
public readonly record struct SdpAttribute(string Name, string? Value);
