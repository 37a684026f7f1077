namespace Trunkline.Rendering.Paper;

/// <summary>For each target dot of one axis, the source dots that it covers and their share in it; the shares of a dot sum to <see cref="One"/>.</summary>
internal sealed class AreaWeights
{
    public const int One = 1 << 16;

    private AreaWeights(int size)
    {
        First = new int[size];
        Last = new int[size];
        FirstWeight = new int[size];
        LastWeight = new int[size];
        InnerWeight = new int[size];
    }

    public int[] First { get; }

    public int[] Last { get; }

    public int[] FirstWeight { get; }

    public int[] LastWeight { get; }

    public int[] InnerWeight { get; }

    public static AreaWeights For(int source, int target)
    {
        var weights = new AreaWeights(target);
        var step = (double)source / target;
        for (var i = 0; i < target; i++)
            weights.Set(i, i * step, (i + 1) * step, source);
        return weights;
    }

    public int Weight(int target, int source) =>
        source == First[target] ? FirstWeight[target] : source == Last[target] ? LastWeight[target] : InnerWeight[target];

    private void Set(int i, double from, double to, int source)
    {
        // A step under one enlarges: then the dot under the middle is taken whole.
        if (to - from <= 1)
        {
            First[i] = Last[i] = Math.Min(source - 1, (int)((from + to) / 2));
            FirstWeight[i] = One;
            return;
        }

        First[i] = Math.Min(source - 1, (int)from);
        Last[i] = Math.Clamp((int)Math.Ceiling(to - 1e-9) - 1, First[i], source - 1);
        InnerWeight[i] = (int)(One / (to - from));
        FirstWeight[i] = (int)((First[i] + 1 - from) * One / (to - from));
        var inner = Math.Max(0, Last[i] - First[i] - 1);
        LastWeight[i] = One - FirstWeight[i] - (inner * InnerWeight[i]);
        if (Last[i] == First[i])
            FirstWeight[i] = One;
    }
}
