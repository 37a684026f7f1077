using System.Xml;

namespace Trunkline.Rendering.Html;

/// <summary>Looks into a drawing before the browser does, which shows a damaged one as a broken picture, and that would be faxed.</summary>
internal static class SvgDrawing
{
    /// <summary>What entities may grow to: programs write a few names of name spaces by them, bombs the rest.</summary>
    private const long MaxEntityCharacters = 1_000_000;

    /// <summary>True for XML that is whole and whose root is a drawing. Nothing that it names is opened.</summary>
    public static bool IsWhole(string path)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, XmlResolver = null, MaxCharactersFromEntities = MaxEntityCharacters };
        try
        {
            using var file = File.OpenRead(path);
            using var reader = XmlReader.Create(file, settings);
            if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "svg")
                return false;
            while (reader.Read())
            {
            }

            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }
}
