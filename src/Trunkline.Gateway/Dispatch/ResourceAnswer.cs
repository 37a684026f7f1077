using Trunkline.Core.Protocol;

namespace Trunkline.Gateway.Dispatch;

/// <summary>What came of an exchange with a resource.</summary>
public abstract record ResourceAnswer
{
    /// <summary>It answered in the protocol.</summary>
    public sealed record Answered(ResourceMessage Message) : ResourceAnswer;

    /// <summary>It refused for certain: nothing was taken.</summary>
    /// <param name="Reason">One line.</param>
    /// <param name="IsLasting">True when the operator must mend something: a password, a ResourceID, a format.</param>
    public sealed record Refused(string Reason, bool IsLasting) : ResourceAnswer;

    /// <summary>The connection could not be made: nothing was sent.</summary>
    public sealed record Unreachable(string Reason) : ResourceAnswer;

    /// <summary>It was sent, and no answer came that can be understood: it may have been taken.</summary>
    public sealed record InDoubt(string Reason) : ResourceAnswer;
}
