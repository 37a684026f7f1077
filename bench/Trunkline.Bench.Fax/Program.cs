using Trunkline.Bench.Fax;

var options = new BenchOptions(args);
var directory = Directory.CreateTempSubdirectory("trunkline-bench-").FullName;
try
{
    return options.What switch
    {
        "capacity" => await CapacityBench.RunAsync(options, directory),
        "page-time" => await PageTimeBench.RunAsync(options, directory),
        "loss" => await LossBench.RunAsync(options, directory),
        "line" => await LineProcess.ServeAsync(options),
        _ => throw new ArgumentException("capacity, page-time or loss"),
    };
}
finally
{
    Directory.Delete(directory, recursive: true);
}
