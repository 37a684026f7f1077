using System.Globalization;
using System.Text;
using MimeKit;

namespace Trunkline.Gateway.Dispatch;

/// <summary>
/// Writes the MIME message of a delivery: headers, then parts of a <c>multipart/mixed</c>, lines that end with CR LF. It is written for every message
/// that goes to a resource, and MimeKit's objects of a whole mail took a tenth of the gateway's time: plain headers and the pages are written as they
/// are, and what needs encoding is left to MimeKit.
/// </summary>
internal sealed class DeliveryMime : IDisposable
{
    // About as long as the headers of a delivery are; where they are longer, the buffer grows.
    private const int MaxHeaders = 2048;

    // RFC 5322 allows 998 with the name.
    private const int MaxPlainValue = 900;
    private static readonly FormatOptions CrLf = MakeCrLf();
    private readonly MemoryStream _memory;
    private readonly string _boundary;

    /// <summary>Begins a message.</summary>
    /// <param name="boundary">Of ASCII, and in none of the parts.</param>
    /// <param name="size">Bytes of all parts, about.</param>
    public DeliveryMime(string boundary, int size)
    {
        _boundary = boundary;
        _memory = new MemoryStream(MaxHeaders + size);
        Write("MIME-Version: 1.0\r\n");
    }

    /// <summary>Adds a header. Before the parts.</summary>
    public void Header(string name, string value)
    {
        if (IsPlain(value))
        {
            Write($"{name}: {value}\r\n");
            return;
        }
        var encoded = new Header(Encoding.UTF8, name, "");
        encoded.SetValue(CrLf, Encoding.UTF8, value.ReplaceLineEndings(" "));
        Write(name + ":");
        _memory.Write(encoded.RawValue);
    }

    /// <summary>Adds a header with a number.</summary>
    public void Header(string name, long value) => Header(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Ends the headers.</summary>
    public void BeginParts() => Write($"Content-Type: multipart/mixed; boundary=\"{_boundary}\"\r\n\r\n");

    /// <summary>Adds pages.</summary>
    public void Pages(ReadOnlySpan<byte> tiff)
    {
        // Binary and not base64: the body of a POST carries any byte, and a third less of them.
        Write($"--{_boundary}\r\nContent-Type: image/tiff\r\nContent-Transfer-Encoding: binary\r\nContent-Disposition: attachment; filename=\"fax.tif\"\r\n\r\n");
        _memory.Write(tiff);
        Write("\r\n");
    }

    /// <summary>Adds another part.</summary>
    public void Part(MimeEntity part)
    {
        Write($"--{_boundary}\r\n");
        part.WriteTo(CrLf, _memory);
        Write("\r\n");
    }

    /// <summary>Ends the message.</summary>
    public ReadOnlyMemory<byte> End()
    {
        Write($"--{_boundary}--\r\n");
        return _memory.GetBuffer().AsMemory(0, (int)_memory.Length);
    }

    /// <inheritdoc />
    public void Dispose() => _memory.Dispose();

    private static bool IsPlain(string value) =>
        value.Length is > 0 and <= MaxPlainValue && value[0] != ' ' && value[^1] != ' ' && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private void Write(string ascii)
    {
        Span<byte> line = stackalloc byte[MaxHeaders];
        _memory.Write(line[..Encoding.ASCII.GetBytes(ascii, line)]);
    }

    private static FormatOptions MakeCrLf()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }
}
