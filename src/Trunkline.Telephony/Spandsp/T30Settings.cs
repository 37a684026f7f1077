using Trunkline.Telephony.Media;
using static Trunkline.Telephony.Spandsp.SpandspNative;

namespace Trunkline.Telephony.Spandsp;

/// <summary>What our terminals can do and say of themselves (ITU-T T.30 table 2): all that spandsp knows except colour and JBIG.</summary>
internal static class T30Settings
{
    private const int V27Ter = 1;
    private const int V29 = 2;
    private const int V17 = 4;
    private const int Mh = 2;
    private const int Mr = 4;
    private const int Mmr = 8;
    private const int StandardResolution = 1;
    private const int FineResolution = 2;
    private const int SuperfineResolution = 4;
    private const int R8Resolution = 0x20000;
    private const int A4Width = 1;
    private const int B4Width = 2;
    private const int A3Width = 4;
    private const int UnlimitedLength = 0x10000;
    private const int A4Length = 0x20000;
    private const int B4Length = 0x40000;
    private const int LetterLength = 0x80000;
    private const int LegalLength = 0x100000;
    private const int CanT38 = 0x02;
    private const int ContinuousFlow = 0x08;
    private const int MaxIdentLength = 20;
    private const int MaxHeaderLength = 50;

    /// <summary>Sets up an engine before its first tick.</summary>
    /// <param name="t30">The engine.</param>
    /// <param name="options">What its terminal does.</param>
    /// <param name="firstPage">The first page to send, from 1.</param>
    /// <param name="maxBitRate">The highest rate to agree on.</param>
    /// <param name="isAware">DIS and DCS say that it is an Internet-aware fax device (bit 123); spandsp puts it into DCS where DIS had it.</param>
    public static void Apply(nint t30, FaxTerminalOptions options, int firstPage, int maxBitRate, bool isAware)
    {
        // Before what follows, which builds DIS.
        if (isAware)
            t30_set_iaf_mode(t30, CanT38 | ContinuousFlow);
        _ = t30_set_tx_ident(t30, Shorten(options.LocalIdent, MaxIdentLength));
        if (options.HeaderLine.Length > 0)
            _ = t30_set_tx_page_header_info(t30, Shorten(options.HeaderLine, MaxHeaderLength));
        if (options.SendTiff is { } send)
            t30_set_tx_file(t30, send, firstPage - 1, -1);
        if (options.ReceiveTiff is { } receive)
            t30_set_rx_file(t30, receive, -1);
        _ = t30_set_ecm_capability(t30, options.Ecm ? 1 : 0);
        _ = t30_set_supported_modems(t30, maxBitRate > 9600 ? V17 | V29 | V27Ter : maxBitRate > 4800 ? V29 | V27Ter : V27Ter);
        _ = t30_set_supported_compressions(t30, Mh | Mr | Mmr);
        _ = t30_set_supported_resolutions(t30, StandardResolution | FineResolution | SuperfineResolution | R8Resolution);
        _ = t30_set_supported_image_sizes(
            t30, A4Width | B4Width | A3Width | UnlimitedLength | A4Length | B4Length | LetterLength | LegalLength);
    }

    private static string Shorten(string text, int length) => text.Length > length ? text[..length] : text;
}
