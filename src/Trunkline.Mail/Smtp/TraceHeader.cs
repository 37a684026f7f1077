using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Trunkline.Mail.Smtp;

/// <summary>The Received header that a server puts before each message (RFC 5321, 4.4; the protocol words of RFC 3848 and RFC 6531).</summary>
internal static class TraceHeader
{
    public static byte[] Write(SmtpEnvelope envelope, string hostName, DateTimeOffset now)
    {
        var connection = envelope.Connection;
        var address = connection.RemoteEndPoint.Address;
        var literal = address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPv6:{address}" : address.ToString();
        var tls = connection.TlsDescription is { } description ? $" ({description})" : "";
        // Of several recipients none is named: who else got the message is not for each of them to read.
        var recipient = envelope.Recipients is [var only] && (envelope.IsUtf8 || Ascii.IsValid(only.Address)) ? $"\r\n\tfor <{only.Address}>" : "";
        var date = now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(
            $"Received: from {connection.HeloName} ([{literal}])\r\n\tby {hostName} with {Protocol(envelope)} id {envelope.Id}{tls}{recipient};\r\n\t{date}\r\n");
    }

    private static string Protocol(SmtpEnvelope envelope)
    {
        var connection = envelope.Connection;
        if (!connection.IsExtended)
            return "SMTP";
        return (connection.IsTls, connection.Identity is not null) switch
        {
            (false, false) => envelope.IsUtf8 ? "UTF8SMTP" : "ESMTP",
            (false, true) => envelope.IsUtf8 ? "UTF8SMTPA" : "ESMTPA",
            (true, false) => envelope.IsUtf8 ? "UTF8SMTPS" : "ESMTPS",
            (true, true) => envelope.IsUtf8 ? "UTF8SMTPSA" : "ESMTPSA",
        };
    }
}
