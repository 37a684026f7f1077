using System.Text;

namespace Trunkline.Mail.Smtp;

/// <summary>A command line without its CRLF, taken apart (RFC 5321, 4.1.1). Points into the buffer that it was read from.</summary>
internal readonly ref struct SmtpCommandLine
{
    private SmtpCommandLine(SmtpVerb verb, ReadOnlySpan<byte> argument)
    {
        Verb = verb;
        Argument = argument;
    }

    public SmtpVerb Verb { get; }

    /// <summary>What follows the verb, without spaces around it. For MAIL and RCPT: what follows the colon.</summary>
    public ReadOnlySpan<byte> Argument { get; }

    public static SmtpCommandLine Parse(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        var word = space < 0 ? line : line[..space];
        var argument = space < 0 ? default : line[(space + 1)..].Trim((byte)' ');
        var verb = VerbOf(word);
        return verb switch
        {
            SmtpVerb.Mail => AfterColon(verb, argument, "FROM:"u8),
            SmtpVerb.Rcpt => AfterColon(verb, argument, "TO:"u8),
            _ => new SmtpCommandLine(verb, argument),
        };
    }

    // "MAIL FROM: <a@b>", with a space that RFC 5321, 3.3 forbids, is what many devices send.
    private static SmtpCommandLine AfterColon(SmtpVerb verb, ReadOnlySpan<byte> argument, ReadOnlySpan<byte> keyword) =>
        argument.Length >= keyword.Length && Ascii.EqualsIgnoreCase(argument[..keyword.Length], keyword)
            ? new SmtpCommandLine(verb, argument[keyword.Length..].TrimStart((byte)' '))
            : new SmtpCommandLine(verb, default);

    private static SmtpVerb VerbOf(ReadOnlySpan<byte> word)
    {
        Span<byte> upper = stackalloc byte[12];
        if (word.Length > upper.Length || Ascii.ToUpper(word, upper, out var length) != System.Buffers.OperationStatus.Done)
            return SmtpVerb.Unknown;
        return upper[..length] switch
        {
            var w when w.SequenceEqual("EHLO"u8) => SmtpVerb.Ehlo,
            var w when w.SequenceEqual("HELO"u8) => SmtpVerb.Helo,
            var w when w.SequenceEqual("MAIL"u8) => SmtpVerb.Mail,
            var w when w.SequenceEqual("RCPT"u8) => SmtpVerb.Rcpt,
            var w when w.SequenceEqual("DATA"u8) => SmtpVerb.Data,
            var w when w.SequenceEqual("QUIT"u8) => SmtpVerb.Quit,
            var w when w.SequenceEqual("RSET"u8) => SmtpVerb.Rset,
            var w when w.SequenceEqual("NOOP"u8) => SmtpVerb.Noop,
            var w when w.SequenceEqual("VRFY"u8) => SmtpVerb.Vrfy,
            var w when w.SequenceEqual("HELP"u8) => SmtpVerb.Help,
            var w when w.SequenceEqual("AUTH"u8) => SmtpVerb.Auth,
            var w when w.SequenceEqual("STARTTLS"u8) => SmtpVerb.StartTls,
            var w when w.SequenceEqual("GET"u8) || w.SequenceEqual("POST"u8) || w.SequenceEqual("PUT"u8) || w.SequenceEqual("CONNECT"u8)
                || w.SequenceEqual("OPTIONS"u8) => SmtpVerb.Http,
            _ => SmtpVerb.Unknown,
        };
    }
}
