using System.Text;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>What came of reading a record.</summary>
internal enum CsvStep
{
    Record,
    End,

    /// <summary>The text is no CSV from here on; <see cref="CsvReader.Fault"/> says why.</summary>
    Fault,
}

/// <summary>Reads comma-separated values (RFC 4180) record by record: quoted fields may hold separators, line ends and doubled quotes. Bounded.</summary>
internal sealed class CsvReader(TextReader reader, char separator, int maxFields, int maxFieldLength)
{
    private readonly List<string> _fields = [];
    private readonly StringBuilder _field = new();
    private int _line = 1;

    /// <summary>The line, from 1, on which the last record began.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Of the last record; valid until the next is read.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>Why no more can be read.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Reads one record. A blank line is a record of one empty field.</summary>
    public CsvStep Read()
    {
        _fields.Clear();
        _field.Clear();
        Line = _line;
        try
        {
            return ReadRecord();
        }
        catch (DecoderFallbackException)
        {
            return Fail("The list is not UTF-8 from about here on. Save it as \"CSV UTF-8\".");
        }
    }

    private CsvStep ReadRecord()
    {
        if (reader.Peek() < 0)
            return CsvStep.End;
        while (true)
        {
            var next = reader.Read();
            switch (next)
            {
                case '"' when _field.Length == 0:
                    if (ReadQuoted() is { } fault)
                        return Fail(fault);
                    break;
                case -1 or '\n' or '\r':
                    if (next == '\r' && reader.Peek() == '\n')
                        reader.Read();
                    if (next >= 0)
                        _line++;
                    return EndField() ? CsvStep.Record : TooMany();
                case 0:
                    return Fail("There is a NUL character here: this is no text. Save the list as CSV.");
                default:
                    if (next == separator)
                    {
                        if (!EndField())
                            return TooMany();
                    }
                    else if (_field.Length >= maxFieldLength)
                        return TooLong();
                    else
                        _field.Append((char)next);
                    break;
            }
        }
    }

    /// <summary>The rest of a quoted field; what follows its end up to the separator belongs to it, as spreadsheets read it. Null when it went well.</summary>
    private string? ReadQuoted()
    {
        while (true)
        {
            var next = reader.Read();
            switch (next)
            {
                case -1:
                    return $"The quote that begins on line {Line} has no end.";
                case '"' when reader.Peek() == '"':
                    reader.Read();
                    _field.Append('"');
                    break;
                case '"':
                    return null;
                case '\n':
                    _line++;
                    _field.Append('\n');
                    break;
                default:
                    _field.Append((char)next);
                    break;
            }
            if (_field.Length > maxFieldLength)
                return $"A field is longer than {maxFieldLength} characters. Is a quote missing?";
        }
    }

    private bool EndField()
    {
        if (_fields.Count == maxFields)
            return false;
        _fields.Add(_field.ToString());
        _field.Clear();
        return true;
    }

    private CsvStep TooMany() => Fail($"There are more than {maxFields} fields in one row.");

    private CsvStep TooLong() => Fail($"A field is longer than {maxFieldLength} characters.");

    private CsvStep Fail(string reason)
    {
        Fault = reason;
        return CsvStep.Fault;
    }
}
