namespace Trunkline.Gateway.Routing;

/// <summary>
/// Reads comma-separated values (RFC 4180) record by record with bounded memory: one record at a time, no longer than <see cref="MaxRecord"/>
/// characters and <see cref="MaxFields"/> fields. Never throws for what the text may hold.
/// </summary>
internal sealed class CsvReader(TextReader text)
{
    /// <summary>A rate has a dozen short fields; a record of this length is no rate.</summary>
    public const int MaxRecord = 4096;

    /// <summary>Of a record.</summary>
    public const int MaxFields = 64;

    private readonly char[] _buffer = new char[32 * 1024];
    private readonly char[] _record = new char[MaxRecord];
    private readonly int[] _ends = new int[MaxFields];
    private int _filled;
    private int _next;
    private int _line = 1;

    /// <summary>The line on which the record begins, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Fields of the record.</summary>
    public int Count { get; private set; }

    /// <summary>What is wrong with the text itself; no record can be read after it.</summary>
    public string? Fault { get; private set; }

    /// <summary>A field of the record, without its quotes and the white space around it.</summary>
    public ReadOnlySpan<char> this[int field] => field < Count ? _record.AsSpan(field == 0 ? 0 : _ends[field - 1], _ends[field] - (field == 0 ? 0 : _ends[field - 1])).Trim() : [];

    /// <summary>The next record that is not empty; false at the end, or when <see cref="Fault"/> says why.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        do
        {
            if (Fault is not null || !await ReadRecordAsync(cancellationToken))
                return false;
        }
        while (Count == 1 && this[0].IsEmpty);
        return true;
    }

    private async ValueTask<bool> ReadRecordAsync(CancellationToken cancellationToken)
    {
        Line = _line;
        Count = 0;
        var length = 0;
        var (isQuoted, wasQuote, isAny) = (false, false, false);
        while (true)
        {
            if (_next == _filled && !await FillAsync(cancellationToken))
                return isAny && Finish(length, isQuoted && !wasQuote);
            // As far as the buffer goes, without waiting for anything.
            while (_next < _filled)
            {
                var c = _buffer[_next++];
                isAny = true;
                if (wasQuote && c != '"')
                    isQuoted = false;
                if (c == '\n')
                    _line++;
                if (c == '"' && (isQuoted || IsFieldEmpty(length)))
                {
                    // A quote within quotes is written twice.
                    if (wasQuote && !Append(c, ref length))
                        return false;
                    wasQuote = isQuoted && !wasQuote;
                    isQuoted = true;
                    continue;
                }
                wasQuote = false;
                if (!isQuoted && c == '\n')
                    return Finish(length, false);
                if (!isQuoted && c == ',' ? !EndField(length) : (isQuoted || c != '\r') && !Append(c, ref length))
                    return false;
            }
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _filled = await text.ReadAsync(_buffer, cancellationToken);
        _next = 0;
        return _filled > 0;
    }

    private bool IsFieldEmpty(int length) => length == (Count == 0 ? 0 : _ends[Count - 1]);

    private bool Append(char c, ref int length)
    {
        if (length == MaxRecord)
            return Fail($"The record is longer than {MaxRecord} characters. Is a quotation mark missing?");
        _record[length++] = c;
        return true;
    }

    private bool EndField(int length)
    {
        if (Count == MaxFields)
            return Fail($"The record has more than {MaxFields} fields.");
        _ends[Count++] = length;
        return true;
    }

    private bool Finish(int length, bool isOpen) => isOpen ? Fail("A quotation mark is opened and not closed.") : EndField(length);

    private bool Fail(string fault)
    {
        Fault = fault;
        return false;
    }
}
