using System.Runtime.InteropServices;

namespace Trunkline.Telephony.Spandsp;

/// <summary>The library that holds T.30 and the modems.</summary>
public static class SpandspLibrary
{
    /// <summary>True when it can be loaded on this machine.</summary>
    public static bool IsPresent { get; } = NativeLibrary.TryLoad(SpandspNative.Library, out _);

    /// <summary>Throws, with what to do, when it cannot: called at start, so that nobody learns it from the first call.</summary>
    public static void Require()
    {
        if (!IsPresent)
            throw new InvalidOperationException(
                $"{SpandspNative.Library} is missing, and without it no fax can be sent or received. Install it: apt install libspandsp2");
    }
}
