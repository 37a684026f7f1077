namespace Trunkline.Gateway.Intake;

/// <summary>What intake says to a sender while it is still connected.</summary>
/// <param name="IsAccepted">True when the sender may go on.</param>
/// <param name="IsPermanent">False when trying again later may help (4xx).</param>
/// <param name="EnhancedCode">RFC 3463.</param>
/// <param name="Text">One sentence or two: what is wrong and what to do.</param>
public readonly record struct IntakeVerdict(bool IsAccepted, bool IsPermanent, string EnhancedCode, string Text)
{
    public static IntakeVerdict Accept(string enhancedCode, string text) => new(true, false, enhancedCode, text);

    public static IntakeVerdict Refuse(string enhancedCode, string text) => new(false, true, enhancedCode, text);

    public static IntakeVerdict Later(string enhancedCode, string text) => new(false, false, enhancedCode, text);
}
