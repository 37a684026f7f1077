using System.Globalization;
using System.Text;

namespace Trunkline.Unit.Tests.Rendering;

/// <summary>A PDF of a few hundred bytes that costs for ever: forms that draw forms, ten times at each of nine levels.</summary>
internal static class PdfBomb
{
    public static byte[] Layered()
    {
        const int Levels = 9;
        var objects = new List<string>
        {
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
            Stream("", "/F Do"),
        };
        for (var level = 0; level < Levels; level++)
        {
            var inner = level + 1 == Levels ? "0 0 500 500 re f " : "/F Do ";
            var resources = level + 1 == Levels ? "" : string.Create(CultureInfo.InvariantCulture, $"/Resources<</XObject<</F {level + 6} 0 R>>>>");
            objects.Add(Stream("/Type/XObject/Subtype/Form/BBox[0 0 595 842]" + resources, string.Concat(Enumerable.Repeat(inner, 10))));
        }

        var file = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj{objects[i]}endobj\n");
        }

        var table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            file.Append(CultureInfo.InvariantCulture, $"{offset:0000000000} 00000 n \n");
        file.Append(CultureInfo.InvariantCulture, $"trailer<</Size {objects.Count + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(file.ToString());
    }

    private static string Stream(string entries, string content) =>
        string.Create(CultureInfo.InvariantCulture, $"<<{entries}/Length {content.Length}>>stream\n{content}\nendstream ");
}
