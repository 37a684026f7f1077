using Microsoft.Extensions.Logging;

namespace Trunkline.Mail.Smtp;

/// <summary>What all sessions of a server share.</summary>
internal sealed record SmtpServer(
    SmtpServerOptions Options, ISmtpBackend Backend, CertificateSource? Certificate, SmtpGreeting Greeting, TimeProvider Time, ILogger Log);
