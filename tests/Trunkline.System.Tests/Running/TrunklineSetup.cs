namespace Trunkline.SystemTests.Running;

/// <summary>How a server is started: where it keeps things, where it listens, and what an operator would set. Kept over a restart.</summary>
internal sealed record TrunklineSetup
{
    /// <summary>The data directory; made when missing.</summary>
    public required string Data { get; init; }

    public string Smtp { get; init; } = FreePorts.Tcp();

    public string Http { get; init; } = FreePorts.Tcp();

    public string? Https { get; init; }

    public string Sip { get; init; } = FreePorts.Udp();

    public string TestLine { get; init; } = FreePorts.Udp();

    public string Roles { get; init; } = "gateway,resource,testline";

    /// <summary>Seconds of signalling and media in a second; both ends of a call need the same.</summary>
    public int Speed { get; init; } = 20;

    /// <summary>More options, by their names in <c>trunkline.json</c>, such as <c>Retry:Busy:MaxAttempts</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The test line of this setup, as a process of its own.</summary>
    public TrunklineSetup TestLineAlone(string data) => this with { Data = data, Roles = "testline", Http = FreePorts.Tcp(), Https = null };

    /// <summary>The command line after <c>trunkline</c>.</summary>
    public IReadOnlyList<string> Arguments
    {
        get
        {
            List<string> arguments =
            [
                "serve", "--data", Data, "--smtp", Smtp, "--http", Http, "--sip", Sip, "--testline", TestLine, "--roles", Roles,
            ];
            if (Https is not null)
                arguments.AddRange(["--https", Https]);
            if (Roles.Contains("gateway", StringComparison.Ordinal))
                arguments.Add("--demo");
            return arguments;
        }
    }

    /// <summary>The environment: the options that have no place on the command line.</summary>
    public IEnumerable<(string Name, string Value)> Environment => Options
        .Select(o => ("TRUNKLINE_" + o.Key.Replace(":", "__", StringComparison.Ordinal), o.Value))
        .Append(("TRUNKLINE_MediaSpeed", Speed.ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
