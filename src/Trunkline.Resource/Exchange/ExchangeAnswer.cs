using Trunkline.Core.Protocol;

namespace Trunkline.Resource.Exchange;

/// <summary>What the resource answers to an exchange: a message with 200, or one line with any other code.</summary>
internal readonly record struct ExchangeAnswer(int Code, string Line, ResourceMessage? Message)
{
    public static ExchangeAnswer Of(ResourceMessage message) => new(200, "", message);

    public static ExchangeAnswer Refuse(int code, string line) => new(code, line, null);
}
