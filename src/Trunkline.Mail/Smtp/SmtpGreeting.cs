using System.Globalization;
using System.Text;

namespace Trunkline.Mail.Smtp;

/// <summary>The texts that are the same for every client of a server, made once. Only extensions that exist are offered.</summary>
internal sealed class SmtpGreeting
{
    private readonly byte[] _clear;
    private readonly byte[] _clearWithLogin;
    private readonly byte[] _tls;

    public SmtpGreeting(SmtpServerOptions options, bool offersTls)
    {
        Banner = new SmtpReply(220, "", $"{options.HostName} ESMTP Trunkline");
        Helo = new SmtpReply(250, "", options.HostName);
        TooLarge = new SmtpReply(552, "5.3.4", string.Create(CultureInfo.InvariantCulture,
            $"The message is larger than {options.MaxMessageBytes / 1024 / 1024.0:0.#} MB, please send fewer or smaller attachments"));
        OffersTls = offersTls;
        _clear = Extensions(options, offersTls, login: false);
        _clearWithLogin = Extensions(options, offersTls, login: true);
        _tls = Extensions(options, startTls: false, login: true);
    }

    public SmtpReply Banner { get; }
    public SmtpReply Helo { get; }
    public SmtpReply TooLarge { get; }
    public bool OffersTls { get; }

    /// <summary>The answer to EHLO. A password is never asked for where others on the way could read it.</summary>
    public byte[] Ehlo(SmtpConnection connection) => connection switch
    {
        { IsTls: true } => _tls,
        { IsLoopback: true } => _clearWithLogin,
        _ => _clear,
    };

    private static byte[] Extensions(SmtpServerOptions options, bool startTls, bool login)
    {
        List<string> lines =
            [options.HostName, "PIPELINING", $"SIZE {options.MaxMessageBytes}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN", "HELP"];
        if (startTls)
            lines.Insert(3, "STARTTLS");
        if (login)
            lines.Insert(3, "AUTH PLAIN LOGIN");
        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
            text.Append("250").Append(i == lines.Count - 1 ? ' ' : '-').Append(lines[i]).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
