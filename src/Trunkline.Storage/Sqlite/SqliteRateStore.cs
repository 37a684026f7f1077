using System.Globalization;
using Trunkline.Gateway.Routing;

namespace Trunkline.Storage.Sqlite;

/// <summary>
/// Rate decks. Rows are only ever appended, numbered by their place in the file: an import touches the end of one table, whatever the order of the
/// prefixes, and holds the writer for milliseconds. One guarded statement at the end makes the deck visible.
/// </summary>
public sealed class SqliteRateStore(SqliteDatabase database) : IRateStore
{
    // More than a deck may have rows.
    private const long DeckSpan = 1 << 20;

    /// <inheritdoc />
    public async Task<IReadOnlyList<RateDeckInfo>> ListAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT deck_id, kind, resource_id, price_plan, message_type, currency, time_zone, effective, imported_at, source, rate_count
        FROM rate_deck WHERE status = 'ready' ORDER BY deck_id
        """, r => new RateDeckInfo
    {
        Id = r.GetInt64(0),
        Kind = r.GetString(1) == "cost" ? RateDeckKind.Cost : RateDeckKind.Price,
        ResourceId = r.IsDBNull(2) ? null : r.GetInt64(2),
        PricePlan = r.IsDBNull(3) ? null : r.GetString(3),
        Type = Names.MessageTypeOf(r.GetString(4)),
        Currency = r.GetString(5),
        TimeZone = r.GetString(6),
        Effective = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(7)),
        ImportedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(8)),
        Source = r.GetString(9),
        RateCount = r.GetInt32(10),
    }), cancellationToken);

    /// <inheritdoc />
    public Task<long> BeginAsync(RateDeckInfo deck, CancellationToken cancellationToken) => database.WriteAsync(s => s.Number("""
        INSERT INTO rate_deck (kind, resource_id, price_plan, message_type, currency, time_zone, effective, imported_at, source)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING deck_id
        """, deck.Kind == RateDeckKind.Cost ? "cost" : "price", deck.ResourceId, deck.PricePlan, Names.Of(deck.Type), deck.Currency, deck.TimeZone,
        deck.Effective.ToUnixTimeMilliseconds(), deck.ImportedAt.ToUnixTimeMilliseconds(), deck.Source), cancellationToken);

    /// <inheritdoc />
    public Task<bool> AppendAsync(long deckId, int first, IReadOnlyList<RateRow> rows, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        if (s.Number("SELECT count(*) FROM rate_deck WHERE deck_id = ?1 AND status = 'loading'", deckId) == 0)
            return false;
        for (var i = 0; i < rows.Count; i++)
        {
            var (row, rate) = (rows[i], rows[i].Rate);
            s.Execute("""
                INSERT INTO rate (rate_id, prefix, connect_fee, price_per_page, price_per_increment, priced_seconds, first_increment, next_increment,
                    valid_from, valid_to, band, description)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                """, deckId * DeckSpan + first + i, row.Prefix.ToString(), rate.ConnectFee, rate.PerPage, rate.PerTime, rate.PricedSeconds, rate.FirstIncrement,
                rate.NextIncrement, row.ValidFrom?.ToUnixTimeMilliseconds(), row.ValidTo?.ToUnixTimeMilliseconds(), row.Band?.Packed, row.Description);
        }
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public Task<bool> PublishAsync(long deckId, int rateCount, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute(
        "UPDATE rate_deck SET status = 'ready', rate_count = ?2 WHERE deck_id = ?1 AND status = 'loading'", deckId, rateCount) == 1, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<RateRow>> ReadAsync(RateDeckInfo deck, int first, int max, CancellationToken cancellationToken) =>
        await database.ReadAsync(s => s.Query("""
            SELECT prefix, connect_fee, price_per_page, price_per_increment, priced_seconds, first_increment, next_increment, valid_from, valid_to, band, description
            FROM rate WHERE rate_id >= ?1 AND rate_id < ?2 ORDER BY rate_id
            """, r => Row(r, deck.Currency), deck.Id * DeckSpan + first, deck.Id * DeckSpan + Math.Min(first + max, DeckSpan)), cancellationToken);

    /// <inheritdoc />
    public Task<bool> RemoveAsync(long deckId, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute(
        "UPDATE rate_deck SET status = 'removed' WHERE deck_id = ?1 AND status IN ('loading', 'ready')", deckId) == 1, cancellationToken);

    /// <inheritdoc />
    public Task<int> RemoveUnfinishedAsync(CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute(
        "UPDATE rate_deck SET status = 'removed' WHERE status = 'loading'"), cancellationToken);

    /// <inheritdoc />
    public Task<int> SweepAsync(int max, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        var deck = s.Number("SELECT deck_id FROM rate_deck WHERE status = 'removed' ORDER BY deck_id LIMIT 1");
        if (deck == 0)
            return 0;
        var deleted = s.Execute("DELETE FROM rate WHERE rate_id IN (SELECT rate_id FROM rate WHERE rate_id >= ?1 AND rate_id < ?2 LIMIT ?3)",
            deck * DeckSpan, (deck + 1) * DeckSpan, max);
        // The row goes last, so that a crash in the middle finds the rest. The id is not given again, whatever happens.
        return deleted > 0 ? deleted : s.Execute("DELETE FROM rate_deck WHERE deck_id = ?1 AND status = 'removed'", deck);
    }, cancellationToken);

    private static RateRow Row(SqliteStatement r, string currency) => new(
        RatePrefix.TryParse(r.GetString(0), out var prefix) ? prefix : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"\"{r.GetString(0)}\" is no prefix of a rate.")),
        Rate.Of(currency, r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt32(4), r.GetInt32(5), r.GetInt32(6)),
        Moment(r, 7), Moment(r, 8), r.IsDBNull(9) ? null : RateBand.Unpack(r.GetInt32(9)), r.IsDBNull(10) ? null : r.GetString(10));

    private static DateTimeOffset? Moment(SqliteStatement r, int column) => r.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(column));
}
