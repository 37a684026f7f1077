namespace Trunkline.Gateway.Intake;

/// <summary>The pager that a notification goes to, as a resource must know it. Kept with the message: what becomes of the pager later changes it no more.</summary>
/// <param name="Name">The customer's own name for it.</param>
/// <param name="Type">PAGERTYPECODE: <c>tap</c>, <c>dtmf</c>, <c>snpp</c> or <c>smpp</c>.</param>
/// <param name="Number">PAGERNUMBER: the unit; the destination of the message may be the modem of its terminal instead.</param>
/// <param name="Pin">PIN, or null.</param>
/// <param name="Display">DISPLAYTYPE: <c>numeric</c> or <c>alphanumeric</c>.</param>
public sealed record PagerTarget(string Name, string Type, string Number, string? Pin, string Display)
{
    /// <summary>Never prints the PIN.</summary>
    public override string ToString() => $"{Name} ({Type})";
}
