using MimeKit;
using MimeKit.Utils;

namespace Trunkline.Mail.Mime;

/// <summary>The header fields of one entity that decide what becomes of its content.</summary>
internal sealed class HeaderSummary
{
    public ContentEncoding Encoding { get; private set; }
    public ContentDisposition? Disposition { get; private set; }

    /// <summary>Without angle brackets.</summary>
    public string? ContentId { get; private set; }

    public void Take(Header header)
    {
        switch (header.Id)
        {
            case HeaderId.ContentTransferEncoding:
                Encoding = MimeUtils.TryParse(header.Value, out ContentEncoding encoding) ? encoding : ContentEncoding.Default;
                break;
            case HeaderId.ContentDisposition:
                if (ContentDisposition.TryParse(ParserOptions.Default, header.RawValue, out var disposition))
                    Disposition = disposition;
                break;
            case HeaderId.ContentId:
                ContentId = MimeUtils.EnumerateReferences(header.RawValue, 0, header.RawValue.Length).FirstOrDefault()
                    ?? header.Value.Trim().Trim('<', '>');
                break;
        }
    }
}
