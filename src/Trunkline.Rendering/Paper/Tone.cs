namespace Trunkline.Rendering.Paper;

/// <summary>How the picture areas of a page are turned into dots, from the best to the cheapest on the line.</summary>
internal enum Tone
{
    /// <summary>Serpentine Floyd–Steinberg, dot by dot.</summary>
    Dithered,

    /// <summary>In cells of two dots: a quarter of the edges that the line must carry.</summary>
    Coarse,

    /// <summary>In cells of three.</summary>
    Coarser,

    /// <summary>In cells of three, after light and dark were pushed apart, which leaves fewer cells to scatter.</summary>
    CoarseAndHard,

    /// <summary>No tones, a threshold at the middle grey.</summary>
    None,
}
