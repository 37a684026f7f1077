using DnsClient;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace Trunkline.Mail.Dkim;

/// <summary>Why a key could not be had. MimeKit's interface knows no other way to say so; it ends in <see cref="DkimCheck"/>.</summary>
internal sealed class DkimKeyException(bool isTemporary, string reason) : Exception(reason)
{
    public bool IsTemporary { get; } = isTemporary;
}

/// <summary>Finds the public key of a selector (RFC 6376, 3.6.2).</summary>
internal sealed class DkimKeyLookup(ILookupClient dns) : DkimPublicKeyLocatorBase
{
    public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Keys are asked for without blocking a thread.");

    public override async Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
        string methods, string domain, string selector, CancellationToken cancellationToken = default)
    {
        if (!methods.Split(':').Contains("dns/txt", StringComparer.Ordinal))
            throw new DkimKeyException(false, $"the key of {domain} is not in DNS");
        var name = $"{selector}._domainkey.{domain}";
        if (!Spf.SpfDns.IsName(name))
            throw new DkimKeyException(false, $"the key of {domain} has no name that can be asked for");
        IDnsQueryResponse response;
        try
        {
            response = await dns.QueryAsync(name, QueryType.TXT, QueryClass.IN, cancellationToken);
        }
        catch (DnsResponseException)
        {
            throw new DkimKeyException(true, $"the name servers of {domain} do not answer");
        }
        if (response.Header.ResponseCode is not (DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain))
            throw new DkimKeyException(true, $"the name servers of {domain} answer {response.ErrorMessage}");
        var record = response.Answers.TxtRecords().Select(r => string.Concat(r.Text)).FirstOrDefault()
            ?? throw new DkimKeyException(false, $"{domain} has no key {selector}");
        // A domain that only tries DKIM out asks to be treated as if it had not signed.
        if (Flags(record).Contains("y", StringComparer.Ordinal))
            throw new DkimKeyException(false, $"the key {selector} of {domain} is for tests");
        return GetPublicKey(record);
    }

    private static string[] Flags(string record)
    {
        foreach (var tag in record.Split(';'))
        {
            var equals = tag.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && tag[..equals].Trim() == "t")
                return tag[(equals + 1)..].Split(':', StringSplitOptions.TrimEntries);
        }
        return [];
    }
}
