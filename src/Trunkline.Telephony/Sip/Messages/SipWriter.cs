using System.Globalization;
using System.Text;

namespace Trunkline.Telephony.Sip.Messages;

/// <summary>Writes a message as it goes on the wire; the Content-Length is always that of the body.</summary>
internal static class SipWriter
{
    public static byte[] Write(SipMessage message)
    {
        var head = new StringBuilder(512);
        if (message.IsRequest)
            head.Append(message.Method).Append(' ').Append(message.RequestUri).Append(" SIP/2.0\r\n");
        else
            head.Append(CultureInfo.InvariantCulture, $"SIP/2.0 {message.StatusCode} {message.ReasonPhrase}\r\n");
        foreach (var (name, value) in message.Headers.Fields)
        {
            if (name != SipHeaderName.ContentLength)
                head.Append(name).Append(": ").Append(value).Append("\r\n");
        }
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {message.Body.Length}\r\n\r\n");

        var text = head.ToString();
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + message.Body.Length];
        var written = Encoding.UTF8.GetBytes(text, bytes);
        message.Body.Span.CopyTo(bytes.AsSpan(written));
        return bytes;
    }
}
