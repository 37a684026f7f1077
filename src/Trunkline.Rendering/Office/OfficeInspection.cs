using System.IO.Compression;
using System.Text;

namespace Trunkline.Rendering.Office;

/// <summary>
/// Looks into an office document before a converter opens it: is it what it says, is it protected, does it unpack to more than it may. Only the
/// directory of an archive is read, and one small entry.
/// </summary>
internal static class OfficeInspection
{
    /// <summary>The compound files that programs before 2007 wrote, and in which later ones hide what a password protects.</summary>
    private static ReadOnlySpan<byte> Compound => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    private const int MaxManifestBytes = 1_000_000;

    /// <exception cref="DocumentRefusedException">It cannot be converted, and the sentence says why.</exception>
    public static void Inspect(string path, string name, OfficeFormat format, RenderingOptions options)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[Compound.Length];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (start[..read].SequenceEqual(Compound))
        {
            if (format.Part is not null || Contains(file, "EncryptedPackage"))
                throw new DocumentRefusedException($"{DocumentName.Subject(name)} is protected by a password.");
            return;
        }

        // Old names are given to RTF and to archives as well, and the converter goes by the content.
        if (format.Part is null && !start.StartsWith("PK"u8))
        {
            if (!start.StartsWith("{\\rt"u8))
                throw Damaged(name, format);
            return;
        }

        try
        {
            Inspect(file, name, format, options);
        }
        catch (InvalidDataException)
        {
            throw Damaged(name, format);
        }
    }

    /// <summary>The sentence for what no program can open.</summary>
    public static DocumentRefusedException Damaged(string name, OfficeFormat format) => new($"{DocumentName.Subject(name)} is damaged or is not a {format.Name}.");

    private static void Inspect(FileStream file, string name, OfficeFormat format, RenderingOptions options)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        if (archive.Entries.Count > options.MaxArchiveEntries)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} consists of more than {options.MaxArchiveEntries} parts.");
        if (format.Part is { } part && archive.GetEntry(part) is null)
            throw Damaged(name, format);

        // Checked before anything is unpacked. An archive that lies about it meets the converter's own limits.
        if (archive.Entries.Sum(e => (decimal)e.Length) > options.MaxUnpackedBytes)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} would unpack to more than {options.MaxUnpackedBytes / 1_000_000} MB.");
        if (archive.GetEntry("META-INF/manifest.xml") is not { Length: < MaxManifestBytes } manifest)
            return;
        var text = new byte[manifest.Length];
        using (var stream = manifest.Open())
            stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        if (text.AsSpan().IndexOf("encryption-data"u8) >= 0)
            throw new DocumentRefusedException($"{DocumentName.Subject(name)} is protected by a password.");
    }

    private static bool Contains(FileStream file, string streamName)
    {
        // The directory of a compound file lies anywhere in it; names are UTF-16.
        var wanted = Encoding.Unicode.GetBytes(streamName);
        var buffer = new byte[64 * 1024];
        file.Position = 0;
        var kept = 0;
        for (int read; (read = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var filled = kept + read;
            if (buffer.AsSpan(0, filled).IndexOf(wanted) >= 0)
                return true;
            kept = Math.Min(filled, wanted.Length - 1);
            buffer.AsSpan(filled - kept, kept).CopyTo(buffer);
        }

        return false;
    }
}
