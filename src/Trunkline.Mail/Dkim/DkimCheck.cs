using DnsClient;
using MimeKit;
using MimeKit.Cryptography;
using Trunkline.Core.Mail;

namespace Trunkline.Mail.Dkim;

/// <summary>
/// DomainKeys Identified Mail (RFC 6376): whether a domain signed a mail as it came. Stricter than the RFC, since a signature opens a purse here: it covers
/// the whole body, it is not old, and it covers a To or Cc header that names every recipient, or whoever once got a signed mail could send it anywhere.
/// </summary>
public sealed class DkimCheck(ILookupClient dns, TimeProvider time)
{
    /// <summary>Signatures beyond these are not looked at: each costs a question and a hash over the mail.</summary>
    public const int MaxSignatures = 5;

    /// <summary>Mail waits five days in a queue; what was signed before is sent a second time.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(7);

    private static readonly TimeSpan ClockError = TimeSpan.FromHours(1);
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);
    private static readonly ParserOptions Parser = new() { MaxMimeDepth = 100 };

    /// <summary>Checks the signatures of domains that are aligned with <paramref name="fromDomain"/>.</summary>
    /// <param name="message">Seekable, at its beginning.</param>
    /// <param name="recipients">Each has to stand in a signed To or Cc.</param>
    public async ValueTask<DkimOutcome> CheckAsync(Stream message, string fromDomain, IReadOnlyList<string> recipients, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recipients);
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var mail = await MimeMessage.LoadAsync(Parser, message, persistent: true, either.Token);
            return await CheckAsync(mail, fromDomain, recipients, either.Token);
        }
        catch (FormatException)
        {
            return new DkimOutcome(DkimResult.Fail, "the mail cannot be read");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DkimOutcome(DkimResult.TempError, "the name servers take too long");
        }
    }

    private async ValueTask<DkimOutcome> CheckAsync(MimeMessage mail, string fromDomain, IReadOnlyList<string> recipients, CancellationToken cancellationToken)
    {
        var failure = new DkimOutcome(DkimResult.Fail, $"no signature of {fromDomain}");
        var verifier = new DkimVerifier(new DkimKeyLookup(dns));
        foreach (var header in mail.Headers.Where(h => h.Id == HeaderId.DkimSignature).Take(MaxSignatures))
        {
            if (DkimTags.Read(header) is not { } tags || !MailDomain.AreAligned(tags.Domain, fromDomain))
                continue;
            var outcome = Objection(mail, tags, recipients) is { } objection
                ? new DkimOutcome(DkimResult.Fail, objection)
                : await VerifyAsync(verifier, mail, header, tags, cancellationToken);
            if (outcome.Result == DkimResult.Pass)
                return outcome;
            // One that could not be checked might have passed: it is what the sender hears of.
            if (failure.Result != DkimResult.TempError)
                failure = outcome;
        }
        return failure;
    }

    private string? Objection(MimeMessage mail, DkimTags tags, IReadOnlyList<string> recipients)
    {
        var now = time.GetUtcNow();
        if (tags.HasLength)
            return $"the signature of {tags.Domain} does not cover the whole mail";
        if (tags.ExpiresAt < now)
            return $"the signature of {tags.Domain} has expired";
        if (tags.MadeAt < now - MaxAge || tags.MadeAt > now + ClockError)
            return $"the signature of {tags.Domain} is not of these days";
        var named = Signed(mail, tags, HeaderId.To, "to").Concat(Signed(mail, tags, HeaderId.Cc, "cc")).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return recipients.FirstOrDefault(r => !named.Contains(r)) is { } unnamed
            ? $"the signature of {tags.Domain} does not cover the recipient {unnamed} in To or Cc"
            : null;
    }

    // A signature covers the last headers of a name: what was put above them afterwards says nothing.
    private static IEnumerable<string> Signed(MimeMessage mail, DkimTags tags, HeaderId id, string name)
    {
        foreach (var header in mail.Headers.Where(h => h.Id == id).TakeLast(tags.Covered(name)))
        {
            if (!InternetAddressList.TryParse(Parser, header.RawValue, out var list))
                continue;
            foreach (var mailbox in list.Mailboxes)
                yield return mailbox.Address;
        }
    }

    private static async ValueTask<DkimOutcome> VerifyAsync(
        DkimVerifier verifier, MimeMessage mail, Header header, DkimTags tags, CancellationToken cancellationToken)
    {
        try
        {
            return await verifier.VerifyAsync(mail, header, cancellationToken)
                ? new DkimOutcome(DkimResult.Pass, $"signed by {tags.Domain}")
                : new DkimOutcome(DkimResult.Fail, $"the signature of {tags.Domain} does not hold");
        }
        catch (DkimKeyException e)
        {
            return new DkimOutcome(e.IsTemporary ? DkimResult.TempError : DkimResult.Fail, e.Message);
        }
#pragma warning disable CA1031 // Keys and signatures are a stranger's, and their readers throw whatever they like: it proves nothing, and the sender hears so.
        catch (Exception e) when (e is not (OperationCanceledException or IOException))
#pragma warning restore CA1031
        {
            return new DkimOutcome(DkimResult.Fail, $"the signature or the key of {tags.Domain} cannot be read");
        }
    }
}
