using System.Runtime.InteropServices;

namespace Trunkline.Gateway.Routing;

/// <summary>The rows of a file by prefix, beginning and hours: two of the same would leave open which of them counts.</summary>
internal sealed class RateRowSet
{
    private readonly Dictionary<(ulong Prefix, long From, int Band), int> _lines = [];

    /// <summary>The line of a row that was there before, or 0 when this is the first.</summary>
    public int Add(RateRow row, int line)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _lines, (row.Prefix.Word, row.ValidFrom?.ToUnixTimeMilliseconds() ?? long.MinValue, row.Band?.Packed ?? 0), out var isKnown);
        if (isKnown)
            return known;
        known = line;
        return 0;
    }
}
