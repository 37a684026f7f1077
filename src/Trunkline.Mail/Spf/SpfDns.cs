using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace Trunkline.Mail.Spf;

/// <summary>An answer of the name servers.</summary>
/// <param name="IsTemporary">They did not answer: nobody knows what there is.</param>
internal readonly record struct SpfAnswer<T>(bool IsTemporary, IReadOnlyList<T> Values)
{
    /// <summary>A void lookup (RFC 7208, 4.6.4): the name, or a record of this type, does not exist.</summary>
    public bool IsVoid => !IsTemporary && Values.Count == 0;
}

/// <summary>The questions to name servers that SPF needs.</summary>
internal sealed class SpfDns(ILookupClient dns)
{
    public ValueTask<SpfAnswer<string>> TextAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(name, QueryType.TXT, answers => answers.TxtRecords().Select(r => string.Concat(r.Text)), cancellationToken);

    /// <summary>Addresses of the family that the client's is of.</summary>
    public ValueTask<SpfAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family, CancellationToken cancellationToken) =>
        AskAsync(name, family == AddressFamily.InterNetwork ? QueryType.A : QueryType.AAAA, answers => answers.AddressRecords().Select(r => r.Address), cancellationToken);

    public ValueTask<SpfAnswer<string>> ExchangesAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(name, QueryType.MX, answers => answers.MxRecords().OrderBy(r => r.Preference).Select(r => r.Exchange.Value.TrimEnd('.')), cancellationToken);

    public ValueTask<SpfAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellationToken) =>
        AskAsync(address.GetArpaName(), QueryType.PTR, answers => answers.PtrRecords().Select(r => r.PtrDomainName.Value.TrimEnd('.')), cancellationToken);

    private async ValueTask<SpfAnswer<T>> AskAsync<T>(
        string name, QueryType type, Func<IReadOnlyList<DnsResourceRecord>, IEnumerable<T>> read, CancellationToken cancellationToken)
    {
        if (!IsName(name))
            return new SpfAnswer<T>(false, []);
        try
        {
            var response = await dns.QueryAsync(name, type, QueryClass.IN, cancellationToken);
            return response.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? new SpfAnswer<T>(false, [.. read(response.Answers)])
                : new SpfAnswer<T>(true, []);
        }
        catch (DnsResponseException)
        {
            return new SpfAnswer<T>(true, []);
        }
    }

    /// <summary>False for what no name server can be asked about.</summary>
    internal static bool IsName(string name)
    {
        var trimmed = name.EndsWith('.') ? name[..^1] : name;
        return trimmed.Length is > 0 and <= 253 && trimmed.All(c => c is > ' ' and < (char)0x7f and not '\\' and not '"')
            && trimmed.Split('.').All(label => label.Length is > 0 and <= 63);
    }
}
