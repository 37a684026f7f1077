using System.Text;
using CsCheck;
using Trunkline.Mail.Smtp;

namespace Trunkline.Unit.Tests.Mail.Smtp;

public sealed class SmtpDataDecoderTests
{
    private static readonly SmtpServerOptions Options = new() { HostName = "gw.example", SpillDirectory = Path.GetTempPath() };

    private static readonly Gen<string> Texts = Gen.OneOf([.. new[] { "\r\n", ".", "a", "\r\n.", "..", "text" }.Select(Gen.Const)]).List[0, 30].Select(pieces => string.Concat(pieces));

    [Fact]
    public void Any_text_comes_out_as_it_went_in_however_the_wire_cuts_it() => Gen.Select(Texts, Gen.Int[1, 7]).Sample((text, cut) =>
    {
        var stuffed = string.Join("\r\n", (text + "\r\n").Split("\r\n").Select(line => line.StartsWith('.') ? "." + line : line)) + ".\r\nQUIT\r\n";
        var (verdict, decoded, rest) = Decode(stuffed, cut);
        Assert.Equal(SmtpDataVerdict.Complete, verdict);
        Assert.Equal(text + "\r\n", decoded);
        Assert.Equal("QUIT\r\n", rest);
    });

    [Fact]
    public void Nothing_but_a_line_with_a_dot_completes_a_message() =>
        Gen.OneOf([.. new[] { "\r", "\n", ".", "a", "\0" }.Select(Gen.Const)]).List[0, 12].Select(pieces => string.Concat(pieces)).Sample(text =>
        {
            var (verdict, _, rest) = Decode(text, 3);
            var taken = text[..^rest.Length];
            if (verdict == SmtpDataVerdict.Complete)
                Assert.True(taken == ".\r\n" || taken.EndsWith("\r\n.\r\n", StringComparison.Ordinal));
            if (verdict != SmtpDataVerdict.BareLineEnding)
                Assert.DoesNotContain("\n", taken.Replace("\r\n", "", StringComparison.Ordinal));
        });

    private static (SmtpDataVerdict Verdict, string Decoded, string Left) Decode(string wire, int cut)
    {
        using var spool = new MessageSpool(Options, "test");
        var decoder = new SmtpDataDecoder(1000);
        var bytes = Encoding.Latin1.GetBytes(wire);
        var at = 0;
        var verdict = SmtpDataVerdict.More;
        while (at < bytes.Length && verdict == SmtpDataVerdict.More)
        {
            verdict = decoder.Decode(bytes.AsSpan(at, Math.Min(cut, bytes.Length - at)), spool, out var consumed);
            at += consumed;
        }
        return (verdict, Encoding.Latin1.GetString(spool.Complete(default).Memory.Span), Encoding.Latin1.GetString(bytes.AsSpan(at)));
    }
}
