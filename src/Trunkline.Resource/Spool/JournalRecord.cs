using System.Globalization;
using System.Text.Json;
using Trunkline.Core;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Spool;

/// <summary>What the journal of a call says, read after a crash.</summary>
internal sealed record JournalRecord
{
    /// <summary>True when the call may have been placed.</summary>
    public bool HasDialed { get; init; }

    public bool IsAnswered { get; init; }

    /// <summary>True when image data may have left.</summary>
    public bool HasTransferBegun { get; init; }

    /// <summary>The first page of this call, from 1.</summary>
    public int FirstPage { get; init; } = 1;

    /// <summary>Pages of the document.</summary>
    public int Pages { get; init; }

    /// <summary>The last page that was confirmed, counted from the document's first; <c>FirstPage - 1</c> when none.</summary>
    public int PagesConfirmed { get; init; }

    /// <summary>When it was dialled first: each further carrier that is tried begins a line of its own.</summary>
    public DateTimeOffset? DialedAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The time of the last line.</summary>
    public DateTimeOffset? LastAt { get; init; }

    public string RemoteIdent { get; init; } = "";

    public int BitRate { get; init; }

    public bool Ecm { get; init; }

    public bool T38 { get; init; }

    /// <summary>The result, when the call is known to have ended.</summary>
    public FaxCallResult? Result { get; init; }

    /// <summary>True when a whole line cannot be read: what it said, if only that a page arrived, is not known.</summary>
    public bool HasLostLine { get; init; }

    /// <summary>Reads a journal; none is an empty record. A last line without its newline was torn by the crash and does not count.</summary>
    public static JournalRecord Read(string path)
    {
        var record = new JournalRecord();
        if (!File.Exists(path))
            return record;
        var text = File.ReadAllText(path);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            record = record.With(line);
        return record;
    }

    /// <summary>This record and one more line, without its newline.</summary>
    public JournalRecord With(string line)
    {
        var words = line.Split(' ', 3);
        if (words.Length < 2 || !DateTimeOffset.TryParse(words[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return this with { HasLostLine = true };
        var rest = words.Length == 3 ? words[2] : "";
        var next = words[1] switch
        {
            "dialing" => WithDialing(rest) with { DialedAt = DialedAt ?? at },
            "answered" => this with { IsAnswered = true, AnsweredAt = at },
            "transfer" => WithTransfer(rest),
            "page" when int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var page) =>
                this with { PagesConfirmed = Math.Max(PagesConfirmed, page) },
            "ended" => WithEnd(rest),
            _ => this with { HasLostLine = true },
        };
        return next with { LastAt = at };
    }

    private JournalRecord WithDialing(string rest)
    {
        var numbers = rest.Split(' ');
        var first = numbers.Length == 2 && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var f) ? f : 1;
        var pages = numbers.Length == 2 && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        return this with { HasDialed = true, FirstPage = first, Pages = pages, PagesConfirmed = first - 1 };
    }

    private JournalRecord WithTransfer(string rest)
    {
        var words = rest.Split(' ', 4);
        return this with
        {
            HasTransferBegun = true,
            BitRate = int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rate) ? rate : 0,
            Ecm = words.Length > 1 && words[1] == "ecm",
            T38 = words.Length > 2 && words[2] == "t38",
            RemoteIdent = words.Length > 3 ? words[3].Trim() : "",
        };
    }

    private JournalRecord WithEnd(string rest)
    {
        var space = rest.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
            return this with { HasLostLine = true };
        try
        {
            var result = JsonSerializer.Deserialize(rest.AsSpan(space + 1), JournalJson.Default.FaxCallResult);
            // What another version did not write comes back as null, whatever the type says.
            return this with { Result = result is null ? null : result with { Detail = result.Detail ?? "", RemoteIdent = result.RemoteIdent ?? "", Events = result.Events ?? [], Rates = result.Rates ?? [], PageTimes = result.PageTimes ?? [] } };
        }
        catch (JsonException)
        {
            return this with { HasLostLine = true };
        }
    }
}
