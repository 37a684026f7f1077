using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Trunkline.Core;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;

namespace Trunkline.Storage.Sqlite;

/// <summary>
/// What a receipt costs: the customer pays for what was delivered, the carrier is owed for each call. In the transaction that settles the attempt, so
/// that there is no settled message without its bill and no bill without its message.
/// </summary>
internal static class SqliteCharging
{
    // A plus sign stays one, for people who read it.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Terms(
        Rate? Price, Rate? Cost, int FirstPage, long Resource, BillType BillType, string TimeZone, string DestinationCountry, int DeliveredSeconds, string? Reference);

    /// <summary>
    /// Books an attempt that is closed by now. Nothing that was held stays held when the message has ended. Returns what the customer pays, and
    /// MESSAGE_RATE of Table 1, for the message's row; null when nothing was delivered that is priced.
    /// </summary>
    public static (Money Price, long Rate)? Settle(SqliteConnectionSession s, QueuedMessage message, AttemptId attempt, AttemptReport report, MessageStatus status, long now)
    {
        var terms = TermsOf(s, attempt);
        var booked = new List<LedgerTransaction>();
        if (status.IsFinal() && SqliteReservations.Release(s, message.Id.Value) is { } release)
            booked.Add(release);
        var pages = Math.Min(Math.Max(report.PagesConfirmed, message.PagesConfirmed), message.Pages);
        Money? price = status == MessageStatus.Sent && terms.Price is { } rate && terms.BillType is not (BillType.Free or BillType.Demo)
            ? rate.Price(new Usage(pages, TimeSpan.FromSeconds(terms.DeliveredSeconds)))
            : null;
        if (price is { IsZero: false } charged)
        {
            booked.Add(new LedgerTransaction(LedgerKind.Charge, $"{message.Destination}: {Used(pages, terms.DeliveredSeconds)}",
                new Posting(Account.Customer(message.CustomerKey), -charged), new Posting(Account.Revenue, charged))
            {
                Message = message.Id,
                Attempt = attempt.Number,
            });
            SqliteReservations.Spent(s, message, charged, CustomerDay.Of(DateTimeOffset.FromUnixTimeMilliseconds(now), terms.TimeZone));
        }
        var ownPages = Math.Max(0, Math.Min(report.PagesConfirmed, message.Pages) - terms.FirstPage + 1);
        var seconds = (int)Math.Min(report.Duration.TotalSeconds, int.MaxValue);
        // Carriers charge calls that were answered: a busy line costs no connection fee.
        var wasAnswered = report.CallPlaced && (report.Status == MessageStatus.Sent || seconds > 0 || ownPages > 0);
        Money? cost = wasAnswered && terms.Cost is { } costs ? costs.Price(new Usage(ownPages, TimeSpan.FromSeconds(seconds))) : null;
        if (cost is { IsZero: false } owed)
        {
            booked.Add(new LedgerTransaction(LedgerKind.Cost, $"{message.Destination}: {Used(ownPages, seconds)}",
                new Posting(Account.Cost(terms.Resource), -owed), new Posting(Account.Carrier(terms.Resource), owed))
            {
                Message = message.Id,
                Attempt = attempt.Number,
            });
        }
        SqliteLedger.Append(s, now, booked);
        SqliteCallDetails.Append(s, attempt, ownPages, price, pages, terms.DeliveredSeconds, cost, now);
        if (price is { IsZero: false } told)
            SqliteEvents.Append(s, now, message.SubmissionId.Value, message.Id.Value, "billing.charged", Detail(message, attempt, told, pages, terms));
        return price is { } paid ? (paid, RateOf(terms.Price!.Value)) : null;
    }

    private static string Used(int pages, int seconds) => pages switch { 0 => "", 1 => "1 page, ", _ => $"{pages} pages, " } + $"{seconds} s";

    private static Terms TermsOf(SqliteConnectionSession s, AttemptId attempt) => s.First("""
        SELECT a.price_rate, a.cost_rate, a.first_page, a.resource_id, coalesce(c.billtype, 'free'), coalesce(c.time_zone, 'UTC'), m.destination_country,
            (SELECT sum(d.duration) FROM attempt d WHERE d.message_id = a.message_id AND (d.number = a.number OR d.pages_confirmed >= d.first_page)),
            m.reference
        FROM attempt a JOIN message m ON m.message_id = a.message_id LEFT JOIN customer c ON c.customer_key = m.customer_key
        WHERE a.message_id = ?1 AND a.number = ?2
        """, r => new Terms(ReadRate(r, 0), ReadRate(r, 1), r.GetInt32(2), r.GetInt64(3), Enum.Parse<BillType>(r.GetString(4), ignoreCase: true),
            r.GetString(5), r.GetString(6), r.IsDBNull(7) ? 0 : (int)Math.Clamp(r.GetInt64(7), 0, int.MaxValue),
            r.IsDBNull(8) ? null : r.GetString(8)), attempt.Message.Value, attempt.Number)!;

    private static Rate? ReadRate(SqliteStatement r, int column) =>
        r.IsDBNull(column) ? null : Rate.TryParse(r.GetString(column), out var rate) ? rate : throw new InvalidDataException($"\"{r.GetString(column)}\" is no rate.");

    /// <summary>Of a page where pages are priced, else of a minute on the line.</summary>
    private static long RateOf(Rate rate) => rate.PerPage > 0 ? rate.PerPage : (long)Math.Round((decimal)rate.PerTime * 60 / rate.PricedSeconds, MidpointRounding.AwayFromZero);

    private static string Detail(QueuedMessage message, AttemptId attempt, Money price, int pages, Terms terms) => JsonSerializer.Serialize(new
    {
        customer = message.CustomerKey.ToString(CultureInfo.InvariantCulture),
        message = message.Id.ToString(),
        attempt = attempt.Number,
        to = message.Destination,
        country = terms.DestinationCountry,
        type = CallDetailFormat.TypeOf(message.Type),
        pages,
        seconds = terms.DeliveredSeconds,
        price = CallDetailFormat.Amount(price),
        currency = price.Currency,
        reference = terms.Reference ?? "",
    }, Plain);
}
