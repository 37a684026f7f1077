using System.Globalization;
using System.Text;
using Trunkline.Core;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>The results of a broadcast as CSV (RFC 4180, UTF-8 with a mark, so that spreadsheets read it): a row for each row of the list, in its order.</summary>
public sealed class BroadcastCsv(IBroadcastStore store)
{
    private const int Batch = 1000;
    private const string Head = "line,number,name,company,status,outcome,cause,pages,seconds,attempts,price,currency,when,message\r\n";

    /// <summary>Writes all of it; returns how many rows.</summary>
    public async Task<int> WriteAsync(Broadcast broadcast, Stream to, CancellationToken cancellationToken)
    {
        await to.WriteAsync(Encoding.UTF8.Preamble.ToArray(), cancellationToken);
        await to.WriteAsync(Encoding.UTF8.GetBytes(Head), cancellationToken);
        var (after, count) = (-1, 0);
        while (true)
        {
            var rows = await store.ResultsAsync(broadcast.Id, after, Batch, cancellationToken);
            var text = new StringBuilder();
            foreach (var row in rows)
                Append(text, broadcast, row);
            await to.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
            count += rows.Count;
            if (rows.Count < Batch)
                return count;
            after = rows[^1].Ordinal;
        }
    }

    /// <summary>What a row of the list came to, in a word.</summary>
    public static string StatusOf(Broadcast broadcast, BroadcastResult row) => (row.LeftOut, row.Status) switch
    {
        ({ } reason, _) => reason,
        (null, { } status) => status.ToString().ToLowerInvariant(),
        (null, null) => broadcast.State == BroadcastState.Failed ? "failed" : "waiting",
    };

    private static void Append(StringBuilder text, Broadcast broadcast, BroadcastResult row)
    {
        var cause = row.Message is null && row.LeftOut is null && broadcast.State == BroadcastState.Failed ? broadcast.Cause : row.Cause;
        string[] fields =
        [
            Number(row.Line), row.Number, Safe(row.Name), Safe(row.Company), StatusOf(broadcast, row), row.Outcome,
            row.Status == MessageStatus.Sent ? "" : cause, Number(row.Status == MessageStatus.Sent ? row.Pages : row.PagesConfirmed),
            Number((int)row.Duration.TotalSeconds), Number(row.Attempts),
            row.Price is { } price ? new Money(price, broadcast.Currency).Amount.ToString("0.00####", CultureInfo.InvariantCulture) : "",
            row.Price is null ? "" : broadcast.Currency,
            row.EndedAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "", row.Message?.ToString() ?? "",
        ];
        text.AppendJoin(',', fields.Select(Quoted)).Append("\r\n");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string field) =>
        field.AsSpan().IndexOfAny("\",\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Text of the list that a spreadsheet would compute is marked as text.</summary>
    private static string Safe(string field) => field.Length > 0 && "=+-@\t".Contains(field[0], StringComparison.Ordinal) ? "'" + field : field;
}
