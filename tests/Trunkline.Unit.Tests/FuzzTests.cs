using Trunkline.Fuzz;

namespace Trunkline.Unit.Tests;

/// <summary>A few thousand inputs of each edge, always the same: long runs are made by hand (tests/fuzz).</summary>
public class FuzzTests
{
    [Theory]
    [InlineData("sip", 4_000)]
    [InlineData("sdp", 8_000)]
    [InlineData("rtp", 20_000)]
    [InlineData("udptl", 4_000)]
    [InlineData("aware", 4_000)]
    [InlineData("mime", 1_500)]
    public void Whatever_comes_in_brings_nothing_down_and_leaves_nothing_behind(string name, int inputs)
    {
        using var target = Targets.Open(name)!;
        var result = FuzzRun.Start(target, seed: 1, inputs, () => false);
        Assert.True(result.Fault is null, $"input {result.Inputs - 1}: {result.Fault}");
        Assert.Equal(inputs, result.Inputs);
    }
}
