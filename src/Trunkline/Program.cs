using Trunkline.Commands;

return await CommandLine.RunAsync(args);
