using Trunkline.Core;
using Trunkline.Gateway.Record;

namespace Trunkline.Web.Api.Messages;

/// <summary>Recipients, types and statuses as callers write them.</summary>
internal static class MessageNames
{
    /// <summary>Reads a type; false for any other word.</summary>
    public static bool TryReadType(string text, out MessageType type)
    {
        foreach (var candidate in Enum.GetValues<MessageType>())
        {
            if (MessageWords.Of(candidate) == text)
            {
                type = candidate;
                return true;
            }
        }
        type = default;
        return false;
    }

    /// <summary>Reads a status; false for any other word.</summary>
    public static bool TryReadStatus(string text, out MessageStatus status)
    {
        foreach (var candidate in Enum.GetValues<MessageStatus>())
        {
            if (MessageWords.Of(candidate) == text)
            {
                status = candidate;
                return true;
            }
        }
        status = default;
        return false;
    }

    /// <summary>
    /// The mail address that means the same as a recipient of the interface, so that both are judged by one desk; null when it is none.
    /// </summary>
    public static string? AddressOf(string recipient, string domain)
    {
        var colon = recipient.IndexOf(':', StringComparison.Ordinal);
        var number = colon < 0 ? recipient : recipient[(colon + 1)..];
        // Options stand in fields of their own here; an address would read them from the number's text.
        if (number.Length == 0 || number.Length > PhoneNumber.MaxTextLength || number.AsSpan().IndexOfAny("/@=\"\\") >= 0)
            return null;
        if (colon < 0)
            return number[0] == '+' || char.IsAsciiDigit(number[0]) ? $"{number}@{domain}" : null;
        // The hosts of addresses have the names of the types.
        return TryReadType(recipient[..colon], out var type) ? $"{number}@{MessageWords.Of(type)}.{domain}" : null;
    }
}
