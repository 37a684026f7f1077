using System.Security.Cryptography;
using Trunkline.Telephony.Sip.Messages;

namespace Trunkline.Telephony.Sip;

/// <summary>
/// Names that nobody else uses and nobody can guess: tags need 32 random bits, branches are unique in space and time (RFC 3261 sections 19.3
/// and 8.1.1.7).
/// </summary>
internal static class SipIds
{
    public static string Tag() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    public static string Branch() => SipVia.MagicCookie + RandomNumberGenerator.GetHexString(20, lowercase: true);
}
