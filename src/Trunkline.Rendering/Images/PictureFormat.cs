namespace Trunkline.Rendering.Images;

/// <summary>A format of pictures.</summary>
/// <param name="Coder">What GraphicsMagick calls it; it is told, so that a file cannot choose another.</param>
/// <param name="Name">For sentences.</param>
/// <param name="IsPaged">True when each of its pictures is a page; else the others are the frames of an animation.</param>
/// <param name="HasResolution">False when what it says of its resolution is made up by whoever wrote it.</param>
internal sealed record PictureFormat(string Coder, string Name, bool IsPaged = false, bool HasResolution = true)
{
    /// <summary>The format of a MIME type, or null.</summary>
    public static PictureFormat? Of(string contentType) => contentType switch
    {
        "image/png" => new("PNG", "PNG"),
        "image/jpeg" => new("JPEG", "JPEG"),
        "image/tiff" => new("TIFF", "TIFF", IsPaged: true),
        "image/gif" => new("GIF", "GIF"),
        "image/webp" => new("WEBP", "WebP"),
        "image/bmp" => new("BMP", "BMP", HasResolution: false),
        "image/heic" => new("HEIC", "HEIC"),
        "image/avif" => new("AVIF", "AVIF"),
        _ => null,
    };
}
