using System.Net;
using Microsoft.Extensions.Configuration;
using Trunkline.Commands;
using Trunkline.Storage.Sqlite;
using Trunkline.Unit.Tests.Web;

namespace Trunkline.Unit.Tests.Commands;

/// <summary>Lists that a command prints, of a store in which the server looks at a part for one answer.</summary>
public sealed class ListingTests : IAsyncLifetime
{
    private const string Sought = "+12025550101";
    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_filter_finds_what_lies_behind_more_than_the_server_looks_at_for_one_answer()
    {
        var (status, _) = await _rig.PostAsync("/v1/messages", $$"""{"to":["fax:{{Sought}}"],"text":"Hello"}""", _rig.Alice);
        Assert.Equal(HttpStatusCode.Accepted, status);
        await PutInFrontAsync(45_000);
        var (_, part) = await _rig.GetAsync($"/v1/messages?limit=5&to={Uri.EscapeDataString(Sought)}");
        Assert.Empty(part.GetProperty("items").EnumerateArray());

        using var session = ApiSession.Open(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Http", _rig.Address.Authority), new("Key", ApiRig.OperatorKey), new("Data", _rig.DataDirectory)]).Build(), isJson: true);
        var found = await session.ListAsync("/v1/messages?to=" + Uri.EscapeDataString(Sought), 5, null, CancellationToken.None);
        Assert.Equal("fax:" + Sought, Assert.Single(found.GetProperty("items").EnumerateArray()).GetProperty("to").GetString());
        Assert.False(found.TryGetProperty("next", out _));

        var some = await session.ListAsync("/v1/messages?", 5, null, CancellationToken.None);
        Assert.Equal(5, some.GetProperty("items").GetArrayLength());
        var rest = await session.ListAsync("/v1/messages?", 2, some.GetProperty("next").GetString(), CancellationToken.None);
        Assert.True(string.CompareOrdinal(rest.GetProperty("items")[0].GetProperty("id").GetString(), some.GetProperty("items")[4].GetProperty("id").GetString()) < 0);
    }

    // Newer messages to another number: the same row under other ids.
    private Task PutInFrontAsync(int count) => _rig.Get<SqliteDatabase>().WriteAsync(s =>
    {
        var columns = s.Query("SELECT name FROM pragma_table_info('message') WHERE name NOT IN ('message_id', 'destination')", r => r.GetString(0));
        var same = string.Join(", ", columns);
        return s.Execute($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            INSERT INTO message (message_id, destination, {same}) SELECT message_id + i, '+12025550102', {same} FROM message, n
            """, count);
    }, CancellationToken.None);
}
