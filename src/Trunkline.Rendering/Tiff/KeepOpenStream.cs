using BitMiracle.LibTiff.Classic;

namespace Trunkline.Rendering.Tiff;

/// <summary>Lets the TIFF library leave the file open, which we have yet to sync.</summary>
internal sealed class KeepOpenStream : TiffStream
{
    public override void Close(object clientData)
    {
    }
}
