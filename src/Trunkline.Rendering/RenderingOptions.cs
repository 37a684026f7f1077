namespace Trunkline.Rendering;

/// <summary>Where documents are converted and what a conversion may cost. Every number bounds work that a stranger's mail can cause.</summary>
public sealed record RenderingOptions
{
    /// <summary>Folder for the files of running conversions. Everyone must be able to pass through it (mode 0711 or wider): converters run as nobody.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>Most pages of one document: 200 pages are over an hour and a half of line.</summary>
    public int MaxPages { get; init; } = 200;

    /// <summary>Most dots of one picture: twice what a good telephone camera makes, and 40 MB once decoded to grey.</summary>
    public long MaxPixels { get; init; } = 40_000_000;

    /// <summary>Most bytes of plain text: about 600 pages, so that the page limit is met first by anything but blank lines.</summary>
    public int MaxTextBytes { get; init; } = 2_000_000;

    /// <summary>Most bytes of HTML, embedded pictures included.</summary>
    public int MaxHtmlBytes { get; init; } = 20_000_000;

    /// <summary>Most cover pages printed by one browser: beyond some fifty its start is no longer what they cost, and what fails, fails for fewer.</summary>
    public int MaxSheets { get; init; } = 50;

    /// <summary>Bytes of one page on the line beyond which its pictures are made coarser: 60 KB take half a minute at 14400 bit/s, and writing alone stays below.</summary>
    public int PageByteBudget { get; init; } = 60_000;

    /// <summary>Bytes of one page beyond which it loses its tones, whatever is on it: 300 KB take under three minutes at 14400 bit/s.</summary>
    public int PageByteLimit { get; init; } = 300_000;

    /// <summary>Converter processes at one time; more than there are cores only makes each of them late.</summary>
    public int ConcurrentConverters { get; init; } = 2;

    /// <summary>Processor time of one converter, before the time for each page.</summary>
    public TimeSpan ConverterCpuTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Processor time added for each page that a converter makes.</summary>
    public TimeSpan ConverterCpuTimePerPage { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Address space of a converter. Popular PDFs need 150 MB; a crafted one asks for all there is.</summary>
    public long ConverterMemoryBytes { get; init; } = 600_000_000;

    /// <summary>
    /// Writable memory of one browser process, of which it reserves 4.3 GB at its start and uses little. Its address space cannot be limited:
    /// that is hundreds of gigabytes.
    /// </summary>
    public long BrowserMemoryBytes { get; init; } = 5_000_000_000;

    /// <summary>Processor time of the office, which starts twice: three seconds for a letter, and large workbooks are printed in pages by the hundred.</summary>
    public TimeSpan OfficeCpuTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Address space of the office, of which it maps a gigabyte before it reads anything.</summary>
    public long OfficeMemoryBytes { get; init; } = 2_500_000_000;

    /// <summary>Bytes that the parts of an office document unpack to: a presentation full of photos has a tenth, and a bomb of 1 MB a gigabyte.</summary>
    public long MaxUnpackedBytes { get; init; } = 400_000_000;

    /// <summary>Parts of an office document.</summary>
    public int MaxArchiveEntries { get; init; } = 10_000;

    /// <summary>Address space of the picture decoder, which holds 8 bytes a dot and two copies while it lays transparency over white.</summary>
    public long PictureMemoryBytes { get; init; } = 1_500_000_000;

    /// <summary>Largest file that a converter may write.</summary>
    public long ConverterFileBytes { get; init; } = 200_000_000;

    /// <summary>Run converters with limits only where bubblewrap does not work. Off, such a machine is refused at start.</summary>
    public bool AllowUnconfinedConverters { get; init; }
}
