using System.Buffers;
using System.Collections.ObjectModel;
using System.Text;
using System.Text.Unicode;

namespace Trunkline.Mail.Smtp;

/// <summary>
/// Reads what follows <c>MAIL FROM:</c> and <c>RCPT TO:</c> (RFC 5321, 4.1.2): a path in angle brackets and parameters after it.
/// Whether the mailbox exists is the backend's question; here it need only be safe to pass on.
/// </summary>
internal static class SmtpPath
{
    /// <summary>Local part 64, domain 255 (RFC 5321, 4.5.3.1.1); the local part of a fax address with its options is longer, so 254 in all counts.</summary>
    public const int MaxAddressBytes = 320;

    private const int MaxParameters = 10;

    private static readonly SearchValues<char> NotInAddress = SearchValues.Create(" <>,;\\\"");

    private static readonly ReadOnlyDictionary<string, string> NoParameters = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Null when it was read, else the reason why not.</summary>
    /// <param name="argument">What follows the colon.</param>
    /// <param name="address">Without brackets, source route and quotes; empty for <c>&lt;&gt;</c>.</param>
    /// <param name="parameters">Names in upper case; a parameter without value has an empty one.</param>
    public static string? Read(ReadOnlySpan<byte> argument, out string address, out IReadOnlyDictionary<string, string> parameters)
    {
        address = "";
        parameters = NoParameters;
        if (argument.Length < 2 || argument[0] != '<')
            return "The address must stand in angle brackets";

        var end = EndOfPath(argument);
        if (end < 0)
            return "The address has no closing angle bracket";

        var rest = argument[(end + 1)..];
        if (rest.Length > 0 && rest[0] != ' ')
            return "A space must follow the address";

        return ReadAddress(argument[1..end], out address) ?? ReadParameters(rest, out parameters);
    }

    private static int EndOfPath(ReadOnlySpan<byte> argument)
    {
        var quoted = false;
        for (var i = 1; i < argument.Length; i++)
        {
            switch (argument[i])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'>' when !quoted:
                    return i;
            }
        }
        return -1;
    }

    private static string? ReadAddress(ReadOnlySpan<byte> path, out string address)
    {
        address = "";
        if (path.IsEmpty)
            return null;

        // A source route "@relay1,@relay2:user@host" is accepted and ignored (RFC 5321, 4.1.2).
        if (path[0] == '@')
        {
            var colon = path.IndexOf((byte)':');
            if (colon < 0)
                return "The address is not readable";
            path = path[(colon + 1)..];
        }

        if (path.Length > MaxAddressBytes)
            return $"The address is longer than {MaxAddressBytes} characters";
        if (!Utf8.IsValid(path))
            return "The address is not valid UTF-8";
        if (path.IndexOfAnyInRange((byte)0, (byte)31) >= 0 || path.Contains((byte)127))
            return "The address contains control characters";

        address = path[0] == '"' ? Unquoted(path) : Encoding.UTF8.GetString(path);
        // A local part that held spaces or brackets in quotes may be legal, but no mailbox of ours or of a customer has any.
        return address.AsSpan().IndexOfAny(NotInAddress) >= 0 || address.StartsWith('@') || address.EndsWith('@')
            ? "The address is not readable"
            : null;
    }

    private static string Unquoted(ReadOnlySpan<byte> path)
    {
        Span<byte> plain = stackalloc byte[MaxAddressBytes];
        var length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '"')
                continue;
            if (path[i] == '\\' && i + 1 < path.Length)
                i++;
            plain[length++] = path[i];
        }
        return Encoding.UTF8.GetString(plain[..length]);
    }

    private static string? ReadParameters(ReadOnlySpan<byte> rest, out IReadOnlyDictionary<string, string> parameters)
    {
        parameters = NoParameters;
        rest = rest.Trim((byte)' ');
        if (rest.IsEmpty)
            return null;

        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var range in rest.Split((byte)' '))
        {
            var word = rest[range];
            if (word.IsEmpty)
                continue;
            if (read.Count == MaxParameters)
                return "Too many parameters";
            var equals = word.IndexOf((byte)'=');
            var name = equals < 0 ? word : word[..equals];
            if (name.IsEmpty || name.Length > 32 || !Ascii.IsValid(word))
                return "A parameter is not readable";
            if (!read.TryAdd(Encoding.ASCII.GetString(name).ToUpperInvariant(), equals < 0 ? "" : Encoding.ASCII.GetString(word[(equals + 1)..])))
                return "A parameter is given twice";
        }
        parameters = read;
        return null;
    }
}
