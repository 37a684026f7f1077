using Trunkline.Core;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Text;

namespace Trunkline.Storage.Sqlite;

/// <summary>Rules and pagers.</summary>
public sealed class SqliteFilterStore(SqliteDatabase database, SqliteBodies bodies) : IFilterStore
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<Pager>> PagersAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query("""
        SELECT pager_id, customerkey, pager_name, pagertypecode, bbsnumber, pagernumber, pin, displaytype, max_length, fold, template, code FROM pager
        ORDER BY customerkey, pager_name
        """, r => new Pager
    {
        Id = r.GetInt64(0),
        CustomerKey = r.GetInt64(1),
        Name = r.GetString(2),
        Type = Enum.Parse<PagerType>(r.GetString(3), ignoreCase: true),
        BbsNumber = r.IsDBNull(4) || !PhoneNumber.TryParse(r.GetString(4), "US", out var number) ? null : number,
        Number = r.GetString(5),
        Pin = r.IsDBNull(6) ? null : r.GetString(6),
        Display = Enum.Parse<PagerDisplay>(r.GetString(7), ignoreCase: true),
        MaxLength = r.GetInt32(8),
        Fold = Enum.Parse<PageFold>(r.GetString(9), ignoreCase: true),
        Template = r.GetString(10),
        Code = r.GetString(11),
    }), cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<(long CustomerKey, string Json)>> RulesAsync(CancellationToken cancellationToken) => await database.ReadAsync(s => s.Query(
        "SELECT customer_key, rule FROM filter_rule ORDER BY customer_key, position", r => (r.GetInt64(0), r.GetString(1))), cancellationToken);

    /// <inheritdoc />
    public Task ReplaceRulesAsync(long customerKey, IReadOnlyList<FilterRule> rules, CancellationToken cancellationToken) => database.WriteAsync(s =>
    {
        s.Execute("DELETE FROM filter_rule WHERE customer_key = ?1", customerKey);
        for (var i = 0; i < rules.Count; i++)
        {
            s.Execute("INSERT INTO filter_rule (customer_key, position, name, is_active, rule) VALUES (?1, ?2, ?3, ?4, ?5)",
                customerKey, i, rules[i].Name, rules[i].IsActive, FilterRuleFormat.Write(rules[i]).ToJsonString());
        }
        return true;
    }, cancellationToken);

    /// <inheritdoc />
    public Task SavePagerAsync(Pager pager, CancellationToken cancellationToken) => database.WriteAsync(s => s.Execute("""
        INSERT INTO pager (customerkey, pager_name, pagertypecode, bbsnumber, pagernumber, pin, displaytype, max_length, fold, template, code)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (customerkey, pager_name) DO UPDATE SET pager_name = ?2, pagertypecode = ?3, bbsnumber = ?4, pagernumber = ?5, pin = ?6,
            displaytype = ?7, max_length = ?8, fold = ?9, template = ?10, code = ?11
        """, pager.CustomerKey, pager.Name, pager.Type.ToString().ToLowerInvariant(), pager.BbsNumber?.E164, pager.Number, pager.Pin,
        pager.Display.ToString().ToLowerInvariant(), pager.MaxLength, pager.Fold.ToString().ToLowerInvariant(), pager.Template, pager.Code), cancellationToken);

    /// <inheritdoc />
    public Task<bool> RemovePagerAsync(long customerKey, string name, CancellationToken cancellationToken) => database.WriteAsync(
        s => s.Execute("DELETE FROM pager WHERE customerkey = ?1 AND pager_name = ?2", customerKey, name) == 1, cancellationToken);

    /// <inheritdoc />
    public async Task<IReadOnlyList<(long CustomerKey, DateTimeOffset At)>> NotificationsSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        // Ids are made of the time, so that this looks at the newest alone.
        await database.ReadAsync(s => s.Query("""
            SELECT customer_key, received_at FROM submission WHERE submission_id >= ?1 AND source = 'rule' ORDER BY submission_id
            """, r => (r.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(1))), MessageIdSource.FirstAt(since).Value), cancellationToken);

    /// <inheritdoc />
    public async Task<StoredMail?> StoredMailAsync(MessageId id, CancellationToken cancellationToken)
    {
        var (submission, mail) = await database.ReadAsync(s =>
        {
            var found = s.Number("SELECT submission_id FROM message WHERE message_id = ?1", id.Value) is not 0 and var owner ? owner : id.Value;
            return (found, s.First("SELECT headers, envelope_from, subject, size, received_at, customer_key FROM submission WHERE submission_id = ?1",
                r => new StoredMail(r.GetBytes(0), r.GetString(1), r.GetString(2), r.GetInt64(3), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4)),
                    r.GetInt64(5), []), found));
        }, cancellationToken);
        if (mail is null)
            return null;
        var bodyRows = await database.ReadAsync(s => s.Query(
            "SELECT content_type, charset, body_hash FROM fragment WHERE submission_id = ?1 AND is_body = 1 ORDER BY ordinal",
            r => (Type: r.GetString(0), Charset: r.IsDBNull(1) ? null : r.GetString(1), Hash: r.GetBytes(2)), submission), cancellationToken);
        var texts = new List<StoredText>();
        foreach (var (type, charset, hash) in bodyRows)
            texts.Add(new StoredText(type, charset, await bodies.ReadAsync(hash, cancellationToken)));
        return mail with { Texts = texts };
    }
}
