using System.Text;
using System.Text.RegularExpressions;
using Trunkline.Core;
using Trunkline.Gateway.Covers;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>A recipient of a list.</summary>
/// <param name="Line">Of the file, from 1.</param>
/// <param name="Fields">For the cover.</param>
public sealed record BroadcastRow(int Line, PhoneNumber Number, CoverFields Fields);

/// <summary>What is wrong with a line of a list.</summary>
public sealed record ListFault(int Line, string Reason);

/// <summary>What came of reading a list.</summary>
public abstract record ListReadResult
{
    /// <summary>Every row can be used; numbers may come twice.</summary>
    /// <param name="Rows">At least one.</param>
    public sealed record Read(IReadOnlyList<BroadcastRow> Rows) : ListReadResult;

    /// <summary>Something is wrong; nothing of it is used.</summary>
    /// <param name="Faults">The first of them.</param>
    /// <param name="Count">All of them, as far as was read.</param>
    public sealed record Refused(IReadOnlyList<ListFault> Faults, int Count) : ListReadResult;
}

/// <summary>
/// Reads the list of a broadcast: CSV in UTF-8 with a head row; comma, semicolon or tab between the fields. One column is the number, the others
/// are for the cover. A list with a bad row is refused whole, and each bad row is named.
/// </summary>
public sealed partial class BroadcastListReader(BroadcastOptions options)
{
    /// <summary>Columns of a list.</summary>
    public const int MaxColumns = 64;

    /// <summary>Characters of one field of it.</summary>
    public const int MaxFieldLength = 2000;

    /// <summary>Bad rows that are named; who has more will look at the file anyway.</summary>
    public const int MaxFaults = 100;

    private const int HeadBytes = 64 * 1024;

    private static readonly Dictionary<string, Column> Known = new(StringComparer.Ordinal)
    {
        ["number"] = Column.Number, ["fax"] = Column.Number, ["fax_number"] = Column.Number, ["faxnumber"] = Column.Number, ["phone"] = Column.Number,
        ["telephone"] = Column.Number, ["tel"] = Column.Number, ["to"] = Column.Number,
        ["name"] = Column.Name, ["to_name"] = Column.Name, ["contact"] = Column.Name, ["recipient"] = Column.Name,
        ["company"] = Column.Company, ["to_company"] = Column.Company, ["organization"] = Column.Company, ["organisation"] = Column.Company,
        ["regarding"] = Column.Regarding, ["subject"] = Column.Regarding,
        ["comments"] = Column.Comments, ["comment"] = Column.Comments,
        ["reference"] = Column.Reference,
    };

    private enum Column
    {
        Number,
        Name,
        Company,
        Regarding,
        Comments,
        Reference,
        Other,
        Empty,
    }

    /// <summary>Reads a list from its beginning.</summary>
    /// <param name="country">Where numbers without a country code are dialled from.</param>
    public ListReadResult Read(Stream list, string country)
    {
        using var buffered = new BufferedStream(list, HeadBytes);
        using var text = new StreamReader(buffered, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, HeadBytes);
        var head = new HeadLine(text);
        var reader = new CsvReader(head, head.Separator, MaxColumns, MaxFieldLength);
        if (reader.Read() is var first and not CsvStep.Record)
            return Refused(1, first == CsvStep.End ? "The list is empty. Its first row names the columns, such as number,name,company." : reader.Fault);
        if (!TryReadHead(reader.Fields, out var columns, out var fault))
            return Refused(1, fault);
        return ReadRows(reader, columns, country);
    }

    private ListReadResult ReadRows(CsvReader reader, List<(Column Kind, string Name)> columns, string country)
    {
        var rows = new List<BroadcastRow>();
        var faults = new List<ListFault>();
        var count = 0;
        while (true)
        {
            var step = reader.Read();
            if (step == CsvStep.Fault)
                Add(reader.Fault);
            if (step != CsvStep.Record)
                break;
            if (reader.Fields.All(string.IsNullOrWhiteSpace))
                continue;
            if (rows.Count == options.MaxRows)
            {
                Add($"The list has more than {options.MaxRows} rows. Split it.");
                break;
            }
            if (TryReadRow(reader, columns, country, out var row, out var reason))
                rows.Add(row);
            else
                Add(reason);
        }
        if (count == 0 && rows.Count == 0)
            Add("There is nobody in the list.");
        return count == 0 ? new ListReadResult.Read(rows) : new ListReadResult.Refused(faults, count);

        void Add(string reason)
        {
            count++;
            if (faults.Count < MaxFaults)
                faults.Add(new ListFault(reader.Line, reason));
        }
    }

    private static bool TryReadHead(IReadOnlyList<string> head, out List<(Column Kind, string Name)> columns, out string fault)
    {
        columns = [];
        foreach (var title in head)
        {
            var name = Blanks().Replace(title.Trim().ToLowerInvariant(), "_");
            var kind = name.Length == 0 ? Column.Empty : Known.GetValueOrDefault(name, Column.Other);
            if (kind == Column.Other && !Names().IsMatch(name))
            {
                fault = $"The column \"{Shown(title)}\" has a name that no cover page can use. Use letters a to z, digits and spaces, 40 at most.";
                return false;
            }
            if (kind != Column.Empty && columns.Any(c => c.Name == name || (kind != Column.Other && c.Kind == kind)))
            {
                fault = $"The column \"{Shown(title)}\" is there twice, or two columns mean the same.";
                return false;
            }
            columns.Add((kind, name));
        }
        fault = columns.Any(c => c.Kind == Column.Number) ? "" : "No column is named number (or fax, phone). The first row names the columns.";
        return fault.Length == 0;
    }

    private static bool TryReadRow(
        CsvReader reader, List<(Column Kind, string Name)> columns, string country, out BroadcastRow row, out string reason)
    {
        row = null!;
        var fields = new CoverFields();
        Dictionary<string, string>? others = null;
        PhoneNumber? number = null;
        for (var i = 0; i < reader.Fields.Count; i++)
        {
            var value = reader.Fields[i].Trim();
            var (kind, name) = i < columns.Count ? columns[i] : (Column.Empty, "");
            if (value.Length == 0)
                continue;
            switch (kind)
            {
                case Column.Number when PhoneNumber.TryParse(value, country, out var parsed):
                    number = parsed;
                    break;
                case Column.Number:
                    reason = $"\"{Shown(value)}\" is no telephone number. Write it with its country code, such as +12025550100.";
                    return false;
                case Column.Name:
                    fields = fields with { ToName = value };
                    break;
                case Column.Company:
                    fields = fields with { ToCompany = value };
                    break;
                case Column.Regarding:
                    fields = fields with { Regarding = value };
                    break;
                case Column.Comments:
                    fields = fields with { Comments = value };
                    break;
                case Column.Reference:
                    fields = fields with { Reference = value };
                    break;
                case Column.Other:
                    (others ??= new Dictionary<string, string>(StringComparer.Ordinal))[name] = value;
                    break;
                case Column.Empty:
                    reason = $"\"{Shown(value)}\" stands in a column that has no name. Is there a separator too much, or a quote missing?";
                    return false;
            }
        }
        reason = number is null ? "There is no number." : "";
        if (number is { } found)
            row = new BroadcastRow(reader.Line, found, fields with { Columns = others });
        return number is not null;
    }

    private static ListReadResult.Refused Refused(int line, string reason) => new([new ListFault(line, reason)], 1);

    private static string Shown(string text) => new([.. (text.Length > 40 ? text[..40] + "…" : text).Where(c => !char.IsControl(c))]);

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$")]
    private static partial Regex Names();

    [GeneratedRegex(@"[\s\-]+")]
    private static partial Regex Blanks();

    /// <summary>The text with its first line read ahead, which tells what stands between the fields.</summary>
    private sealed class HeadLine : TextReader
    {
        private readonly TextReader _rest;
        private readonly string _head;
        private readonly bool _isBroken;
        private int _at;

        public HeadLine(TextReader rest)
        {
            _rest = rest;
            var head = new StringBuilder();
            try
            {
                // The line's end is left to the reader; a head longer than its columns can be is refused there.
                while (head.Length < MaxColumns * MaxFieldLength && rest.Peek() is >= 0 and not ('\n' or '\r'))
                    head.Append((char)rest.Read());
            }
            catch (DecoderFallbackException)
            {
                // Said when the reader comes to it.
                _isBroken = true;
            }
            _head = head.ToString().TrimStart('\ufeff');
            var inQuotes = false;
            Span<int> counts = stackalloc int[3];
            foreach (var c in _head)
            {
                if (c == '"')
                    inQuotes = !inQuotes;
                else if (!inQuotes && ",;\t".IndexOf(c, StringComparison.Ordinal) is >= 0 and var index)
                    counts[index]++;
            }
            Separator = counts[1] > counts[0] && counts[1] >= counts[2] ? ';' : counts[2] > counts[0] ? '\t' : ',';
        }

        public char Separator { get; }

        public override int Peek() => _at < _head.Length ? _head[_at] : Rest().Peek();

        public override int Read() => _at < _head.Length ? _head[_at++] : Rest().Read();

        private TextReader Rest() => _isBroken ? throw new DecoderFallbackException() : _rest;
    }
}
