using System.Globalization;
using DnsClient;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trunkline.Mail.Delivery;

namespace Trunkline.Serving;

/// <summary>The way out for mail, as the options say.</summary>
internal static class MailDelivery
{
    private const int SubmissionPort = 587;

    public static IMailDelivery Create(ServerOptions options, IServiceProvider services) => new MailRouter(
        [options.Domain],
        new MaildirDelivery(Path.GetFullPath(Path.Combine(options.Data, "mail"))),
        new SmtpDelivery(
            new SmtpDeliveryOptions
            {
                HostName = options.Domain,
                Smarthost = Smarthost(options),
                LocalDomains = [options.Domain],
                OwnEndPoints = [ServerOptions.EndPoint("smtp", options.Smtp)],
            },
            services.GetRequiredService<ILookupClient>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SmtpDelivery>>()));

    private static Smarthost? Smarthost(ServerOptions options)
    {
        if (options.Smarthost.Length == 0)
            return null;
        var colon = options.Smarthost.LastIndexOf(':');
        var port = SubmissionPort;
        if (colon > 0 && !int.TryParse(options.Smarthost.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            throw new OptionsException($"Smarthost {options.Smarthost}: host:port was expected.");
        var user = options.SmarthostUser.Length > 0 ? options.SmarthostUser : null;
        return new Smarthost(colon > 0 ? options.Smarthost[..colon] : options.Smarthost, port,
            user is null ? SmarthostSecurity.Opportunistic : SmarthostSecurity.StartTls, user, user is null ? null : options.SmarthostPassword);
    }
}
