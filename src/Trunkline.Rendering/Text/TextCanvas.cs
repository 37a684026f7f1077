using System.Runtime.InteropServices;
using SkiaSharp;
using Trunkline.Rendering.Paper;

namespace Trunkline.Rendering.Text;

/// <summary>A grey page in points, on which lines are drawn from top to bottom.</summary>
internal sealed class TextCanvas : IDisposable
{
    private const float PointsPerInch = 72;

    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _canvas;
    private readonly SKPaint _ink = new() { Color = SKColors.Black, IsAntialias = true };
    private readonly float _size;
    private readonly float _side;
    private readonly float _top;
    private readonly float _width;

    public TextCanvas(Sheet sheet, float sizePoints, float sideMarginPoints, float topMarginPoints)
    {
        (_size, _side, _top) = (sizePoints, sideMarginPoints, topMarginPoints);
        _width = (float)(Sheet.Width / sheet.DotsPerInch * PointsPerInch);
        _bitmap = new SKBitmap(new SKImageInfo(Sheet.Width, sheet.Rows, SKColorType.Gray8, SKAlphaType.Opaque));
        _canvas = new SKCanvas(_bitmap);
        _canvas.Scale((float)(sheet.DotsPerInch / PointsPerInch), (float)(sheet.RowsPerInch / PointsPerInch));
        Clear();
    }

    /// <summary>Where the next line begins, in points from the top.</summary>
    public float Y { get; private set; }

    /// <summary>Scripts with marks above and below need more room than Latin.</summary>
    public float HeightOf(TextLine line, float spacing)
    {
        var height = _size * spacing;
        foreach (var run in line.Runs)
        {
            using var font = TextLayout.Font(run.Face, _size);
            height = Math.Max(height, Math.Min(-font.Metrics.Ascent + font.Metrics.Descent, _size * 1.8f));
        }

        return height;
    }

    public void Draw(TextLine line, float height)
    {
        var x = line.FromRight ? _width - _side - line.Width : _side;
        var baseline = Y + (height * 0.78f);
        foreach (var run in line.Runs)
        {
            Draw(run, x, baseline);
            x += run.Width;
        }

        Y += height;
    }

    /// <summary>The page so far; the next one is white.</summary>
    public GreyImage TakeImage()
    {
        _canvas.Flush();
        var image = new GreyImage(_bitmap.Width, _bitmap.Height);
        for (var y = 0; y < image.Height; y++)
            Marshal.Copy(_bitmap.GetPixels() + (y * _bitmap.RowBytes), image.Dots, y * image.Width, image.Width);
        Clear();
        return image;
    }

    public void Dispose()
    {
        _ink.Dispose();
        _canvas.Dispose();
        _bitmap.Dispose();
    }

    private void Draw(TextRun run, float x, float baseline)
    {
        if (run.Glyphs.Length == 0)
            return;
        using var font = TextLayout.Font(run.Face, _size);
        using var builder = new SKTextBlobBuilder();
        builder.AddPositionedRun(run.Glyphs, font, run.Positions);
        using var blob = builder.Build();
        if (blob is not null)
            _canvas.DrawText(blob, x, baseline, _ink);
    }

    private void Clear()
    {
        _canvas.Clear(SKColors.White);
        Y = _top;
    }
}
