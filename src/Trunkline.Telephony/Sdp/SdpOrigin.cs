using System.Net;

namespace Trunkline.Telephony.Sdp;

/// <summary>The o= line: who made the session, and which version of it this is (RFC 8866 section 5.2, RFC 3264 section 8).</summary>
public sealed record SdpOrigin(string User, ulong SessionId, ulong Version, IPAddress Address);
