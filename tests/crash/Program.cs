using System.CommandLine;
using System.Globalization;
using Trunkline.Crash;

var defaults = new CrashOptions();
var kills = new Option<int>("--kills") { Description = "How often the server is killed", DefaultValueFactory = _ => defaults.Kills };
var seed = new Option<int>("--seed") { Description = "The same seed makes the same mails and plans the same moments", DefaultValueFactory = _ => defaults.Seed };
var speed = new Option<int>("--speed") { Description = "Seconds of telephony in a second", DefaultValueFactory = _ => defaults.Speed };
var split = new Option<bool>("--split") { Description = "Gateway and resource as processes of their own, killed one at a time" };
var data = new Option<string>("--data") { Description = "Where everything is kept", DefaultValueFactory = _ => defaults.Data };
var root = new RootCommand("Kills the server under load, and checks that nothing is lost and nothing sent twice.") { kills, seed, speed, split, data };
root.SetAction(async (parsed, _) =>
{
    var options = new CrashOptions
    {
        Kills = parsed.GetValue(kills),
        Seed = parsed.GetValue(seed),
        Speed = parsed.GetValue(speed),
        Split = parsed.GetValue(split),
        Data = Path.GetFullPath(parsed.GetValue(data)!),
    };
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {options.Seed}, {options.Kills} kills, speed {options.Speed}, data in {options.Data}"));
    var audit = await new CrashRun(options, Console.WriteLine).RunAsync();
    foreach (var violation in audit.Violations)
        Console.WriteLine("VIOLATION  " + violation);
    Console.WriteLine();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"seed",-50} {options.Seed,8}"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"kills",-50} {options.Kills,8}"));
    foreach (var (name, value) in audit.Counts)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-50} {value,8}"));
    if (audit.Violations.Count == 0)
        Directory.Delete(options.Data, recursive: true);
    return audit.Violations.Count == 0 ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();
