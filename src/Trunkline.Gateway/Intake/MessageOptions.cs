using Trunkline.Core.Documents;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Intake;

/// <summary>What the sender asked for, from the address and the headers. What is not understood is refused with a reason, never ignored.</summary>
public sealed record MessageOptions
{
    /// <summary>Nothing asked for.</summary>
    public static MessageOptions None { get; } = new();

    public Priority? Priority { get; init; }

    public FaxResolution? Resolution { get; init; }

    /// <summary>These, and where they say nothing, the others.</summary>
    public MessageOptions Or(MessageOptions others) =>
        new() { Priority = Priority ?? others.Priority, Resolution = Resolution ?? others.Resolution };

    /// <summary>Reads <c>priority=high/resolution=standard</c>, the part of an address behind the number. A T.33 subaddress has no use here yet.</summary>
    public static bool TryReadAddress(string text, out MessageOptions options, out string error)
    {
        options = None;
        error = "";
        foreach (var part in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            if (equals < 0 || !TryRead(name, part[(equals + 1)..], ref options))
            {
                error = $"\"/{Printable(part)}\" in the address is not understood. Known are /priority=high|medium|low and /resolution=standard|fine|superfine.";
                return false;
            }
        }
        return true;
    }

    /// <summary>Reads the headers X-Trunkline-* and X-FAX-* (names in lower case).</summary>
    public static bool TryReadHeaders(IReadOnlyDictionary<string, string> headers, out MessageOptions options, out string error)
    {
        options = None;
        error = "";
        foreach (var (header, value) in headers)
        {
            // Our own mark on receipts asks for nothing: a receipt may be faxed.
            if (header == "x-trunkline-submission")
                continue;
            var name = header.StartsWith("x-trunkline-", StringComparison.Ordinal) ? header["x-trunkline-".Length..] : header["x-fax-".Length..];
            if (TryRead(name, value.Trim(), ref options))
                continue;
            error = $"The header {Printable(header)}: {Printable(value)} is not understood. Known are X-Trunkline-Priority: high|medium|low and "
                + "X-Trunkline-Resolution: standard|fine|superfine.";
            return false;
        }
        return true;
    }

    private static bool TryRead(string name, string value, ref MessageOptions options)
    {
        switch (name.ToLowerInvariant())
        {
            case "priority" when Enum.TryParse<Priority>(value, ignoreCase: true, out var priority) && value.All(char.IsAsciiLetter):
                options = options with { Priority = priority };
                return true;
            case "resolution" when Enum.TryParse<FaxResolution>(value, ignoreCase: true, out var resolution) && value.All(char.IsAsciiLetter):
                options = options with { Resolution = resolution };
                return true;
            default:
                return false;
        }
    }

    private static string Printable(string text) =>
        new([.. (text.Length > 60 ? text[..60] + "…" : text).Where(c => c is >= ' ' and < (char)0x7f)]);
}
