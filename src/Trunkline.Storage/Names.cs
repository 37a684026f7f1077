using Trunkline.Core;
using Trunkline.Core.Documents;

namespace Trunkline.Storage;

/// <summary>How enumerations are written in the tables: as the source writes them where it does.</summary>
internal static class Names
{
    public static string Of(MessageType type) => type switch
    {
        MessageType.Fax => "FAX",
        MessageType.Voice => "VOICE",
        MessageType.Notification => "NOTIFY",
        MessageType.Video => "VIDEO",
    };

    public static MessageType MessageTypeOf(string name) => name switch
    {
        "FAX" => MessageType.Fax,
        "VOICE" => MessageType.Voice,
        "NOTIFY" => MessageType.Notification,
        "VIDEO" => MessageType.Video,
        _ => throw new InvalidDataException($"\"{name}\" is no message type."),
    };

    public static string Of(FaxResolution resolution) => resolution switch
    {
        FaxResolution.Standard => "standard",
        FaxResolution.Fine => "fine",
        FaxResolution.Superfine => "superfine",
    };

    public static FaxResolution ResolutionOf(string name) => name switch
    {
        "standard" => FaxResolution.Standard,
        "fine" => FaxResolution.Fine,
        "superfine" => FaxResolution.Superfine,
        _ => throw new InvalidDataException($"\"{name}\" is no resolution."),
    };

    public static string Of(MessageStatus status) => status.Code().ToString();

    public static MessageStatus StatusOf(string code) =>
        MessageStatuses.TryParse(code, out var status) ? status : throw new InvalidDataException($"\"{code}\" is no message status.");
}
