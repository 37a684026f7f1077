namespace Trunkline.Rendering.Office;

/// <summary>What a kind of office document is called, and how it shows itself.</summary>
/// <param name="Name">For sentences: "Word document".</param>
/// <param name="Extension">By which the converter chooses how to read it.</param>
/// <param name="Part">The entry that each such archive has; null for formats that are no archives.</param>
internal sealed record OfficeFormat(string Name, string Extension, string? Part)
{
    /// <summary>The format of a MIME type, or null.</summary>
    public static OfficeFormat? Of(string contentType) => contentType switch
    {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => new("Word document", "docx", "word/document.xml"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => new("Excel workbook", "xlsx", "xl/workbook.xml"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => new("PowerPoint presentation", "pptx", "ppt/presentation.xml"),
        "application/vnd.oasis.opendocument.text" => new("OpenDocument text", "odt", "content.xml"),
        "application/vnd.oasis.opendocument.spreadsheet" => new("OpenDocument spreadsheet", "ods", "content.xml"),
        "application/vnd.oasis.opendocument.presentation" => new("OpenDocument presentation", "odp", "content.xml"),
        "application/msword" => new("Word document", "doc", null),
        "application/vnd.ms-excel" => new("Excel workbook", "xls", null),
        "application/vnd.ms-powerpoint" => new("PowerPoint presentation", "ppt", null),
        "application/rtf" => new("RTF document", "rtf", null),
        _ => null,
    };
}
