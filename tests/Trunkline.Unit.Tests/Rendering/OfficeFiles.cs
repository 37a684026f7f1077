using System.IO.Compression;
using System.Text;

namespace Trunkline.Unit.Tests.Rendering;

/// <summary>The smallest office documents that programs open.</summary>
internal static class OfficeFiles
{
    private const string Xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    public static byte[] Docx(string text, params (string Name, byte[] Content)[] more) => Archive(
        [("[Content_Types].xml", Types("/word/document.xml", "wordprocessingml.document.main+xml")), ("_rels/.rels", Relations("officeDocument", "word/document.xml")),
        ("word/document.xml", Utf8($"""
            {Xml}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:rPr><w:sz w:val="32"/></w:rPr>
            <w:t>{text}</w:t></w:r></w:p></w:body></w:document>
            """)), .. more]);

    public static byte[] Xlsx(string text) => Archive(
        [("[Content_Types].xml", Utf8($"""
            {Xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
            <Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
            <Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>
            """)), ("_rels/.rels", Relations("officeDocument", "xl/workbook.xml")), ("xl/_rels/workbook.xml.rels", Relations("worksheet", "worksheets/sheet1.xml")),
        ("xl/workbook.xml", Utf8($"""
            {Xml}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
            <sheets><sheet name="Orders" sheetId="1" r:id="rId1"/></sheets></workbook>
            """)),
        ("xl/worksheets/sheet1.xml", Utf8($"""
            {Xml}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>
            """))]);

    public static byte[] Odt(string text, string manifest = "") => Archive(
        ("mimetype", Utf8("application/vnd.oasis.opendocument.text")), ("META-INF/manifest.xml", Utf8($"""
            {Xml}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>
            <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{manifest}</manifest:file-entry></manifest:manifest>
            """)),
        ("content.xml", Utf8($"""
            {Xml}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
            <office:body><office:text><text:p>{text}</text:p></office:text></office:body></office:document-content>
            """)));

    /// <summary>A slide as one flat file, from which an office program makes any format of slides.</summary>
    public static string FlatSlide(string text) => $"""
        {Xml}<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
        xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"
        office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation><draw:page draw:name="one"><draw:frame svg:x="2cm" svg:y="2cm"
        svg:width="22cm" svg:height="5cm"><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page></office:presentation></office:body></office:document>
        """;

    public static byte[] Archive(params (string Name, byte[] Content)[] entries)
    {
        using var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return memory.ToArray();
    }

    private static byte[] Types(string part, string kind) => Utf8($"""
        {Xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Override PartName="{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}"/></Types>
        """);

    private static byte[] Relations(string kind, string target) => Utf8($"""
        {Xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
        Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>
        """);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text.Trim());
}
