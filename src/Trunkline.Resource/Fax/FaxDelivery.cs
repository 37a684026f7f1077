using System.Globalization;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Fax;

/// <summary>Reads a fax delivery: the fields, the headers of its MIME message, and the TIFF, which is written to a file.</summary>
internal static class FaxDelivery
{
    // No fax is longer: at three pages a minute this is eleven hours of line.
    private const int MaxPages = 2000;
    private const int MaxHeaderLine = 200;
    private const int MaxIdent = 20;

    /// <summary>The call to place, or what is wrong with the delivery in one line.</summary>
    public static async Task<(FaxCall? Call, string Error)> ReadAsync(
        string messagePath, string tiffPath, string defaultIdent, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(messagePath, FileMode.Open, FileAccess.Read, FileShare.Read);
        var head = ReadHead(file);
        MimeMessage mime;
        try
        {
            mime = await MimeMessage.LoadAsync(file, persistent: true, cancellationToken);
        }
        catch (FormatException fault)
        {
            return (null, "the delivery's MIME message cannot be read: " + fault.Message);
        }
        using (mime)
            return await ReadAsync(head, mime, tiffPath, defaultIdent, cancellationToken);
    }

    /// <summary>The fields of a spooled message.</summary>
    public static ResourceMessage ReadHead(string messagePath)
    {
        using var file = File.OpenRead(messagePath);
        return ReadHead(file);
    }

    /// <summary>The pages that earlier attempts delivered: those before the first page of this one.</summary>
    public static int PagesBefore(string messagePath)
    {
        using var file = File.OpenRead(messagePath);
        ReadHead(file);
        try
        {
            return TryNumber(HeaderList.Load(file)[MessageHeaders.FirstPage], out var first) ? first - 1 : 0;
        }
        catch (FormatException)
        {
            // No headers: nothing says that this goes on from an earlier attempt.
            return 0;
        }
    }

    private static async Task<(FaxCall? Call, string Error)> ReadAsync(
        ResourceMessage head, MimeMessage mime, string tiffPath, string defaultIdent, CancellationToken cancellationToken)
    {
        if (mime.Headers[MessageHeaders.Type] is { } type && !type.Trim().Equals("fax", StringComparison.OrdinalIgnoreCase))
            return (null, "this resource sends faxes only");
        if (!TryNumber(mime.Headers[MessageHeaders.Pages], out var pages))
            return (null, $"{MessageHeaders.Pages} is missing or not 1 to {MaxPages}");
        var first = 1;
        if (mime.Headers[MessageHeaders.FirstPage] is { } text && (!TryNumber(text, out first) || first > pages))
            return (null, $"{MessageHeaders.FirstPage} is not 1 to {MessageHeaders.Pages}");
        if (mime.BodyParts.OfType<MimePart>().FirstOrDefault(part => part.ContentType.IsMimeType("image", "tiff")) is not { Content: { } tiff })
            return (null, "no image/tiff is attached");
        await using (var output = new FileStream(tiffPath, FileMode.Create, FileAccess.Write, FileShare.Read))
            await tiff.DecodeToAsync(output, cancellationToken);

        // The destination was read once already, before the message was accepted.
        if (!PhoneNumber.TryParse(head.MessageDestination, "ZZ", out var to))
            return (null, "MessageDestination is no telephone number");
        var call = new FaxCall
        {
            CallId = head.MessageId!,
            To = to,
            From = PhoneNumber.TryParse(mime.Headers[MessageHeaders.CallerId], "ZZ", out var from) ? from : null,
            LocalIdent = Ident(head.MessageSourceCsid ?? defaultIdent),
            HeaderLine = Line(mime.Headers[MessageHeaders.HeaderLine] ?? ""),
            TiffPath = tiffPath,
            FirstPage = first,
            Pages = pages,
        };
        return (call, "");
    }

    private static ResourceMessage ReadHead(FileStream file)
    {
        var bytes = new byte[Math.Min(file.Length, ResourceMessageFormat.MaxHeadLength)];
        file.ReadExactly(bytes);
        var length = ResourceMessageFormat.HeadLength(bytes);
        if (!ResourceMessageFormat.TryRead(bytes.AsMemory(0, Math.Max(length, 0)), out var head, out var error))
            throw new InvalidDataException($"The spool file {Path.GetFileName(file.Name)} was changed since it was accepted: {error}");
        file.Position = length;
        return head;
    }

    private static bool TryNumber(string? text, out int number) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= MaxPages;

    // T.30 knows digits, the plus sign and the space in an identification.
    private static string Ident(string text)
    {
        var known = string.Concat(text.Where(c => char.IsAsciiDigit(c) || c is '+' or ' '));
        return known.Length > MaxIdent ? known[..MaxIdent] : known;
    }

    private static string Line(string text)
    {
        var line = string.Concat(text.Where(c => !char.IsControl(c)));
        return line.Length > MaxHeaderLine ? line[..MaxHeaderLine] : line;
    }
}
