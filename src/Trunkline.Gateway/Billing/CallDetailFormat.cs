using System.Globalization;
using System.Text;
using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>Call detail records as CSV (RFC 4180): a head, then a line a record. Amounts have a point and six decimals at most; times are UTC.</summary>
public static class CallDetailFormat
{
    /// <summary>The names of the columns, which programs may rely on; new ones are added at the end.</summary>
    public const string Head = "record,revision,begun_at,ended_at,customer,message,attempt,resource,from,to,country,prefix,type,pages,seconds,status,outcome,"
        + "price,price_currency,priced_pages,priced_seconds,price_rate,price_deck,cost,cost_currency,cost_rate,cost_deck,reference";

    /// <summary>One line, without its end.</summary>
    public static string Line(CallDetail c)
    {
        object?[] columns =
        [
            c.Record, c.Revision, Time(c.BegunAt), Time(c.EndedAt), c.Customer, c.Message, c.Attempt, c.Resource, c.From, c.To, c.Country, c.Prefix,
            TypeOf(c.Type), c.Pages, c.Seconds, c.Status.Code(), c.Outcome.Code(), Amount(c.Price), c.Price?.Currency, c.PricedPages, c.PricedSeconds,
            c.PriceRate, c.PriceDeck, Amount(c.Cost), c.Cost?.Currency, c.CostRate, c.CostDeck, c.Reference,
        ];
        var line = new StringBuilder();
        for (var i = 0; i < columns.Length; i++)
            line.Append(i == 0 ? "" : ",").Append(Quoted(Convert.ToString(columns[i], CultureInfo.InvariantCulture) ?? ""));
        return line.ToString();
    }

    /// <summary>How a type is written for programs: <c>fax</c>.</summary>
    public static string TypeOf(MessageType type) => type switch
    {
        MessageType.Fax => "fax",
        MessageType.Voice => "voice",
        MessageType.Notification => "notification",
        MessageType.Video => "video",
    };

    /// <summary>An amount for programs: <c>1.25</c>; null for none.</summary>
    public static string? Amount(Money? money) => money?.Amount.ToString("0.00####", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
