using System.Text;
using Trunkline.Core;
using Trunkline.Gateway.Routing;

namespace Trunkline.Unit.Tests.Gateway.Routing;

/// <summary>Rate files, good and bad, into a real store.</summary>
public sealed class RateImportTests : IAsyncLifetime
{
    private readonly GatewayRig _rig = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Rows_of_a_file_are_read_as_they_stand()
    {
        var result = await _rig.ImportAsync(RateFiles.Cost(1, "EUR") with { TimeZone = "Europe/Berlin" }, """"
            Prefix,connect_fee,per_page,per_increment,first_increment,next_increment,valid_from,valid_to,days,hours,description
            +1202,0.01,,0.0012,30,6,,,,,"Washington, ""DC"""
            1,0,0.05,,,,2026-01-01,2026-12-31,mon-fri,08:00-18:00,

            *,,0.2,,,,2026-01-01T00:00:00Z,,,,everything else
            """");

        Assert.Empty(result.Faults);
        var rows = await _rig.RateRows.ReadAsync(result.Deck!, 0, 100, CancellationToken.None);
        Assert.Equal(3, result.Deck!.RateCount);
        Assert.Equal(("1202", "EUR call=0.01 6s=0.0012 by=30/6", "Washington, \"DC\""), (rows[0].Prefix.ToString(), rows[0].Rate.ToString(), rows[0].Description));
        Assert.Equal(("1", "EUR page=0.05", "mon tue wed thu fri 08:00-18:00"), (rows[1].Prefix.ToString(), rows[1].Rate.ToString(), rows[1].Band.ToString()));
        // Midnight in Berlin, and the end of the last day.
        Assert.Equal(new DateTimeOffset(2025, 12, 31, 23, 0, 0, TimeSpan.Zero), rows[1].ValidFrom);
        Assert.Equal(new DateTimeOffset(2026, 12, 31, 23, 0, 0, TimeSpan.Zero), rows[1].ValidTo);
        Assert.Equal(("", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), (rows[2].Prefix.ToString(), rows[2].ValidFrom));
    }

    [Fact]
    public async Task Price_per_minute_is_charged_by_its_increments()
    {
        await _rig.ImportAsync(RateFiles.Cost(1), "prefix,per_minute,first_increment,next_increment\n1,0.00645,1,1\n");

        Assert.True(_rig.Rates.Book.Cost(1, MessageType.Fax, _rig.Clock.GetUtcNow())!.TryFind("1202", _rig.Clock.GetUtcNow(), out var rate, out _));
        Assert.Equal(6450, rate.Price(new Usage(0, TimeSpan.FromSeconds(60))).MicroUnits);
        // 61 × 107.5
        Assert.Equal(6558, rate.Price(new Usage(0, TimeSpan.FromSeconds(61))).MicroUnits);
    }

    [Theory]
    [InlineData("", "The file is empty.")]
    [InlineData("prefix,per_page\n", "The file has no rows.")]
    [InlineData("prefix,colour\n1,red", "line 1: \"colour\" is no column of a rate file.")]
    [InlineData("prefix;per_page\n1;0.1", "line 1: The fields are not separated by commas.")]
    [InlineData("per_page\n0.1", "line 1, prefix: This column is missing.")]
    [InlineData("prefix,prefix,per_page\n1,1,0.1", "line 1, prefix: This column is there twice.")]
    [InlineData("prefix,description\n1,x", "line 1: There is no price")]
    [InlineData("prefix,per_page\n1,0.1\n1x,0.1", "line 3, prefix: \"1x\" is not 1 to 15 digits")]
    [InlineData("prefix,per_page\n1,0.1\n,0.1", "line 3, prefix: \"\" is not 1 to 15 digits")]
    [InlineData("prefix,per_page\n1,\"0,1\"", "line 2, per_page: \"0,1\" is no amount")]
    [InlineData("prefix,per_page\n1,-0.1", "line 2, per_page: \"-0.1\" is no amount")]
    [InlineData("prefix,per_page\n1,0.0000001", "line 2, per_page: \"0.0000001\" is no amount")]
    [InlineData("prefix,per_page\n1,", "line 2: The row has no price.")]
    [InlineData("prefix,per_page\n1,0.1,2", "line 2: The row has 3 fields, the header 2.")]
    [InlineData("prefix,per_page\n1,0.1\n1,0.2", "line 3, prefix: 1 stands in line 2 already")]
    [InlineData("prefix,per_increment\n1,0.1", "line 2, first_increment: A price for time needs it")]
    [InlineData("prefix,per_increment,first_increment,next_increment\n1,0.1,60,0", "line 2, next_increment: \"0\" is not 1 to 3600 seconds.")]
    [InlineData("prefix,per_increment,per_minute\n1,0.1,0.1", "line 2, per_minute: A row has a price per increment or one per minute")]
    [InlineData("prefix,per_page,valid_from\n1,0.1,24.11.2026", "line 2, valid_from: \"24.11.2026\" is no date")]
    [InlineData("prefix,per_page,valid_from,valid_to\n1,0.1,2026-11-24,2026-11-23", "line 2, valid_to: It ends before it begins.")]
    [InlineData("prefix,per_page,days\n1,0.1,weekend", "line 2, days: Days are such as")]
    [InlineData("prefix,per_page,hours\n1,0.1,8-18", "line 2, hours: Hours are such as")]
    [InlineData("prefix,per_page,description\n1,0.1,\"open", "line 2: A quotation mark is opened and not closed.")]
    public async Task Bad_file_is_refused_by_line_and_column_and_nothing_is_imported(string text, string fault)
    {
        var result = await _rig.ImportAsync(RateFiles.Cost(1), text);

        Assert.Null(result.Deck);
        Assert.StartsWith(fault, result.Faults[0].ToString(), StringComparison.Ordinal);
        Assert.Empty(await _rig.RateRows.ListAsync(CancellationToken.None));
        await SweepAsync();
        Assert.Equal((0, 0), await CountAsync());
    }

    [Fact]
    public async Task Several_faults_are_named_at_once_and_no_more_than_twenty()
    {
        var text = new StringBuilder("prefix,per_page\n1,0.1\n");
        for (var i = 0; i < 50; i++)
            text.Append("x,y\n");

        Assert.Equal(RateImporter.MaxFaults, (await _rig.ImportAsync(RateFiles.Cost(1), text.ToString())).Faults.Count);
    }

    [Fact]
    public async Task Record_without_end_is_refused_and_not_read_into_memory()
    {
        var result = await _rig.ImportAsync(RateFiles.Cost(1), "prefix,per_page\n1," + new string('0', 100_000));

        Assert.Contains("longer than", result.Faults[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_zone_that_is_none_is_refused() =>
        Assert.Contains("is no time zone", (await _rig.ImportAsync(RateFiles.Cost(1) with { TimeZone = "Mars/Olympus" }, "prefix,per_page\n1,0.1")).Faults[0].Reason, StringComparison.Ordinal);

    [Fact]
    public async Task Import_that_dies_in_the_middle_leaves_nothing_that_anyone_sees()
    {
        var text = new StringBuilder("prefix,per_page\n");
        for (var i = 0; i < 5000; i++)
            text.Append(10_000 + i).Append(",0.1\n");
        using var file = new DyingStream(Encoding.UTF8.GetBytes(text.ToString()), 30_000);

        await Assert.ThrowsAsync<IOException>(() => RateFiles.Importer(_rig).ImportAsync(file, RateFiles.Cost(1), null, CancellationToken.None));

        Assert.Empty(await _rig.RateRows.ListAsync(CancellationToken.None));
        await SweepAsync();
        Assert.Equal((0, 0), await CountAsync());
    }

    [Fact]
    public async Task What_a_dead_process_left_of_an_import_is_removed_at_the_start_and_its_id_is_not_used_again()
    {
        var dead = await _rig.RateRows.BeginAsync(RateFiles.Cost(1), CancellationToken.None);
        var row = new RateRow(RateFiles.Prefix("1"), Rate.Of("USD", perPage: 1), null, null, null, null);
        Assert.True(await _rig.RateRows.AppendAsync(dead, 0, [row], CancellationToken.None));

        Assert.Equal(1, await _rig.RateRows.RemoveUnfinishedAsync(CancellationToken.None));
        Assert.False(await _rig.RateRows.AppendAsync(dead, 1, [row], CancellationToken.None));
        Assert.False(await _rig.RateRows.PublishAsync(dead, 2, CancellationToken.None));
        await SweepAsync();

        Assert.Equal((0, 0), await CountAsync());
        Assert.True(await _rig.RateRows.BeginAsync(RateFiles.Cost(1), CancellationToken.None) > dead);
    }

    [Fact]
    public async Task Deck_takes_effect_at_its_time_and_replaces_the_one_before()
    {
        var now = _rig.Clock.GetUtcNow();
        var first = await _rig.PerPageAsync(RateFiles.Cost(1), ("1", 100));
        var second = await _rig.PerPageAsync(RateFiles.Cost(1, effective: now.AddHours(1)), ("1", 200));

        Assert.Equal(first.Id, _rig.Rates.Book.Cost(1, MessageType.Fax, now)!.Info.Id);
        Assert.Equal(first.Id, _rig.Rates.Book.Cost(1, MessageType.Fax, now.AddHours(1).AddTicks(-1))!.Info.Id);
        Assert.Equal(second.Id, _rig.Rates.Book.Cost(1, MessageType.Fax, now.AddHours(1))!.Info.Id);
        Assert.Null(_rig.Rates.Book.Cost(2, MessageType.Fax, now));
        Assert.Null(_rig.Rates.Book.Cost(1, MessageType.Voice, now));
    }

    [Fact]
    public async Task Of_two_decks_of_one_time_the_later_import_counts()
    {
        await _rig.PerPageAsync(RateFiles.Price("standard"), ("1", 100));
        var corrected = await _rig.PerPageAsync(RateFiles.Price("standard"), ("1", 200));

        Assert.Equal(corrected.Id, _rig.Rates.Book.Price("standard", MessageType.Fax, _rig.Clock.GetUtcNow())!.Info.Id);
        Assert.Single(_rig.Rates.Book.Decks);
    }

    [Fact]
    public async Task Removed_deck_brings_back_the_one_before()
    {
        var first = await _rig.PerPageAsync(RateFiles.Cost(1), ("1", 100));
        var second = await _rig.PerPageAsync(RateFiles.Cost(1, effective: RateFiles.LongAgo.AddDays(1)), ("1", 200));
        Assert.True(await _rig.RateRows.RemoveAsync(second.Id, CancellationToken.None));
        await _rig.RateKeeper.ReloadAsync(CancellationToken.None);

        Assert.Equal(first.Id, _rig.Rates.Book.Cost(1, MessageType.Fax, _rig.Clock.GetUtcNow())!.Info.Id);
        Assert.False(await _rig.RateRows.RemoveAsync(second.Id, CancellationToken.None));
    }

    [Fact]
    public void Only_what_is_or_will_be_in_force_is_needed()
    {
        RateDeckInfo[] all = [Deck(1, -3), Deck(2, -2), Deck(3, 0), Deck(4, 5), Deck(5, -2)];

        Assert.Equal([3, 4], RateKeeper.Needed(all, _rig.Clock.GetUtcNow()).Select(d => d.Id));
        Assert.Equal([5, 3, 4], RateKeeper.Needed(all, _rig.Clock.GetUtcNow().AddHours(-1)).Select(d => d.Id).OrderBy(id => id == 5 ? 0 : id));
    }

    private RateDeckInfo Deck(long id, int hours) => RateFiles.Cost(1, effective: _rig.Clock.GetUtcNow().AddHours(hours)) with { Id = id };

    private async Task SweepAsync()
    {
        while (await _rig.RateRows.SweepAsync(1000, CancellationToken.None) > 0)
        {
            // Batch by batch, as the keeper does.
        }
    }

    private Task<(int Decks, int Rates)> CountAsync() => _rig.Database.ReadAsync(
        s => ((int)s.Number("SELECT count(*) FROM rate_deck"), (int)s.Number("SELECT count(*) FROM rate")), CancellationToken.None);

    private sealed class DyingStream(byte[] bytes, int after) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= after)
                throw new IOException("The connection is gone.");
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 4096)], cancellationToken);
        }
    }
}
