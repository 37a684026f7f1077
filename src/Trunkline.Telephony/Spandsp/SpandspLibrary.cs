using System.Runtime.InteropServices;

namespace Trunkline.Telephony.Spandsp;

/// <summary>The library that holds T.30 and the modems.</summary>
public static class SpandspLibrary
{
    /// <summary>True when it can be loaded on this machine.</summary>
    public static bool IsPresent { get; } = TryLoad();

    /// <summary>Throws, with what to do, when it cannot: called at start, so that nobody learns it from the first call.</summary>
    public static void Require()
    {
        if (!IsPresent)
            throw new InvalidOperationException(
                $"{SpandspNative.Library} is missing, and without it no fax can be sent or received. Install it: apt install libspandsp2");
    }

    private static bool TryLoad()
    {
        if (!NativeLibrary.TryLoad(SpandspNative.Library, out _))
            return false;
        SilenceTiff();
        return true;
    }

    /// <summary>
    /// libtiff, by which spandsp reads and writes documents, prints its complaints on the standard error of the process, beside the log and without a
    /// word of which call they belong to. The report of the call says that its document could not be read.
    /// </summary>
    private static unsafe void SilenceTiff()
    {
        if (!NativeLibrary.TryLoad("libtiff.so.6", out var tiff))
            return;
        foreach (var setter in new[] { "TIFFSetErrorHandler", "TIFFSetWarningHandler" })
        {
            if (NativeLibrary.TryGetExport(tiff, setter, out var set))
                ((delegate* unmanaged<nint, nint>)set)(0);
        }
    }
}
