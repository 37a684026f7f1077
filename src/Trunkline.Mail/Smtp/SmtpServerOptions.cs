namespace Trunkline.Mail.Smtp;

/// <summary>The limits of the SMTP server. Each has a default and a reason; <see cref="Validate"/> is called when the server starts.</summary>
public sealed record SmtpServerOptions
{
    /// <summary>Our name in the greeting, the Received header and the certificate.</summary>
    public required string HostName { get; init; }

    /// <summary>Where messages beyond <see cref="MemoryThresholdBytes"/> are kept while they arrive. Made when missing; left-overs of a crash are removed at start.</summary>
    public required string SpillDirectory { get; init; }

    /// <summary>32 MB: a 25 MB attachment, which is what large mail providers let out, in base64. Announced by SIZE (RFC 1870).</summary>
    public long MaxMessageBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>100 recipients a message, the least that RFC 5321, 4.5.3.1.8 allows; a client sends the rest in another transaction.</summary>
    public int MaxRecipients { get; init; } = 100;

    /// <summary>2,048 bytes a command line: RFC 5321 asks for 512, its extensions and AUTH for more.</summary>
    public int MaxCommandLineBytes { get; init; } = 2048;

    /// <summary>
    /// 12,288 bytes an answer to an AUTH challenge, as RFC 4954, 4 recommends.
    /// </summary>
    public int MaxAuthLineBytes { get; init; } = 12_288;

    /// <summary>64 KB a line of the message. RFC 5321 says 1,000, but printers and scanners write HTML on one line; we fold nothing, so length harms nobody.</summary>
    public int MaxDataLineBytes { get; init; } = 64 * 1024;

    /// <summary>128 KB of a message stay in memory: most mails fit, and 500 connections then hold 64 MB at most.</summary>
    public int MemoryThresholdBytes { get; init; } = 128 * 1024;

    /// <summary>100,000 commands a connection: 1,000 transactions with 97 recipients each.</summary>
    public int MaxCommands { get; init; } = 100_000;

    /// <summary>10 commands that are unknown, malformed or out of order: no mail program makes as many, a scanner does.</summary>
    public int MaxBadCommands { get; init; } = 10;

    /// <summary>10,000 transactions a connection: so that a busy relay is spread over nodes again from time to time.</summary>
    public int MaxTransactions { get; init; } = 10_000;

    /// <summary>500 connections in all: with the memory threshold, the bound of the server's memory.</summary>
    public int MaxConnections { get; init; } = 500;

    /// <summary>50 connections from one address: a relay opens 20.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 50;

    /// <summary>Three failed logins, then the connection ends.</summary>
    public int MaxFailedLogins { get; init; } = 3;

    /// <summary>A failed login is answered after two seconds, so that guessing is slow.</summary>
    public TimeSpan FailedLoginDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Five minutes of silence, the least that RFC 5321, 4.5.3.2.7 asks for.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Ten minutes for the data of one message, however slowly it trickles: 32 MB at 60 KB a second.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>30 seconds for the TLS handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Five seconds during which the input of a refused client is read and thrown away: closing at once would reset the connection, and the client would
    /// never see why.
    /// </summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence when a limit makes no sense.</summary>
    public void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(HostName);
        ArgumentException.ThrowIfNullOrWhiteSpace(SpillDirectory);
        Require(MaxMessageBytes is >= 64 * 1024 and <= int.MaxValue, nameof(MaxMessageBytes), "from 65536 to 2147483647");
        Require(MaxRecipients >= 1, nameof(MaxRecipients), "at least 1");
        Require(MaxCommandLineBytes is >= 512 and <= 65536, nameof(MaxCommandLineBytes), "from 512 to 65536");
        Require(MaxAuthLineBytes >= MaxCommandLineBytes && MaxAuthLineBytes <= 65536, nameof(MaxAuthLineBytes), "from MaxCommandLineBytes to 65536");
        Require(MaxDataLineBytes >= 1000, nameof(MaxDataLineBytes), "at least 1000");
        Require(MemoryThresholdBytes is >= 4096 and <= 16 * 1024 * 1024, nameof(MemoryThresholdBytes), "from 4096 to 16777216");
        Require(MaxCommands >= 1, nameof(MaxCommands), "at least 1");
        Require(MaxBadCommands >= 1, nameof(MaxBadCommands), "at least 1");
        Require(MaxTransactions >= 1, nameof(MaxTransactions), "at least 1");
        Require(MaxConnections >= 1, nameof(MaxConnections), "at least 1");
        Require(MaxConnectionsPerAddress >= 1, nameof(MaxConnectionsPerAddress), "at least 1");
        Require(MaxFailedLogins >= 1, nameof(MaxFailedLogins), "at least 1");
        RequireTime(IdleTimeout, nameof(IdleTimeout));
        RequireTime(DataTimeout, nameof(DataTimeout));
        RequireTime(HandshakeTimeout, nameof(HandshakeTimeout));
        RequireTime(LingerTimeout, nameof(LingerTimeout));
        Require(FailedLoginDelay >= TimeSpan.Zero && FailedLoginDelay <= TimeSpan.FromMinutes(1), nameof(FailedLoginDelay), "from zero to a minute");
    }

    private static void RequireTime(TimeSpan time, string name) =>
        Require(time > TimeSpan.Zero && time <= TimeSpan.FromDays(1), name, "positive and at most a day");

    private static void Require(bool holds, string name, string range)
    {
        if (!holds)
            throw new ArgumentException($"The SMTP option {name} must be {range}.", name);
    }
}
