namespace Trunkline.Fuzz;

/// <summary>Makes inputs of real messages: bits and bytes changed, pieces cut out, doubled, exchanged, words and extreme numbers put in. The same seed makes the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly string[] Numbers = ["0", "-1", "1", "255", "65535", "65536", "2147483647", "2147483648", "4294967295", "18446744073709551616", "99999999999999999999999", "1e9", "0x10", "٣"];
    private readonly Random _random = new(seed);

    public byte[] Next(IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> words, int maxBytes)
    {
        var input = new List<byte>(Pick(corpus));
        for (var i = Times(); i > 0; i--)
            Once(input, corpus, words);
        if (input.Count > maxBytes)
            input.RemoveRange(maxBytes, input.Count - maxBytes);
        return [.. input];
    }

    public T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    public int Below(int limit) => _random.Next(limit);

    /// <summary>Mostly few: what is changed in many places is refused at the first.</summary>
    private int Times()
    {
        var times = 1;
        while (times < 40 && _random.Next(3) != 0)
            times++;
        return times - (_random.Next(20) == 0 ? 1 : 0);
    }

    private void Once(List<byte> input, IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> words)
    {
        var at = _random.Next(input.Count + 1);
        var length = Math.Min(input.Count - at, 1 + _random.Next(_random.Next(4) == 0 ? 400 : 12));
        switch (_random.Next(11))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 4 when words.Count > 0:
                input.InsertRange(at, Pick(words));
                break;
            case 5:
                Number(input, at);
                break;
            case 6:
                // A piece of another message in the place of ours.
                var other = Pick(corpus);
                var from = _random.Next(other.Length + 1);
                input.RemoveRange(at, length);
                input.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 1 + _random.Next(200))).ToArray());
                break;
            case 7 when _random.Next(4) == 0:
                input.RemoveRange(at, input.Count - at);
                break;
            case 8 when _random.Next(6) == 0 && length > 0:
                // A flood of the same.
                var piece = input.GetRange(at, length).ToArray();
                var floods = _random.Next(2, 2_000);
                for (var i = 0; i < floods && input.Count < 80_000; i++)
                    input.InsertRange(at, piece);
                break;
            case 9:
                Line(input, at);
                break;
            default:
                input.Insert(at, Pick<byte>([0, (byte)'\r', (byte)'\n', (byte)' ', (byte)'\t', (byte)'"', (byte)'<', (byte)'>', (byte)';', (byte)':', (byte)',', (byte)'=', (byte)'@', (byte)'\\', 0x80, 0xFF, 0xC0]));
                break;
        }
    }

    /// <summary>The number at or behind this place becomes an extreme one.</summary>
    private void Number(List<byte> input, int at)
    {
        while (at < input.Count && input[at] is < (byte)'0' or > (byte)'9')
            at++;
        var end = at;
        while (end < input.Count && input[end] is >= (byte)'0' and <= (byte)'9')
            end++;
        input.RemoveRange(at, end - at);
        input.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(Pick(Numbers)));
    }

    /// <summary>The line at this place is said twice, or left out.</summary>
    private void Line(List<byte> input, int at)
    {
        var start = at == 0 ? 0 : input.LastIndexOf((byte)'\n', Math.Min(at, input.Count) - 1) + 1;
        if (start >= input.Count)
            return;
        var end = input.IndexOf((byte)'\n', start);
        end = end < 0 ? input.Count : end + 1;
        if (_random.Next(2) == 0)
            input.InsertRange(start, input.GetRange(start, end - start));
        else
            input.RemoveRange(start, end - start);
    }
}
