using System.Numerics;
using System.Runtime.CompilerServices;

namespace Trunkline.Gateway.Routing;

/// <summary>
/// Prefixes as a tree in one array: no object for each node, nothing that the garbage collector would have to follow. A node takes two digits at once,
/// since each step is a wait for memory; its children lie side by side, in the order of their digits. Each prefix has a place, counted in the order of
/// the nodes: what belongs to it lies there, in an array of whoever owns the tree. Immutable; looking up allocates nothing.
/// </summary>
internal sealed class PrefixTree
{
    private readonly Node[] _nodes;

    private PrefixTree(Node[] nodes, int count) => (_nodes, Count) = (nodes, count);

    /// <summary>Prefixes in it.</summary>
    public int Count { get; }

    /// <summary>Bytes of its array.</summary>
    public long Size => (long)_nodes.Length * Unsafe.SizeOf<Node>();

    /// <summary>A tree of prefixes.</summary>
    /// <param name="sorted">Each once.</param>
    /// <param name="order">What lies at each place: indexes of <paramref name="sorted"/>.</param>
    public static PrefixTree Build(ReadOnlySpan<RatePrefix> sorted, out int[] order)
    {
        var nodes = new List<Node>(sorted.Length / 2 + 16) { default };
        order = new int[sorted.Length];
        var places = 0;
        // Nodes that are not filled in yet, and the prefixes that lie below them. What lies below a node's first child comes before what lies below its
        // second: the way of one number stays within a few pages of memory.
        var open = new Stack<(int Node, int From, int To, int Depth)>([(0, 0, sorted.Length, 0)]);
        Span<(int From, int To)> children = stackalloc (int, int)[100];
        while (open.TryPop(out var next))
        {
            var (firstPlace, firstChild, count) = (places, nodes.Count, 0);
            ulong low = 0, high = 0;
            var from = next.From;
            var ends = Ends(sorted, from, next.To, next.Depth) ? Node.Itself : 0;
            if (ends != 0)
                order[places++] = from++;
            while (from < next.To)
            {
                var first = sorted[from].DigitAt(next.Depth);
                var end = EndOf(sorted, from, next.To, next.Depth, first);
                if (Ends(sorted, from, end, next.Depth + 1))
                {
                    ends |= 1 << first;
                    order[places++] = from++;
                }
                for (; from < end; from = children[count++].To)
                {
                    var second = sorted[from].DigitAt(next.Depth + 1);
                    var pair = first * 10 + second;
                    low |= pair < 64 ? 1UL << pair : 0;
                    high |= pair < 64 ? 0 : 1UL << (pair - 64);
                    children[count] = (from, EndOf(sorted, from, end, next.Depth + 1, second));
                    nodes.Add(default);
                }
            }
            nodes[next.Node] = new Node(low, high, firstChild, firstPlace, (ushort)ends);
            // The last one pushed is the first that is taken up.
            for (var child = count - 1; child >= 0; child--)
                open.Push((firstChild + child, children[child].From, children[child].To, next.Depth + 2));
        }
        return new PrefixTree([.. nodes], sorted.Length);
    }

    /// <summary>Where the longest prefix of a number lies; -1 when none is one.</summary>
    /// <param name="digits">Of the number, country code first.</param>
    public int Longest(ReadOnlySpan<char> digits)
    {
        var place = -1;
        ref readonly var node = ref _nodes[0];
        for (var depth = 0; ; depth += 2)
        {
            if (node.EndsItself)
                place = node.FirstPlace;
            if (!TryDigit(digits, depth, out var first))
                return place;
            if (node.EndsAfter(first))
                place = node.PlaceAfter(first);
            if (!TryDigit(digits, depth + 1, out var second) || node.Child(first * 10 + second) is not (>= 0 and var child))
                return place;
            node = ref _nodes[child];
        }
    }

    /// <summary>Every prefix of a number, the longest last: where it lies, and how many digits it has. Returns how many there are.</summary>
    /// <param name="digits">Of the number, country code first.</param>
    /// <param name="found">Room for <see cref="RatePrefix.MaxLength"/> and one.</param>
    public int All(ReadOnlySpan<char> digits, Span<(int Place, int Length)> found)
    {
        var count = 0;
        ref readonly var node = ref _nodes[0];
        for (var depth = 0; ; depth += 2)
        {
            if (node.EndsItself)
                found[count++] = (node.FirstPlace, depth);
            if (!TryDigit(digits, depth, out var first))
                return count;
            if (node.EndsAfter(first))
                found[count++] = (node.PlaceAfter(first), depth + 1);
            if (!TryDigit(digits, depth + 1, out var second) || node.Child(first * 10 + second) is not (>= 0 and var child))
                return count;
            node = ref _nodes[child];
        }
    }

    /// <summary>The prefixes in their order, each with its place.</summary>
    public IEnumerable<(RatePrefix Prefix, int Place)> InOrder()
    {
        var open = new Stack<(int Node, RatePrefix Prefix, int Depth)>([(0, default, 0)]);
        var below = new List<(int Node, RatePrefix Prefix, int Depth)>(100);
        while (open.TryPop(out var next))
        {
            if (next.Depth < 0)
            {
                yield return (next.Prefix, next.Node);
                continue;
            }
            var node = _nodes[next.Node];
            if (node.EndsItself)
                yield return (next.Prefix, node.FirstPlace);
            below.Clear();
            for (var first = 0; first < 10; first++)
            {
                var prefix = next.Prefix.With(next.Depth, first);
                // A prefix that only has to be told, among nodes that have to be gone through.
                if (node.EndsAfter(first))
                    below.Add((node.PlaceAfter(first), prefix, -1));
                for (var second = 0; second < 10; second++)
                {
                    if (node.Child(first * 10 + second) is >= 0 and var child)
                        below.Add((child, prefix.With(next.Depth + 1, second), next.Depth + 2));
                }
            }
            for (var i = below.Count - 1; i >= 0; i--)
                open.Push(below[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDigit(ReadOnlySpan<char> digits, int index, out int digit)
    {
        digit = (uint)index < (uint)Math.Min(digits.Length, RatePrefix.MaxLength) ? digits[index] - '0' : -1;
        return (uint)digit <= 9;
    }

    /// <summary>True when the first of these prefixes has no digit at a depth.</summary>
    private static bool Ends(ReadOnlySpan<RatePrefix> sorted, int from, int to, int depth) => from < to && sorted[from].DigitAt(depth) < 0;

    private static int EndOf(ReadOnlySpan<RatePrefix> sorted, int from, int to, int depth, int digit)
    {
        while (from < to)
        {
            var middle = from + (to - from) / 2;
            if (sorted[middle].DigitAt(depth) <= digit)
                from = middle + 1;
            else
                to = middle;
        }
        return from;
    }

    /// <summary>Two digits on the way.</summary>
    /// <param name="Low">A bit for each pair of digits from 00 to 63 that goes on.</param>
    /// <param name="High">The same from 64 to 99.</param>
    /// <param name="FirstChild">The node of the lowest pair; the others follow it.</param>
    /// <param name="FirstPlace">Of the prefix that ends at this node, if one does; then those of the prefixes that end one digit later.</param>
    /// <param name="Ends">A bit for each digit after which a prefix ends, and bit ten for the node itself.</param>
    private readonly record struct Node(ulong Low, ulong High, int FirstChild, int FirstPlace, ushort Ends)
    {
        /// <summary>Of <see cref="Ends"/>.</summary>
        public const int Itself = 1 << 10;

        public bool EndsItself => (Ends & Itself) != 0;

        public bool EndsAfter(int digit) => (Ends & 1 << digit) != 0;

        public int PlaceAfter(int digit) => FirstPlace + (Ends >> 10) + BitOperations.PopCount((uint)(Ends & ((1 << digit) - 1)));

        /// <summary>The node behind a pair of digits, or -1.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Child(int pair)
        {
            if (pair < 64)
                return (Low >> pair & 1) != 0 ? FirstChild + BitOperations.PopCount(Low & ((1UL << pair) - 1)) : -1;
            return (High >> (pair - 64) & 1) != 0
                ? FirstChild + BitOperations.PopCount(Low) + BitOperations.PopCount(High & ((1UL << (pair - 64)) - 1))
                : -1;
        }
    }
}
