namespace Trunkline.Mail.Mime;

/// <summary>Reads a mail (RFC 5322, 2045–2049, 2183, 2231, 2387) into the parts that can become pages or sound.</summary>
public static class MailReader
{
    /// <summary>
    /// Reads <paramref name="message"/>, a seekable stream at its beginning. Whatever the bytes are, the answer is a value; exceptions are faults of this
    /// machine (<see cref="IOException"/>) or the cancellation. Parts larger than the limits keep in memory are written to new files in
    /// <paramref name="temporaryDirectory"/>, not synced.
    /// </summary>
    public static MailReadResult Read(Stream message, MimeLimits limits, string temporaryDirectory, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>As the other, for a message in memory; nothing in the result points into <paramref name="message"/>.</summary>
    public static MailReadResult Read(
        ReadOnlyMemory<byte> message, MimeLimits limits, string temporaryDirectory, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
