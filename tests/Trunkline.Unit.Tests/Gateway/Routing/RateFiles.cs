using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Trunkline.Core;
using Trunkline.Gateway.Routing;

namespace Trunkline.Unit.Tests.Gateway.Routing;

/// <summary>Decks of few words for tests.</summary>
internal static class RateFiles
{
    public static readonly DateTimeOffset LongAgo = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static RateDeckInfo Cost(long resource, string currency = "USD", DateTimeOffset? effective = null, MessageType type = MessageType.Fax) => new()
    {
        Kind = RateDeckKind.Cost,
        ResourceId = resource,
        Type = type,
        Currency = currency,
        Effective = effective ?? LongAgo,
        Source = "cost.csv",
    };

    public static RateDeckInfo Price(string plan, string currency = "USD", DateTimeOffset? effective = null, MessageType type = MessageType.Fax) => new()
    {
        Kind = RateDeckKind.Price,
        PricePlan = plan,
        Type = type,
        Currency = currency,
        Effective = effective ?? LongAgo,
        Source = "price.csv",
    };

    public static RateImporter Importer(GatewayRig rig) => new(rig.RateRows, rig.RateKeeper, rig.Clock, NullLogger<RateImporter>.Instance);

    /// <summary>Imports a file and makes it count.</summary>
    public static async Task<RateImportResult> ImportAsync(this GatewayRig rig, RateDeckInfo deck, string text)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await Importer(rig).ImportAsync(file, deck, null, CancellationToken.None);
    }

    /// <summary>A deck of prefixes and prices for each page, in thousandths.</summary>
    public static async Task<RateDeckInfo> PerPageAsync(this GatewayRig rig, RateDeckInfo deck, params (string Prefix, int Thousandths)[] rates)
    {
        var text = new StringBuilder("prefix,per_page\n");
        foreach (var (prefix, price) in rates)
            text.Append(prefix).Append(",0.").Append(price.ToString("000", System.Globalization.CultureInfo.InvariantCulture)).Append('\n');
        var result = await rig.ImportAsync(deck, text.ToString());
        Assert.Empty(result.Faults);
        return result.Deck!;
    }

    /// <summary>A deck in memory.</summary>
    public static RateDeck Build(RateDeckInfo info, IEnumerable<RateRow> rows)
    {
        var building = RateDeck.Begin(info);
        foreach (var row in rows)
            building.Add(row);
        return building.Finish();
    }

    public static RatePrefix Prefix(string digits)
    {
        Assert.True(RatePrefix.TryParse(digits, out var prefix));
        return prefix;
    }
}
