using System.Net;

namespace Trunkline.Mail.Spf;

/// <summary>What SPF is asked: may this client send for this sender?</summary>
/// <param name="Client">Its address; an IPv4 address not in its IPv6 form.</param>
/// <param name="Sender">The envelope sender, with a local part.</param>
/// <param name="Helo">What the client called itself.</param>
public sealed record SpfQuestion(IPAddress Client, string Sender, string Helo);
