using Trunkline.Core.Protocol;

namespace Trunkline.Resource.Exchange;

/// <summary>What the resource answers: a message or the record of a call with 200, or one line with any other code.</summary>
internal readonly record struct ExchangeAnswer(int Code, string Line, ResourceMessage? Message)
{
    /// <summary>The record that was asked for.</summary>
    public ReadOnlyMemory<byte> Record { get; init; }

    public static ExchangeAnswer Of(ResourceMessage message) => new(200, "", message);

    public static ExchangeAnswer OfRecord(ReadOnlyMemory<byte> record) => new(200, "", null) { Record = record };

    public static ExchangeAnswer Refuse(int code, string line) => new(code, line, null);
}
