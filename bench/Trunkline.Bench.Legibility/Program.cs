using Trunkline.Bench.Legibility;

return await LegibilityBench.RunAsync(BenchOptions.Read(args));
