namespace Trunkline.Web.Api.Messages;

/// <summary>What <c>POST /v1/messages</c> takes as JSON; as <c>multipart/form-data</c> the same names, <c>to</c> and <c>files</c> once for each.</summary>
public sealed record MessageRequest
{
    /// <summary><c>fax:+12025550100</c>, <c>voice:</c>, <c>page:</c>, <c>video:</c>; without a type, the attachments decide.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>One line.</summary>
    public string? Subject { get; init; }

    /// <summary>The text, before the files.</summary>
    public string? Text { get; init; }

    /// <summary>The text as HTML; when both are given, this is what is sent.</summary>
    public string? Html { get; init; }

    public IReadOnlyList<MessageFile>? Files { get; init; }

    /// <summary><c>high</c>, <c>medium</c>, <c>low</c>.</summary>
    public string? Priority { get; init; }

    /// <summary>Not before this time.</summary>
    public string? At { get; init; }

    /// <summary>Not after this time.</summary>
    public string? Expires { get; init; }

    /// <summary>The name of a cover page.</summary>
    public string? Cover { get; init; }

    /// <summary>The customer's own word for it.</summary>
    public string? Reference { get; init; }

    /// <summary><c>standard</c>, <c>fine</c>, <c>superfine</c>.</summary>
    public string? Resolution { get; init; }

    /// <summary>For an operator: the address of the customer whose message it is.</summary>
    public string? Customer { get; init; }
}

/// <summary>An attachment.</summary>
/// <param name="Name">With its ending, which tells the type where <paramref name="Type"/> does not.</param>
/// <param name="Content">Base 64.</param>
/// <param name="Type">MIME; left out, the name tells.</param>
public sealed record MessageFile(string Name, byte[] Content, string? Type = null);

/// <summary>What was accepted.</summary>
/// <param name="Id">Of the submission.</param>
public sealed record AcceptedSubmission(string Id, IReadOnlyList<AcceptedMessage> Messages);

/// <summary>One message of it.</summary>
/// <param name="To"><c>fax:+12025550100</c></param>
/// <param name="Status">As it stands once it is durable: it waits to be prepared, whenever it is to be sent.</param>
/// <param name="At">Not sent before; left out where it is sent as soon as it can be.</param>
public sealed record AcceptedMessage(string Id, string To, string Type, string Status, DateTimeOffset? At = null);
