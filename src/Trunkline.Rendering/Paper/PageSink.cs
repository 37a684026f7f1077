using Microsoft.Extensions.Logging;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Rendering.Paper;

/// <summary>Takes the grey pages of one document and keeps them as they go over the line, each within its budget of bytes.</summary>
/// <param name="sheet">The paper.</param>
/// <param name="byteBudget">Bytes of a page beyond which its pictures are made coarser. Writing is not.</param>
/// <param name="byteLimit">Bytes beyond which a page loses its tones, whatever is on it.</param>
/// <param name="logger">Is told of either.</param>
internal sealed class PageSink(Sheet sheet, int byteBudget, int byteLimit, ILogger logger)
{
    private static readonly Tone[] Pictures = [Tone.Dithered, Tone.Coarse, Tone.Coarser, Tone.CoarseAndHard];

    private readonly List<FaxStrip> _pages = [];
    private int _whitePagesAtEnd;

    public Sheet Sheet => sheet;

    public IReadOnlyList<FaxStrip> Pages => _pages;

    /// <summary>Adds a page; smaller ones are laid on the sheet, in the middle across and on top, and longer ones on several.</summary>
    public void Add(GreyImage page)
    {
        if (page.Height <= sheet.Rows)
        {
            AddSheet(page.OnSheet(Sheet.Width, sheet.Rows, top: 0));
            return;
        }

        foreach (var (first, rows) in Strip.Cut(page, sheet.StripRows))
            AddPiece(page.Part(first, rows));
    }

    /// <summary>Adds a sheet with a piece of something longer, below a margin: its first line may stand at its very edge, where machines do not print.</summary>
    public void AddPiece(GreyImage piece) => AddSheet(piece.OnSheet(Sheet.Width, sheet.Rows, sheet.StripMargin));

    /// <summary>Adds a page of exactly the size of the sheet.</summary>
    public void AddSheet(GreyImage page)
    {
        var binariser = new Binariser(page);
        // What is as good as sure to be too large is not tried.
        Tone[] tones = binariser.HasPictures ? [.. Pictures.Where(t => binariser.LeastBytes(t) <= byteBudget)] : [Tone.Dithered];
        var bilevel = binariser.ToBilevel(tones[0], sheet.RowsPerInch);
        _whitePagesAtEnd = bilevel.Bits.AsSpan().ContainsAnyExcept((byte)0) ? 0 : _whitePagesAtEnd + 1;
        var strip = FaxTiff.Encode(bilevel, sheet.RowsPerInch);
        foreach (var tone in tones.AsSpan(1))
        {
            if (strip.Code.Length > byteBudget)
                strip = Again(binariser, tone, strip);
        }

        if (strip.Code.Length > byteLimit)
            strip = Again(binariser, Tone.None, strip);
        _pages.Add(strip);
    }

    private FaxStrip Again(Binariser binariser, Tone tone, FaxStrip tooLarge)
    {
        logger.PageMadeCoarser(_pages.Count + 1, tooLarge.Code.Length, tone);
        return FaxTiff.Encode(binariser.ToBilevel(tone, sheet.RowsPerInch), sheet.RowsPerInch);
    }

    public void DropWhitePagesAtEnd()
    {
        _pages.RemoveRange(_pages.Count - _whitePagesAtEnd, _whitePagesAtEnd);
        _whitePagesAtEnd = 0;
    }
}
