using Trunkline.Core.Mail;
using Trunkline.Gateway.Customers;
using Trunkline.Mail.Dkim;
using Trunkline.Mail.Smtp;
using Trunkline.Mail.Spf;

namespace Trunkline.Serving;

/// <summary>What DKIM and SPF say of one mail that has just come in.</summary>
internal sealed class MailEvidence(DkimCheck dkim, SpfCheck spf, SmtpEnvelope envelope, ReceivedData data) : ISenderEvidence
{
    /// <inheritdoc />
    public async ValueTask<Evidence> DkimAsync(string fromDomain, IReadOnlyList<string> recipients, CancellationToken cancellationToken)
    {
        await using var message = data.OpenRead();
        var outcome = await dkim.CheckAsync(message, fromDomain, recipients, cancellationToken);
        var result = outcome.Result switch
        {
            DkimResult.Pass => EvidenceResult.Pass,
            DkimResult.Fail => EvidenceResult.Fail,
            DkimResult.TempError => EvidenceResult.TemporaryFailure,
        };
        return new Evidence(result, "DKIM: " + outcome.Detail);
    }

    /// <inheritdoc />
    public async ValueTask<Evidence> SpfAsync(string fromDomain, CancellationToken cancellationToken)
    {
        var domain = MailDomain.Of(envelope.Sender);
        if (!MailDomain.AreAligned(domain, fromDomain))
            return new Evidence(EvidenceResult.Fail, $"SPF: the envelope sender's domain {domain} is not {fromDomain}");
        var question = new SpfQuestion(envelope.Connection.RemoteEndPoint.Address, envelope.Sender, envelope.Connection.HeloName);
        var spfResult = await spf.CheckAsync(question, cancellationToken);
        var result = spfResult switch
        {
            SpfResult.Pass => EvidenceResult.Pass,
            SpfResult.TempError => EvidenceResult.TemporaryFailure,
            SpfResult.None or SpfResult.Neutral or SpfResult.Fail or SpfResult.SoftFail or SpfResult.PermError => EvidenceResult.Fail,
        };
        return new Evidence(result, $"SPF: {spfResult.ToString().ToLowerInvariant()} for {domain} from {question.Client}");
    }
}
