using System.Runtime.CompilerServices;
using System.Text;

namespace Trunkline.Core;

/// <summary>The charsets beyond Unicode that mail is written in: ISO-2022-JP, KOI8-R, Windows-1251, and those of Windows that TNEF wants.</summary>
internal static class CodePages
{
    // MimeKit looks once, when it is first used, which charsets there are, and reads a header in one that came later as Latin-1 for as long as the process
    // lives. Nothing of ours uses MimeKit before it uses this module.
#pragma warning disable CA2255 // The module is ours alone, and no call of a program could be earlier.
    [ModuleInitializer]
    internal static void Register() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
#pragma warning restore CA2255
}
