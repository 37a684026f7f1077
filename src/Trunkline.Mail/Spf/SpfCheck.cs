using System.Net;
using DnsClient;
using Trunkline.Core.Mail;

namespace Trunkline.Mail.Spf;

/// <summary>
/// Sender Policy Framework (RFC 7208): whether the domain of an envelope sender lets a client send for it. Ten terms that ask name servers, two void
/// lookups, ten servers of an mx, and a time limit bound what a stranger's record can make us do.
/// </summary>
public sealed class SpfCheck(ILookupClient dns, TimeProvider time)
{
    /// <summary>RFC 7208, 4.6.4.</summary>
    public const int MaxLookups = 10;

    /// <summary>RFC 7208, 4.6.4.</summary>
    public const int MaxVoidLookups = 2;

    private const int MaxHosts = 10;

    // RFC 7208, 4.6.4 asks for at least 20 seconds in all.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);
    private readonly SpfDns _dns = new(dns);

    /// <summary>The result for a client and a sender. Whatever the domain publishes, the answer is a value.</summary>
    public async ValueTask<SpfResult> CheckAsync(SpfQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (!MailDomain.TryNormalize(MailDomain.Of(question.Sender), out var domain) || !domain.Contains('.', StringComparison.Ordinal))
            return SpfResult.None;
        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await new Evaluation(_dns, question, either.Token).OfDomainAsync(domain);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SpfResult.TempError;
        }
    }

    /// <summary>One check: what it has asked so far counts over all the records that it leads to.</summary>
    private sealed class Evaluation(SpfDns dns, SpfQuestion question, CancellationToken cancellationToken)
    {
        private int _lookups;
        private int _voids;
        private string? _name;

        public async ValueTask<SpfResult> OfDomainAsync(string domain)
        {
            var texts = await dns.TextAsync(domain, cancellationToken);
            if (texts.IsTemporary)
                return SpfResult.TempError;
            var records = texts.Values.Where(SpfRecord.IsRecord).ToList();
            if (records.Count == 0)
                return SpfResult.None;
            if (records.Count > 1 || !SpfRecord.TryRead(records[0], out var record))
                return SpfResult.PermError;
            foreach (var term in record.Terms)
            {
                if (term.AsksDns && ++_lookups > MaxLookups)
                    return SpfResult.PermError;
                var (matches, fault) = await MatchesAsync(term, domain);
                if (fault is { } result)
                    return result;
                if (matches)
                    return term.Result;
            }
            return record.Redirect is { } redirect ? await RedirectAsync(redirect, domain) : SpfResult.Neutral;
        }

        private async ValueTask<SpfResult> RedirectAsync(string redirect, string domain)
        {
            if (++_lookups > MaxLookups)
                return SpfResult.PermError;
            var result = await OfDomainAsync(await ExpandAsync(redirect, domain));
            return result == SpfResult.None ? SpfResult.PermError : result;
        }

        private async ValueTask<(bool Matches, SpfResult? Fault)> MatchesAsync(SpfTerm term, string domain)
        {
            var target = term.Domain is { } spec ? await ExpandAsync(spec, domain) : domain;
            switch (term.Mechanism)
            {
                case SpfMechanism.All:
                    return (true, null);
                case SpfMechanism.Ip4 or SpfMechanism.Ip6:
                    return (term.Network!.Value.BaseAddress.AddressFamily == question.Client.AddressFamily && term.Network.Value.Contains(question.Client), null);
                case SpfMechanism.Include:
                    return await OfDomainAsync(target) switch
                    {
                        SpfResult.Pass => (true, null),
                        SpfResult.Fail or SpfResult.SoftFail or SpfResult.Neutral => (false, null),
                        SpfResult.TempError => (false, SpfResult.TempError),
                        SpfResult.PermError or SpfResult.None => (false, SpfResult.PermError),
                    };
                case SpfMechanism.A:
                    return await HostMatchesAsync(target, term, countsVoid: true);
                case SpfMechanism.Mx:
                    return await ExchangeMatchesAsync(target, term);
                case SpfMechanism.Exists:
                    // Always of IPv4, whatever the client is of.
                    var found = await dns.AddressesAsync(target, System.Net.Sockets.AddressFamily.InterNetwork, cancellationToken);
                    return (found.Values.Count > 0, Fault(found.IsTemporary, found.IsVoid));
                case SpfMechanism.Ptr:
                    return await PointerMatchesAsync(target);
            }
            throw new InvalidOperationException("A mechanism is not handled.");
        }

        private async ValueTask<(bool, SpfResult?)> HostMatchesAsync(string host, SpfTerm term, bool countsVoid)
        {
            var addresses = await dns.AddressesAsync(host, question.Client.AddressFamily, cancellationToken);
            if (Fault(addresses.IsTemporary, countsVoid && addresses.IsVoid) is { } fault)
                return (false, fault);
            var prefix = question.Client.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? term.Prefix4 : term.Prefix6;
            return (addresses.Values.Any(a => SpfRecord.Network(a, prefix).Contains(question.Client)), null);
        }

        private async ValueTask<(bool, SpfResult?)> ExchangeMatchesAsync(string target, SpfTerm term)
        {
            var exchanges = await dns.ExchangesAsync(target, cancellationToken);
            if (Fault(exchanges.IsTemporary, exchanges.IsVoid) is { } fault)
                return (false, fault);
            if (exchanges.Values.Count > MaxHosts)
                return (false, SpfResult.PermError);
            foreach (var host in exchanges.Values)
            {
                var (matches, hostFault) = await HostMatchesAsync(host, term, countsVoid: false);
                if (matches || hostFault is not null)
                    return (matches, hostFault);
            }
            return (false, null);
        }

        // RFC 7208, 5.5: what the name servers cannot tell here does not match, and is no error.
        private async ValueTask<(bool, SpfResult?)> PointerMatchesAsync(string target)
        {
            var names = await ValidatedNamesAsync();
            return (names.Any(n => n.Equals(target, StringComparison.OrdinalIgnoreCase)
                || n.EndsWith("." + target, StringComparison.OrdinalIgnoreCase)), null);
        }

        /// <summary>The names of the client that lead back to it.</summary>
        private async ValueTask<List<string>> ValidatedNamesAsync()
        {
            var validated = new List<string>();
            foreach (var name in (await dns.NamesAsync(question.Client, cancellationToken)).Values.Take(MaxHosts))
            {
                if ((await dns.AddressesAsync(name, question.Client.AddressFamily, cancellationToken)).Values.Contains(question.Client))
                    validated.Add(name);
            }
            return validated;
        }

        private async ValueTask<string> ExpandAsync(string text, string domain)
        {
            if (SpfMacros.NeedsName(text))
            {
                var names = _name is null ? await ValidatedNamesAsync() : [];
                _name ??= names.FirstOrDefault(n => n.Equals(domain, StringComparison.OrdinalIgnoreCase))
                    ?? names.FirstOrDefault(n => n.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase)) ?? names.FirstOrDefault() ?? "unknown";
            }
            return SpfMacros.Expand(text, question, domain, _name ?? "unknown");
        }

        private SpfResult? Fault(bool isTemporary, bool isVoid)
        {
            if (isTemporary)
                return SpfResult.TempError;
            return isVoid && ++_voids > MaxVoidLookups ? SpfResult.PermError : null;
        }
    }
}
