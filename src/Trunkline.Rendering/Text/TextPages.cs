using SkiaSharp;
using Trunkline.Core.Documents;
using Trunkline.Rendering.Paper;

namespace Trunkline.Rendering.Text;

/// <summary>Plain text to pages: 11.5 points, margins that a hand can hold, a form feed begins a page.</summary>
internal sealed class TextPages(RenderingOptions options)
{
    private const float PointsPerInch = 72;
    private const float SizePoints = 11.5f;

    /// <summary>80 columns fit between the margins.</summary>
    private const float MonospacedSizePoints = 10f;
    private const float LineSpacing = 1.3f;
    private const float SideMarginPoints = 60;
    private const float TopMarginPoints = 54;
    private const float BottomMarginPoints = 50;

    /// <summary>One document at a time: shapers and faces are not for sharing, and a document is quick.</summary>
    private readonly Lock _gate = new();

    public void Render(FaxDocument document, PageSink sink, CancellationToken cancellationToken)
    {
        if (new FileInfo(document.Path).Length > options.MaxTextBytes)
            throw new DocumentRefusedException($"{DocumentName.Subject(document.Name)} is longer than {options.MaxTextBytes / 1000} KB of text.");
        var text = TextDecoding.Decode(File.ReadAllBytes(document.Path), document.Charset);
        if (string.IsNullOrWhiteSpace(text))
            return;

        // Not ReplaceLineEndings: it takes a form feed for the end of a line.
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimEnd();
        lock (_gate)
            Render(text, document.Name, sink, cancellationToken);
    }

    private void Render(string text, string name, PageSink sink, CancellationToken cancellationToken)
    {
        var columns = IsColumned(text);
        var size = columns ? MonospacedSizePoints : SizePoints;
        using var fonts = new FontFallback(text, columns);
        var widthPoints = (float)(Sheet.Width / sink.Sheet.DotsPerInch * PointsPerInch);
        var layout = new TextLayout(fonts, size, widthPoints - (2 * SideMarginPoints));
        using var page = new TextCanvas(sink.Sheet, size, SideMarginPoints, TopMarginPoints);
        var bottom = (float)(sink.Sheet.Rows / sink.Sheet.RowsPerInch * PointsPerInch) - BottomMarginPoints;
        foreach (var line in Lines(text, layout))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var height = page.HeightOf(line, LineSpacing);
            if (line.StartsPage || page.Y + height > bottom)
                Finish(page, name, sink);
            page.Draw(line, height);
        }

        Finish(page, name, sink);
    }

    private void Finish(TextCanvas page, string name, PageSink sink)
    {
        if (sink.Pages.Count == options.MaxPages)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} has more than {options.MaxPages} pages.");
        sink.Add(page.TakeImage());
    }

    private static IEnumerable<TextLine> Lines(string text, TextLayout layout)
    {
        var firstPage = true;
        foreach (var part in text.Split('\f'))
        {
            var startsPage = !firstPage;
            foreach (var paragraph in part.Split('\n'))
            {
                foreach (var line in layout.Lines(paragraph, startsPage))
                    yield return line;
                startsPage = false;
            }

            firstPage = false;
        }
    }

    /// <summary>Text whose lines hold gaps of three spaces or more was set in columns, and only equal widths keep them.</summary>
    private static bool IsColumned(string text)
    {
        var gaps = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Trim().IndexOf("   ") >= 0 && ++gaps == 3)
                return true;
        }

        return false;
    }
}
