using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Trunkline.Core.Protocol;

/// <summary>
/// Reads and writes a <see cref="ResourceMessage"/>: <c>Field=value</c> and a newline for each field in its order; after <c>Message=</c> a
/// newline and the MIME message to the end. UTF-8. Dates are <c>MMDDYYhhmmss</c> in UTC.
/// </summary>
public static class ResourceMessageFormat
{
    /// <summary>The field names in their order, the same in both directions.</summary>
    public static readonly IReadOnlyList<string> FieldNames =
    [
        "Password", "MessageID", "MessageStatus", "MessageSentTimeStamp", "MessageDuration", "MessageLength", "MessageRemoteCSID",
        "MessageSourceCSID", "MessageAttachStatus", "MessageDestination", "ResourceID", "ResourceStatus", "ResourceLastCommTimeStamp",
        "ResourceExpiryDuration", "ResourceQueueInStatus", "ResourceQueueOutStatus", "ResourceChannelMax", "ResourceChannelStatus",
        "MessageBoundary", "Message",
    ];

    /// <summary>The longest value of any field but Message, in characters.</summary>
    public const int MaxValueLength = 1024;

    /// <summary>
    /// No head, that is the twenty lines up to and with <c>Message=</c>, is longer than this, in bytes; a reader that has seen so many without
    /// their end refuses.
    /// </summary>
    public const int MaxHeadLength = 96 * 1024;

    /// <summary>The media type of the exchange.</summary>
    public const string ContentType = "text/plain; charset=utf-8";

    private const string NotApplicable = "NA";
    private const string DateFormat = "MMddyyHHmmss";

    /// <summary>Writes the message; values never hold a line break, whatever they were.</summary>
    public static byte[] Write(ResourceMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var text = new StringBuilder(512);
        var values = Values(message);
        for (var i = 0; i < values.Length; i++)
            text.Append(FieldNames[i]).Append('=').Append(OneLine(values[i])).Append('\n');
        text.Append("Message=").Append('\n');

        var head = Encoding.UTF8.GetBytes(text.ToString());
        var attached = message.IsAttached ? message.Message.Span : [];
        var whole = new byte[head.Length + attached.Length];
        head.CopyTo(whole, 0);
        attached.CopyTo(whole.AsSpan(head.Length));
        return whole;
    }

    /// <summary>
    /// The length of the head at the start of <paramref name="bytes"/>, with the newline after <c>Message=</c>; -1 while it is not whole. Lets a
    /// reader check the fields before it takes in a long message.
    /// </summary>
    public static int HeadLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        for (var line = 0; line < FieldNames.Count; line++)
        {
            var end = bytes[length..].IndexOf((byte)'\n');
            if (end < 0)
                return -1;
            length += end + 1;
        }
        return length;
    }

    /// <summary>
    /// Reads a message. CR LF is taken for a newline. On failure <paramref name="error"/> says in one line what is wrong and where.
    /// The result refers to <paramref name="bytes"/>, which must stay unchanged.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out ResourceMessage message, out string error)
    {
        message = new ResourceMessage();
        var values = new string?[FieldNames.Count - 1];
        var rest = bytes;
        for (var i = 0; i < FieldNames.Count; i++)
        {
            var isLast = i == FieldNames.Count - 1;
            var end = rest.Span.IndexOf((byte)'\n');
            // The newline after "Message=" may be left out when nothing follows.
            if (end < 0 && isLast)
                end = rest.Length;
            if (end < 0)
                return Fail($"Line {i + 1}: {FieldNames[i]}= is missing or has no newline.", out error);
            var line = rest.Span[..end];
            rest = rest[Math.Min(end + 1, rest.Length)..];
            if (line is [.., (byte)'\r'])
                line = line[..^1];
            if (!TryReadField(line, FieldNames[i], out var value))
                return Fail($"Line {i + 1}: {FieldNames[i]}= with at most {MaxValueLength} characters of UTF-8 was expected.", out error);
            if (!isLast)
                values[i] = value;
            else if (value is not null)
                return Fail("The message begins on the line after Message=.", out error);
        }
        return TryBuild(values, rest, out message, out error);
    }

    private static bool TryReadField(ReadOnlySpan<byte> line, string name, out string? value)
    {
        value = null;
        if (line.Length <= name.Length || line[name.Length] != '=' || !Ascii.Equals(line[..name.Length], name))
            return false;
        var text = line[(name.Length + 1)..];
        if (text.Length > MaxValueLength * 4 || !System.Text.Unicode.Utf8.IsValid(text))
            return false;
        var read = Encoding.UTF8.GetString(text).Trim();
        if (read.Length > MaxValueLength)
            return false;
        value = read.Length == 0 || read == NotApplicable ? null : read;
        return true;
    }

    private static bool TryBuild(string?[] v, ReadOnlyMemory<byte> attached, out ResourceMessage message, out string error)
    {
        message = new ResourceMessage();
        MessageStatus? status = null;
        if (v[2] is { } code)
        {
            if (!MessageStatuses.TryParse(code, out var read))
                return Fail($"MessageStatus={code} is no status; it is one of P H D R X A S F E C U.", out error);
            status = read;
        }
        if (!TryDate(v[3], out var sent))
            return Fail("MessageSentTimeStamp is no MMDDYYhhmmss.", out error);
        if (!TryCount(v[4], out var seconds))
            return Fail("MessageDuration is no number of seconds.", out error);
        if (!TryCount(v[5], out var pages))
            return Fail("MessageLength is no number of pages.", out error);
        if (v[8] is not (null or "A"))
            return Fail("MessageAttachStatus is neither A nor NA.", out error);
        if (v[11] is not (null or "A" or "I"))
            return Fail("ResourceStatus is neither A nor I nor NA.", out error);
        if (!TryDate(v[12], out var lastComm))
            return Fail("ResourceLastCommTimeStamp is no MMDDYYhhmmss.", out error);
        if (!TryCount(v[13], out var minutes))
            return Fail("ResourceExpiryDuration is no number of minutes.", out error);
        if (!TryCount(v[14], out var queueIn) || !TryCount(v[15], out var queueOut) || !TryCount(v[16], out var channels))
            return Fail("ResourceQueueInStatus, ResourceQueueOutStatus and ResourceChannelMax are counts.", out error);
        if (v[17] is { } bitmap && bitmap.AsSpan().ContainsAnyExcept('0', '1'))
            return Fail("ResourceChannelStatus is a row of 0 and 1, one for each channel.", out error);
        if (v[8] is null && attached.Span.Trim("\r\n"u8).Length > 0)
            return Fail("A message follows, but MessageAttachStatus is NA.", out error);

        message = new ResourceMessage
        {
            Password = v[0],
            MessageId = v[1],
            MessageStatus = status,
            MessageSentTimeStamp = sent,
            MessageDuration = seconds is { } s ? TimeSpan.FromSeconds(s) : null,
            MessageLength = pages,
            MessageRemoteCsid = v[6],
            MessageSourceCsid = v[7],
            IsAttached = v[8] == "A",
            MessageDestination = v[9],
            ResourceId = v[10],
            IsResourceActive = v[11] is null ? null : v[11] == "A",
            ResourceLastCommTimeStamp = lastComm,
            ResourceExpiryDuration = minutes is { } m ? TimeSpan.FromMinutes(m) : null,
            ResourceQueueInStatus = queueIn,
            ResourceQueueOutStatus = queueOut,
            ResourceChannelMax = channels,
            ResourceChannelStatus = v[17],
            MessageBoundary = v[18],
            Message = v[8] == "A" ? attached : default,
        };
        error = "";
        return true;
    }

    private static string?[] Values(ResourceMessage m) =>
    [
        m.Password, m.MessageId, m.MessageStatus?.Code().ToString(), Date(m.MessageSentTimeStamp),
        Count(m.MessageDuration is { } duration ? Math.Floor(duration.TotalSeconds) : null), Count(m.MessageLength), m.MessageRemoteCsid, m.MessageSourceCsid,
        m.IsAttached ? "A" : null, m.MessageDestination, m.ResourceId,
        m.IsResourceActive switch { true => "A", false => "I", null => null }, Date(m.ResourceLastCommTimeStamp),
        // A part of a minute counts as a whole one: cut off, a short life would be none at all.
        Count(m.ResourceExpiryDuration is { } life ? Math.Ceiling(life.TotalMinutes) : null), Count(m.ResourceQueueInStatus), Count(m.ResourceQueueOutStatus),
        Count(m.ResourceChannelMax), m.ResourceChannelStatus, m.MessageBoundary,
    ];

    private static string OneLine(string? value)
    {
        var text = value.AsSpan().Trim();
        if (text.Length > MaxValueLength)
            // Half of a surrogate pair is no character.
            text = text[..(char.IsHighSurrogate(text[MaxValueLength - 1]) ? MaxValueLength - 1 : MaxValueLength)].TrimEnd();
        return text.IsEmpty ? NotApplicable : text.ToString().Replace('\r', ' ').Replace('\n', ' ');
    }

    private static string? Date(DateTimeOffset? value) => value?.ToUniversalTime().ToString(DateFormat, CultureInfo.InvariantCulture);

    // The reader takes what fits an int and has no sign; nothing else is written.
    private static string? Count(double? value) =>
        value is { } number ? ((int)Math.Clamp(number, 0, int.MaxValue)).ToString(CultureInfo.InvariantCulture) : null;

    private static bool TryDate(string? text, out DateTimeOffset? value)
    {
        value = null;
        if (text is null)
            return true;
        // The two-digit year is of this century: read with one calendar, so that no machine's settings move it.
        if (text.Length != 12 || !DateTimeOffset.TryParseExact(string.Concat(text.AsSpan(0, 4), "20", text.AsSpan(4)), "MMddyyyyHHmmss",
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read))
            return false;
        value = read;
        return true;
    }

    private static bool TryCount(string? text, out int? value)
    {
        value = null;
        if (text is null)
            return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read))
            return false;
        value = read;
        return true;
    }

    private static bool Fail(string why, out string error)
    {
        error = why;
        return false;
    }
}
