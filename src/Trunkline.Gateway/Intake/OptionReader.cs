using System.Globalization;
using Trunkline.Core.Documents;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Intake;

/// <summary>
/// Reads the options of an address (<c>/name=value</c>), of the headers (<c>X-Trunkline-Name</c>, <c>X-FAX-Name</c>) and of the subject
/// (<c>[name=value]</c>). What is not understood is refused with a reason that names it, never ignored; docs/reference/addresses.md lists all.
/// </summary>
public static class OptionReader
{
    /// <summary>A reference is a number or a short name of the sender's own.</summary>
    public const int MaxReferenceLength = 100;

    /// <summary>A field of a cover page is a line of it.</summary>
    public const int MaxFieldLength = 200;

    /// <summary>More brackets than this are no options.</summary>
    private const int MaxSubjectOptions = 20;
    private const int MaxCoverNameLength = 64;
    private const string Known = "priority, at, expires, cover, to, from, company, regarding, comments, resolution and ref";

    // HylaFAX's own: 127 is normal, and the smaller goes first. A number belongs to the named one that it is nearest to.
    private const int LastOfHigh = 94;
    private const int LastOfMedium = 158;
    private const int LastPriority = 255;

    /// <summary>Reads <c>priority=high/at=+2h</c>, the part of an address behind the number. An underscore stands for a space in the fields of the cover.</summary>
    public static bool TryReadAddress(string text, out MessageOptions options, out string error)
    {
        options = MessageOptions.None;
        error = "";
        foreach (var part in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : part[..equals];
            var value = part[(equals + 1)..];
            var fault = equals < 0 ? Unknown : Add(name, IsName(name) ? value : value.Replace('_', ' '), ref options);
            if (fault is null)
                continue;
            error = $"\"/{Printable(part)}\" in the address is not understood: {fault}";
            return false;
        }
        return true;
    }

    /// <summary>What a customer's messages are sent with. Checked when it was written; what cannot be read any more asks for nothing, and keeps no mail back.</summary>
    public static MessageOptions DefaultsOf(Customer customer) =>
        customer.MessageOptions is { } text && TryReadDefaults(text, out var defaults, out _) ? defaults : MessageOptions.None;

    /// <summary>
    /// Reads what a customer's messages are sent with where they say nothing: written as in an address. Only what makes sense for every message: its
    /// priority, its resolution, its cover page, and how long it is tried.
    /// </summary>
    public static bool TryReadDefaults(string text, out MessageOptions options, out string error)
    {
        if (!TryReadAddress(text, out options, out error))
            return false;
        if (options == new MessageOptions { Priority = options.Priority, Resolution = options.Resolution, Cover = options.Cover, Expires = options.Expires }
            && options.Expires is null or WrittenTime.Span)
            return true;
        error = "For every message there are priority, resolution, cover, and expires as a span of time, such as expires=2h.";
        return false;
    }

    /// <summary>Reads the headers X-Trunkline-* and X-FAX-* (names in lower case).</summary>
    public static bool TryReadHeaders(IReadOnlyDictionary<string, string> headers, out MessageOptions options, out string error)
    {
        options = MessageOptions.None;
        error = "";
        foreach (var (header, value) in headers)
        {
            // Our own mark on receipts asks for nothing: a receipt may be faxed.
            if (header == "x-trunkline-submission")
                continue;
            var name = header.StartsWith("x-trunkline-", StringComparison.Ordinal) ? header["x-trunkline-".Length..] : header["x-fax-".Length..];
            if (Add(name, value, ref options) is not { } fault)
                continue;
            error = $"The header {Printable(header)}: {Printable(value)} is not understood: {fault}";
            return false;
        }
        return true;
    }

    /// <summary>
    /// Reads the options at the beginning and the end of a subject, and takes them out of it: <c>[priority=high] Contract [ref=77]</c>. A bracket
    /// without an equals sign is part of the subject, and so is everything inside of it.
    /// </summary>
    /// <param name="rest">The subject without them.</param>
    public static bool TryReadSubject(string subject, out MessageOptions options, out string rest, out string error)
    {
        options = MessageOptions.None;
        error = "";
        rest = subject.Trim();
        for (var i = 0; i < MaxSubjectOptions; i++)
        {
            var isFirst = Bracket(rest, fromEnd: false) is not null;
            if (Bracket(rest, fromEnd: !isFirst) is not { } inside)
                return true;
            var equals = inside.IndexOf('=', StringComparison.Ordinal);
            if (Add(inside[..equals].Trim(), inside[(equals + 1)..], ref options) is { } fault)
            {
                error = $"\"[{Printable(inside)}]\" in the subject is not understood: {fault}";
                return false;
            }
            rest = (isFirst ? rest[(inside.Length + 2)..] : rest[..^(inside.Length + 2)]).Trim();
        }
        error = $"The subject has more than {MaxSubjectOptions} options.";
        return false;
    }

    /// <summary>Reads one option of any source into <paramref name="options"/>; null, or what is wrong with it.</summary>
    public static string? Read(string name, string value, ref MessageOptions options)
    {
        var written = Clean(value);
        switch (name.ToLowerInvariant())
        {
            case "priority" or "pri":
                if (!TryPriority(written, out var priority))
                    return "a priority is high, medium or low, or a number from 0 to 255 (63 high, 127 normal, 190 low).";
                options = options with { Priority = priority };
                return null;
            case "resolution" or "vres":
                if (!TryResolution(written, out var resolution))
                    return "a resolution is standard, fine or superfine (or 98, 196, 391 lines an inch).";
                options = options with { Resolution = resolution };
                return null;
            case "at" or "sendtime":
                if (!WrittenTime.TryParse(written, out var at))
                    return "a time is written as 18:00, 2026-11-24T18:00, 2026-11-24T18:00Z or +2h.";
                options = options with { At = at };
                return null;
            case "expires" or "killtime":
                if (!WrittenTime.TryParse(written, out var expires))
                    return "an expiry is written as 2h or 1d12h, 18:00, 2026-11-24T18:00 or 2026-11-24T18:00Z.";
                options = options with { Expires = expires };
                return null;
            case "cover" or "cp" or "autocoverpage":
                if (!TryCover(written, out var cover))
                    return "a cover page has a name of letters, digits, - and _, or is \"off\".";
                options = options with { Cover = cover };
                return null;
            case "ref" or "reference" or "jobtag":
                if (written.Length is 0 or > MaxReferenceLength)
                    return $"a reference has 1 to {MaxReferenceLength} characters.";
                options = options with { Reference = written };
                return null;
            default:
                return ReadField(name.ToLowerInvariant(), written, ref options);
        }
    }

    // One place that says an option twice and differently cannot be obeyed: to take either would ignore the other.
    private static string? Add(string name, string value, ref MessageOptions options)
    {
        var read = MessageOptions.None;
        if (Read(name, value, ref read) is { } fault)
            return fault;
        if (options.Or(read) != read.Or(options))
            return "the same is asked for beside it, with another value.";
        options = options.Or(read);
        return null;
    }

    private const string Unknown = $"known are {Known}.";

    // What names something keeps its underscores.
    private static bool IsName(string option) => option.ToLowerInvariant() is "cover" or "cp" or "ref" or "reference";

    private static string? ReadField(string name, string value, ref MessageOptions options)
    {
        var read = name switch
        {
            "to" or "cover-to" => options with { CoverTo = value },
            "from" or "fr" or "cover-from" => options with { CoverFrom = value },
            "company" or "cover-company" => options with { CoverCompany = value },
            "regarding" or "cover-regarding" => options with { CoverRegarding = value },
            "comments" or "cover-comments" => options with { CoverComments = value },
            _ => null,
        };
        if (read is null)
            return Unknown;
        if (value.Length is 0 or > MaxFieldLength)
            return $"a field of the cover page has 1 to {MaxFieldLength} characters.";
        options = read;
        return null;
    }

    private static bool TryPriority(string text, out Priority priority)
    {
        priority = Priority.Medium;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= LastPriority)
        {
            priority = number <= LastOfHigh ? Priority.High : number <= LastOfMedium ? Priority.Medium : Priority.Low;
            return true;
        }
        Priority? named = text.ToLowerInvariant() switch
        {
            "high" or "urgent" => Priority.High,
            "medium" or "normal" or "default" => Priority.Medium,
            "low" or "bulk" => Priority.Low,
            _ => null,
        };
        priority = named ?? Priority.Medium;
        return named is not null;
    }

    private static bool TryResolution(string text, out FaxResolution resolution)
    {
        FaxResolution? named = text.ToLowerInvariant() switch
        {
            "standard" or "98" or "low" => FaxResolution.Standard,
            "fine" or "196" or "high" => FaxResolution.Fine,
            "superfine" or "391" => FaxResolution.Superfine,
            _ => null,
        };
        resolution = named ?? FaxResolution.Fine;
        return named is not null;
    }

    private static bool TryCover(string text, out string cover)
    {
        cover = text.ToLowerInvariant();
        if (cover is "no" or "none" or "false")
            cover = Cover.Off;
        else if (cover is "yes" or "default" or "true")
            cover = Cover.On;
        return cover.Length is > 0 and <= MaxCoverNameLength && cover.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
    }

    private static string? Bracket(string text, bool fromEnd)
    {
        string inside;
        if (fromEnd)
        {
            var open = text is [.., ']'] ? text.LastIndexOf('[') : -1;
            if (open < 0)
                return null;
            inside = text[(open + 1)..^1];
        }
        else
        {
            var close = text is ['[', ..] ? text.IndexOf(']', StringComparison.Ordinal) : -1;
            if (close < 0)
                return null;
            inside = text[1..close];
        }
        var equals = inside.IndexOf('=', StringComparison.Ordinal);
        // "[=]" and "[a [b=c]" have no name that anybody could have meant.
        return equals > 0 && !inside.Contains('[', StringComparison.Ordinal) && inside[..equals].Trim().Length > 0 ? inside : null;
    }

    // On one line: it stands in headers and on pages.
    private static string Clean(string value) => (value.Any(char.IsControl) ? new string([.. value.Select(c => char.IsControl(c) ? ' ' : c)]) : value).Trim();

    private static string Printable(string text) =>
        new([.. (text.Length > 60 ? text[..60] + "…" : text).Where(c => c is >= ' ' and < (char)0x7f)]);
}
