using System.Xml;

namespace Trunkline.Gateway.Covers;

/// <summary>A customer's sign for its cover pages.</summary>
/// <param name="ContentType"><c>image/png</c>, <c>image/jpeg</c> or <c>image/svg+xml</c>.</param>
public sealed record CoverLogo(string ContentType, ReadOnlyMemory<byte> Content)
{
    /// <summary>Bytes: a logo is on every cover of a run, and a page of two colours shows no more.</summary>
    public const int MaxBytes = 100_000;

    /// <summary>Reads a picture by what it is, not by what it says; false, with a sentence, for all else.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> content, out CoverLogo logo, out string error)
    {
        logo = null!;
        error = "";
        if (content.Length > MaxBytes)
            error = $"The logo has {content.Length} bytes; at most {MaxBytes} are allowed. Save it smaller: a fax has two colours.";
        else if (content.Span is [0x89, (byte)'P', (byte)'N', (byte)'G', ..])
            logo = new CoverLogo("image/png", content);
        else if (content.Span is [0xFF, 0xD8, 0xFF, ..])
            logo = new CoverLogo("image/jpeg", content);
        else if (IsSvg(content))
            logo = new CoverLogo("image/svg+xml", content);
        else
            error = "The logo is no PNG, JPEG or SVG picture.";
        return error.Length == 0;
    }

    /// <summary>As a page embeds it.</summary>
    public string DataUri => $"data:{ContentType};base64,{Convert.ToBase64String(Content.Span)}";

    private static bool IsSvg(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(content.ToArray()), new XmlReaderSettings
            {
                // Entities that multiply one another need a document type.
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = MaxBytes,
            });
            if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "svg")
                return false;
            while (reader.Read())
            {
            }
            return true;
        }
        catch (XmlException)
        {
            // It is none.
            return false;
        }
    }
}
