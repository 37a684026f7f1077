using Microsoft.Extensions.Logging;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Rendering.Paper;

/// <summary>Takes the grey pages of one document and keeps them as they go over the line, each within its budget of bytes.</summary>
internal sealed class PageSink(Sheet sheet, int byteBudget, ILogger logger)
{
    private readonly List<FaxStrip> _pages = [];
    private int _whitePagesAtEnd;

    public Sheet Sheet => sheet;

    public IReadOnlyList<FaxStrip> Pages => _pages;

    /// <summary>Adds a page; smaller ones are laid on the sheet, in the middle across and on top.</summary>
    public void Add(GreyImage page) => AddSheet(page.OnSheet(Sheet.Width, sheet.Rows, top: 0));

    /// <summary>Adds a page of exactly the size of the sheet.</summary>
    public void AddSheet(GreyImage page)
    {
        var bilevel = Binariser.ToBilevel(page, Tone.Dithered);
        _whitePagesAtEnd = bilevel.Bits.AsSpan().ContainsAnyExcept((byte)0) ? 0 : _whitePagesAtEnd + 1;
        var strip = FaxTiff.Encode(bilevel, sheet.RowsPerInch);
        foreach (var tone in (Tone[])[Tone.Coarse, Tone.CoarseAndHard, Tone.None])
        {
            if (strip.Code.Length <= byteBudget)
                break;
            logger.PageMadeCoarser(_pages.Count + 1, strip.Code.Length, tone);
            strip = FaxTiff.Encode(Binariser.ToBilevel(page, tone), sheet.RowsPerInch);
        }

        _pages.Add(strip);
    }

    public void DropWhitePagesAtEnd()
    {
        _pages.RemoveRange(_pages.Count - _whitePagesAtEnd, _whitePagesAtEnd);
        _whitePagesAtEnd = 0;
    }
}
