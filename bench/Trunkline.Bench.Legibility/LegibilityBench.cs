using Microsoft.Extensions.Logging.Abstractions;
using System.Collections.Concurrent;
using System.Globalization;
using Trunkline.Core.Documents;
using Trunkline.Rendering;
using Trunkline.Rendering.Tiff;

namespace Trunkline.Bench.Legibility;

/// <summary>Makes the pages, converts them each way, has them read, and prints the tables.</summary>
internal static class LegibilityBench
{
    /// <summary>One page, one way.</summary>
    private sealed record Reading(HardPage Page, Converter Converter, FaxResolution Resolution, int Words, int Found, long Bytes);

    public static async Task<int> RunAsync(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("trunkline-legibility.").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_001_001);
        try
        {
            var photo = Convert.ToBase64String(PhotoScene.Jpeg(1200, 800));
            var pages = HardPages.All(photo).Where(p => p.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)).ToList();
            foreach (var page in pages)
                Print(page, folder, options.Keep);
            using var renderer = await FaxRenderer.StartAsync(
                new RenderingOptions { WorkDirectory = Path.Combine(folder, "work"), AllowUnconfinedConverters = true }, TimeProvider.System,
                NullLogger<FaxRenderer>.Instance, CancellationToken.None);
            Converter[] converters = options.OursOnly ? [Converter.Ours(renderer)] : [Converter.Ours(renderer), Converter.Ghostscript, Converter.Poppler];
            FaxResolution[] resolutions = options.WithSuperfine
                ? [FaxResolution.Standard, FaxResolution.Fine, FaxResolution.Superfine] : [FaxResolution.Standard, FaxResolution.Fine];
            var jobs = (from page in pages from converter in converters from resolution in resolutions where !options.CostOnly select (page, converter, resolution)).ToList();
            var readings = new ConcurrentBag<Reading>();
            await Parallel.ForEachAsync(jobs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                async (job, _) => readings.Add(await ReadAsync(job.page, job.converter, job.resolution, folder, options.Keep)));
            if (!options.CostOnly)
                Show(pages, converters, resolutions, [.. readings]);
            if (options.Rounds > 0)
                await ShowCostAsync(pages, converters, options.Rounds, folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string PdfOf(HardPage page, string folder) => Path.Combine(folder, FileName(page) + ".pdf");

    private static string FileName(HardPage page) => string.Concat(page.Name.Where(char.IsAsciiLetterOrDigit));

    private static void Print(HardPage page, string folder, string? keep)
    {
        var source = Path.Combine(folder, FileName(page) + ".html");
        var margin = page.Name.StartsWith("slide", StringComparison.Ordinal) ? "0" : page.Paper.StartsWith("80", StringComparison.Ordinal) ? "4mm" : "16mm";
        File.WriteAllText(source, $"<!DOCTYPE html><html><head><meta charset='utf-8'><style>@page{{size:{page.Paper};margin:{margin}}} *{{print-color-adjust:exact;-webkit-print-color-adjust:exact}}</style></head>{page.Html}");
        Tool.Run("/usr/lib/chromium/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer", $"--print-to-pdf={PdfOf(page, folder)}", "file://" + source);
        if (keep is not null)
            File.Copy(PdfOf(page, folder), Path.Combine(Directory.CreateDirectory(keep).FullName, FileName(page) + ".pdf"), overwrite: true);
    }

    private static async Task<Reading> ReadAsync(HardPage page, Converter converter, FaxResolution resolution, string folder, string? keep)
    {
        var job = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
        var tiff = Path.Combine(job, "page.tif");
        await converter.Convert(PdfOf(page, folder), resolution, tiff);
        converter.Encode?.Invoke(tiff);

        // What a reader sees: square dots, so the rows of a coarse page are repeated.
        var picture = Path.Combine(job, "page.png");
        var rows = resolution == FaxResolution.Standard ? "100%x200%" : resolution == FaxResolution.Fine ? "100%x100%" : "200%x100%";
        Tool.Run("gm", "convert", tiff + "[0]", "-sample", rows, picture);
        var read = Tool.Run("tesseract", picture, "-", "--dpi", resolution == FaxResolution.Superfine ? "408" : "204", "-l", page.Language, "--psm", "1");
        var words = Words.Of(page.Html);
        var bytes = new FileInfo(tiff).Length;
        if (keep is not null)
        {
            var name = Path.Combine(keep, $"{FileName(page)}-{resolution}-{converter.Name.Replace(' ', '-')}");
            File.Copy(picture, name + ".png", overwrite: true);
            File.Copy(tiff, name + ".tif", overwrite: true);
            await File.WriteAllTextAsync(name + ".txt", read + "\n--- missing\n" + string.Join(' ', Missing(words, Words.Split(read))));
        }
        return new Reading(page, converter, resolution, words.Count, Words.Found(words, Words.Split(read)), bytes);
    }

    private static IEnumerable<string> Missing(List<string> words, List<string> read)
    {
        var left = read.ToList();
        return words.Where(w => !left.Remove(w));
    }

    private static void Show(List<HardPage> pages, Converter[] converters, FaxResolution[] resolutions, List<Reading> readings)
    {
        foreach (var resolution in resolutions)
        {
            Console.WriteLine($"{resolution}: words read back in percent, kilobytes");
            Console.WriteLine($"{"",-28}{string.Concat(converters.Select(c => $"{c.Name,22}"))}");
            foreach (var page in pages)
                Console.WriteLine($"{page.Name,-28}{string.Concat(converters.Select(c => Cell(readings.Where(r => r.Page == page && r.Converter == c && r.Resolution == resolution))))}");
            Console.WriteLine($"{"mean of the pages",-28}{string.Concat(converters.Select(c => Cell(readings.Where(r => r.Converter == c && r.Resolution == resolution))))}");
            Console.WriteLine();
        }
    }

    private static string Cell(IEnumerable<Reading> readings)
    {
        var list = readings.ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{list.Average(r => 100.0 * r.Found / r.Words),14:0.0} %{list.Average(r => r.Bytes / 1000.0),6:0.0}");
    }

    private static async Task ShowCostAsync(List<HardPage> pages, Converter[] converters, int rounds, string folder)
    {
        var whole = Path.Combine(folder, "whole.pdf");
        Tool.Run("pdfunite", [.. pages.Select(p => PdfOf(p, folder)), whole]);
        var singles = pages.Select(p => PdfOf(p, folder)).ToList();
        Console.WriteLine("pages a CPU second, fine");
        Console.WriteLine($"{"",-28}{string.Concat(converters.Select(c => $"{c.Name,22}"))}");
        foreach (var (name, documents) in new[] { ("a document a page", singles), ("one document", [whole]) })
        {
            var cells = new List<string>();
            foreach (var converter in converters)
            {
                // The first rounds warm up compilers and caches.
                await ConvertAsync(converter, documents, folder);
                await ConvertAsync(converter, documents, folder);
                var began = Tool.CpuTime();
                for (var round = 0; round < rounds; round++)
                    await ConvertAsync(converter, documents, folder);
                cells.Add(string.Create(CultureInfo.InvariantCulture, $"{rounds * pages.Count / (Tool.CpuTime() - began).TotalSeconds,22:0.0}"));
            }
            Console.WriteLine($"{name,-28}{string.Concat(cells)}");
        }
    }

    private static async Task ConvertAsync(Converter converter, List<string> documents, string folder)
    {
        foreach (var document in documents)
        {
            var job = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
            await converter.Convert(document, FaxResolution.Fine, Path.Combine(job, "page.tif"));
            Directory.Delete(job, recursive: true);
        }
    }
}
