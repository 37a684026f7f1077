using System.Globalization;

namespace Trunkline.Rendering.Pdf;

/// <summary>The size of a page as a reader sees it, turned as the page says.</summary>
internal sealed record PdfPageSize(double WidthPoints, double HeightPoints);

/// <summary>What pdfinfo says of a document.</summary>
internal sealed record PdfFacts(int Pages, IReadOnlyList<PdfPageSize> Sizes)
{
    /// <summary>A page without a believable size is laid out as A4.</summary>
    private static readonly PdfPageSize Fallback = new(595, 842);

    /// <summary>Reads the lines of pdfinfo; null when it did not say how many pages there are.</summary>
    public static PdfFacts? Parse(string text)
    {
        var pages = -1;
        var sizes = new SortedDictionary<int, PdfPageSize>();
        var turns = new Dictionary<int, int>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[])[' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["Pages", var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed):
                    pages = parsed;
                    break;
                case ["Page", var number, "size", var width, "x", var height, ..] when Number(number, out var page):
                    if (Length(width, out var w) && Length(height, out var h))
                        sizes[page] = new PdfPageSize(w, h);
                    break;
                case ["Page", var number, "rot", var degrees] when Number(number, out var page) && Number(degrees, out var turn):
                    turns[page] = turn;
                    break;
            }
        }

        return pages < 0 ? null : new PdfFacts(pages, Turned(pages, sizes, turns));
    }

    /// <summary>Reads the lines of <c>pdfinfo -dests</c>: <c>   3 [ XYZ    0  842 null      ] "s2"</c>.</summary>
    public static IReadOnlyDictionary<string, int> ParsePlaces(string text)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var (open, close) = (line.IndexOf('"', StringComparison.Ordinal), line.LastIndexOf('"'));
            var words = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (open >= 0 && close > open && words.Length == 2 && Number(words[0], out var page))
                places[line[(open + 1)..close]] = page;
        }

        return places;
    }

    private static PdfPageSize[] Turned(int pages, SortedDictionary<int, PdfPageSize> sizes, Dictionary<int, int> turns)
    {
        var known = sizes.Count == 0 ? 0 : Math.Min(pages, sizes.Keys.Max());
        var result = new PdfPageSize[known];
        for (var i = 0; i < known; i++)
        {
            var size = sizes.GetValueOrDefault(i + 1, Fallback);
            var sideways = turns.GetValueOrDefault(i + 1) % 180 != 0;
            result[i] = sideways ? new PdfPageSize(size.HeightPoints, size.WidthPoints) : size;
        }

        return result;
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool Length(string text, out double points) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out points) && points is > 0.01 and < 10_000_000;
}
