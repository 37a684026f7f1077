using System.Runtime.InteropServices;

namespace Trunkline.Telephony.Spandsp;

/// <summary><c>t30_stats_t</c>: fifteen ints, and room for those that a later library may append.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct T30Statistics
{
    public int BitRate;
    public int ErrorCorrecting;
    public int PagesSent;
    public int PagesReceived;
    public int PagesInFile;
    public int XResolution;
    public int YResolution;
    public int Width;
    public int Length;
    public int ImageSize;
    public int Encoding;
    public int BadRows;
    public int LongestBadRun;
    public int EcmRetries;
    public int Status;
    private readonly int _reserved1;
    private readonly int _reserved2;
    private readonly int _reserved3;
    private readonly int _reserved4;
}
