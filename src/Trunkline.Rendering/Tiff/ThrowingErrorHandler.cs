using System.Globalization;
using BitMiracle.LibTiff.Classic;

namespace Trunkline.Rendering.Tiff;

/// <summary>The TIFF library prints errors to the console and goes on; here they stop the work, and its warnings are not ours to print.</summary>
internal sealed class ThrowingErrorHandler : TiffErrorHandler
{
    public override void ErrorHandler(BitMiracle.LibTiff.Classic.Tiff tif, string method, string format, params object[] args) =>
        throw new InvalidDataException($"{method}: {string.Format(CultureInfo.InvariantCulture, format, args)}");

    public override void ErrorHandlerExt(
        BitMiracle.LibTiff.Classic.Tiff tif, object clientData, string method, string format, params object[] args)
    {
    }

    public override void WarningHandler(BitMiracle.LibTiff.Classic.Tiff tif, string method, string format, params object[] args)
    {
    }

    public override void WarningHandlerExt(
        BitMiracle.LibTiff.Classic.Tiff tif, object clientData, string method, string format, params object[] args)
    {
    }
}
