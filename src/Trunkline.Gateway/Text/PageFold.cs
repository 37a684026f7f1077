namespace Trunkline.Gateway.Text;

/// <summary>Which characters a pager's network carries.</summary>
public enum PageFold
{
    /// <summary>All of them.</summary>
    None,

    /// <summary>The default alphabet of GSM (3GPP TS 23.038, 6.2.1), without its extension.</summary>
    Gsm,

    /// <summary>The printable ones of ASCII, as TAP carries them.</summary>
    Ascii,
}
