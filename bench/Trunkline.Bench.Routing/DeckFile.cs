using System.Globalization;
using System.Text;

namespace Trunkline.Bench.Routing;

/// <summary>
/// A rate file like a carrier's: the area codes and exchanges of North America, mobile and fixed networks of the world, some with hours. Every amount of
/// an edition ends on the edition's digit, so that a price tells of which edition each of its parts is.
/// </summary>
internal static class DeckFile
{
    /// <summary>Writes a file; the same seed makes the same prefixes.</summary>
    /// <param name="prices">Prices in it, as carriers have some hundreds; 0 for another for every row, the worst that there could be.</param>
    public static byte[] Make(int rows, int seed, int edition, int prices)
    {
        var random = new Random(seed);
        var listed = Enumerable.Range(0, prices).Select(_ => Price(random, edition)).ToArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var text = new StringBuilder("prefix,connect_fee,per_page,per_increment,first_increment,next_increment,valid_from,valid_to,days,hours,description\n");
        void Add(string prefix, string band)
        {
            if (!seen.Add(prefix))
                return;
            var price = prices > 0 ? listed[random.Next(prices)] : Price(random, edition);
            text.Append(CultureInfo.InvariantCulture, $"{prefix},{price},6,6,,,{band},\"Destination {prefix}\"\n");
        }
        for (var digit = 1; digit <= 9; digit++)
            Add(digit.ToString(CultureInfo.InvariantCulture), ",");
        while (seen.Count < rows)
        {
            var isNorthAmerica = random.Next(2) == 0;
            // 1 + area code + exchange, sometimes with a digit of the block; elsewhere country, network and up to four digits.
            var prefix = isNorthAmerica
                ? $"1{random.Next(200, 1000)}{(random.Next(10) == 0 ? "" : random.Next(200, 1000).ToString(CultureInfo.InvariantCulture))}"
                : random.Next(20, 999).ToString(CultureInfo.InvariantCulture) + random.Next((int)Math.Pow(10, random.Next(1, 6))).ToString(CultureInfo.InvariantCulture);
            Add(prefix, random.Next(50) == 0 ? "mon-fri,08:00-18:00" : ",");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The edition that an amount of micro-units is of.</summary>
    public static int EditionOf(long micro) => (int)(micro % 10);

    private static string Price(Random random, int edition) => $"{Amount(random, edition)},{Amount(random, edition)},{Amount(random, edition)}";

    private static string Amount(Random random, int edition) => string.Create(CultureInfo.InvariantCulture, $"0.0{random.Next(1000, 5000)}{edition}");
}
